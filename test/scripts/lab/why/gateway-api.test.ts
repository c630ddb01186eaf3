// A learner who writes the Gateway API where the lab has Istio's: each mistake is really made in a cluster.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyFiles } from '../../../../scripts/cluster/apply.ts';
import type { Diagnosis } from '../../../../scripts/lab/why/diagnosis.ts';
import { BrokenLab, whyRed, type RedCheck } from './broken-lab.ts';
import { containing } from './wrong-texts.ts';

let lab: BrokenLab;
beforeAll(async () => {
  lab = await BrokenLab.open(['catalog', 'webapp']);
  await lab.apply('manifests/gateway-api/standard-install.yaml');
  await lab.cluster.apps.patchNamespacedDeployment({
    namespace,
    name: 'webapp',
    body: [{ op: 'replace', path: '/spec/replicas', value: 0 }],
  });
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const door: RedCheck = { lab: 2, step: 'let-the-world-in', check: 'http' };

const namespace = 'istioinaction';
const group = 'apiVersion: gateway.networking.k8s.io/v1';

const gateway = (spec = '', listener = ''): string => `${group}
kind: Gateway
metadata: { name: shop, namespace: ${namespace} }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: istio-ingressgateway.istio-system.svc.cluster.local }]
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com${listener} }]
${spec}`;

const route = (
  parent: string,
  backend = '{ name: webapp, port: 80 }',
  more = '',
  own = namespace,
): string => `---
${group}
kind: HTTPRoute
metadata: { name: webapp, namespace: ${own} }
spec:
  parentRefs: [${parent}]
  rules: [{ backendRefs: [${backend}] }]
${more}`;

const toShop = '{ name: shop }';

/** Until the mesh has said what it thinks of it. */
async function whyWith(text: string, cause: Diagnosis['cause']): Promise<Diagnosis> {
  const file = join(lab.folder, 'gateway-api.yaml');
  writeFileSync(file, text);
  await applyFiles(lab.cluster, [file]);
  return expect
    .poll(async () => whyRed(door, await lab.picture()), { interval: 50 })
    .toMatchObject({ cause })
    .then(async () => whyRed(door, await lab.picture()));
}

it.each<readonly [name: string, text: string, expected: Partial<Diagnosis> & { cause: Diagnosis['cause'] }]>([
  [
    'a parent that there is not',
    gateway() + route('{ name: shpo }'),
    {
      rung: 'valid',
      cause: 'parent-unknown',
      text: 'HTTPRoute webapp names the Gateway shpo as its parent, and namespace istioinaction has no such Gateway of the Gateway API; there is istioinaction/shop.',
      fix: 'parentRefs: [{ name: shop }]',
    },
  ],
  [
    'a listener that the parent does not have',
    gateway() + route('{ name: shop, sectionName: web }'),
    {
      rung: 'valid',
      cause: 'parent-unknown',
      text: 'HTTPRoute webapp is not taken by Gateway shop: it asks for the listener web, and the Gateway has http (port 80).',
      fix: 'parentRefs: [{ name: shop, sectionName: http }]',
    },
  ],
  [
    'hosts that the parent does not let in',
    gateway() + route(toShop, undefined, '  hostnames: [shop.example.org]'),
    {
      rung: 'accepted',
      cause: 'host-not-at-gateway',
      text: 'HTTPRoute webapp is not taken by Gateway shop: it is for shop.example.org, and the Gateway lets in shop.example.com only.',
      fix: containing('hostnames: ["shop.example.com"]'),
    },
  ],
  [
    'routes that the parent does not allow',
    gateway(
      '',
      ', allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { door: open } } } }',
    ) + route(toShop, undefined, '  hostnames: []'),
    {
      rung: 'accepted',
      cause: 'not-allowed',
      text: containing('its listeners allow no HTTPRoutes from namespace istioinaction'),
      fix: containing('from: All'),
    },
  ],
  [
    'a backend that there is not',
    gateway() + route(toShop, '{ name: webap, port: 80 }'),
    {
      rung: 'valid',
      cause: 'host-unknown',
      text: 'HTTPRoute webapp sends to Service webap, and namespace istioinaction has no such Service; there is catalog, webapp.',
      fix: 'backendRefs: [{ name: webapp }]',
    },
  ],
  [
    'a backend of another namespace without its leave',
    gateway() + route(toShop, '{ name: istiod, namespace: istio-system, port: 80 }'),
    {
      rung: 'accepted',
      cause: 'grant-missing',
      text: containing('it has no ReferenceGrant for them'),
      fix: containing(
        'a ReferenceGrant in namespace istio-system with spec: { from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: istioinaction }]',
      ),
    },
  ],
  [
    'a parent that is not programmed',
    gateway().replace('port: 80,', 'port: 8088,') + route(toShop),
    {
      rung: 'accepted',
      cause: 'not-programmed',
      text: containing('Gateway shop is not programmed, so nothing listens for HTTPRoute webapp: '),
    },
  ],
  [
    'a parent of a class that nobody knows',
    gateway().replace('gatewayClassName: istio', 'gatewayClassName: nginx') + route(toShop),
    {
      rung: 'accepted',
      cause: 'not-programmed',
      text: 'Gateway shop has the class nginx, and nobody here makes gateways of that class; there is istio, istio-remote, istio-waypoint.',
      fix: 'gatewayClassName: istio',
    },
  ],
  [
    'nothing wrong with it, but the pods behind it',
    gateway().replace(', hostname: shop.example.com', '') + route(toShop),
    { rung: 'endpoints', cause: 'no-pods', text: containing('webapp') },
  ],
])('%s', async (_name, text, expected) => {
  expect(await whyWith(text, expected.cause)).toMatchObject(expected);
});
