import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { runs } from '../../../support/properties.ts';
import { completed, configOf, router, sidecar } from '../support/mesh.ts';
import { MeshState } from '../../../../sandbox/mesh/model.ts';
import { Headers } from '../../../../sandbox/proxy/http1/headers.ts';
import { routeTable } from '../../../../sandbox/proxy/route/route-table.ts';
import {
  expectedRoute,
  type Asked,
  type Caller,
  type Gateway,
  type Match,
  type Rule,
  type Subsets,
  type World,
  type Written,
} from './support/route-oracle.ts';
import type { KubeObject } from '../../../../sandbox/kube/object.ts';
import type { ProxyConfig } from '../../../../sandbox/envoy/config.ts';

const services = ['a.default', 'b.default', 'a.shop'];
const callers: readonly Caller[] = [
  { namespace: 'default', labels: { app: 'x' }, isGateway: false },
  { namespace: 'shop', labels: { app: 'y' }, isGateway: false },
  { namespace: 'istio-system', labels: { istio: 'ingressgateway' }, isGateway: true },
];

const namespace = fc.constantFrom('default', 'shop');
const path = fc.constantFrom('/', '/a', '/a/b', '/c');

const match: fc.Arbitrary<Match> = fc.record(
  {
    uri: fc.oneof(
      path.map((exact) => ({ exact })),
      path.map((prefix) => ({ prefix })),
    ),
    headers: fc.constantFrom({ x: { exact: '1' } }, { x: { exact: '2' }, y: { exact: '1' } }),
    sourceLabels: fc.constantFrom({ app: 'x' }, { app: 'y' }),
    gateways: fc.constantFrom(['mesh'], ['gw'], ['shop/gw', 'mesh']),
    port: fc.constantFrom(80, 8080),
  },
  { requiredKeys: [] },
);

const to = fc.record(
  {
    host: fc.constantFrom('a', 'b', 'a.shop.svc.cluster.local', 'b.shop'),
    subset: fc.constantFrom('v1', 'v2'),
  },
  { requiredKeys: ['host'] },
);

const rules = (one: fc.Arbitrary<Omit<Rule, 'name'>>): fc.Arbitrary<Rule[]> =>
  fc.array(one, { minLength: 1, maxLength: 3 }).map((all) => all.map((each) => ({ ...each, name: '' })));

const rule = fc.oneof(
  { weight: 3, arbitrary: fc.record({ match: fc.array(match, { maxLength: 2 }), to }) },
  {
    weight: 1,
    arbitrary: fc.record({
      match: fc.array(match, { maxLength: 2 }),
      delegate: fc.record({ name: fc.constantFrom('d', 'e'), namespace }),
    }),
  },
);

const exportTo = fc.constantFrom([], [], ['.'], ['*'], ['shop'], ['default', 'istio-system']);

/** Istio's admission refuses the host * for sidecars. */
const root: fc.Arbitrary<Written> = fc
  .record({
    name: fc.constantFrom('p', 'q', 'r', 's'),
    namespace,
    created: fc.nat(1),
    hosts: fc.uniqueArray(
      fc.constantFrom(
        'a',
        'b',
        'a.default.svc.cluster.local',
        '*.default.svc.cluster.local',
        '*.cluster.local',
        'www.a.com',
        '*.a.com',
        '*.com',
        '*',
      ),
      { minLength: 1, maxLength: 2 },
    ),
    gateways: fc.constantFrom<string[]>(
      [],
      ['mesh'],
      ['gw'],
      ['mesh', 'default/gw'],
      ['shop/gw', 'default/gw'],
    ),
    exportTo,
    rules: rules(rule),
  })
  .filter(
    ({ hosts, gateways }) => !(hosts.includes('*') && (gateways.length === 0 || gateways.includes('mesh'))),
  );

const leaf: fc.Arbitrary<Written> = fc.record({
  name: fc.constantFrom('d', 'e'),
  namespace,
  created: fc.nat(1),
  hosts: fc.constant([]),
  gateways: fc.constant([]),
  exportTo,
  rules: rules(fc.record({ match: fc.array(match, { maxLength: 2 }), to })),
});

const key = (one: { readonly name: string; readonly namespace: string }): string =>
  `${one.namespace}/${one.name}`;

/** So that a route's name tells whose rule it is of. */
const named = (one: Written): Written => ({
  ...one,
  rules: one.rules.map((each, index) => ({ ...each, name: `${one.name}-${one.namespace}-${index}` })),
});

const destinationRule: fc.Arbitrary<Subsets> = fc.record({
  namespace: fc.constantFrom('default', 'shop', 'istio-system'),
  host: fc.constantFrom('a', 'b', 'a.shop.svc.cluster.local', 'a.default.svc.cluster.local'),
  subsets: fc.subarray(['v1', 'v2']),
});

const gatewayHosts = fc.constantFrom(
  ['*'],
  ['*.com'],
  ['www.a.com'],
  ['shop/*'],
  ['./*.a.com', '*/*.org'],
  ['*.cluster.local'],
);

const world: fc.Arbitrary<World> = fc.record({
  services: fc.constant(services),
  virtualServices: fc
    .tuple(
      fc.uniqueArray(root, { minLength: 1, maxLength: 4, selector: key }),
      fc.uniqueArray(leaf, { maxLength: 2, selector: key }),
    )
    .map((lists) => lists.flat().map(named)),
  destinationRules: fc.uniqueArray(destinationRule, {
    maxLength: 3,
    selector: (one) => `${one.namespace}/${one.host}`,
  }),
  gateways: fc.tuple(gatewayHosts, gatewayHosts).map(([own, shops]): Gateway[] => [
    { name: 'gw', namespace: 'default', hosts: own },
    { name: 'gw', namespace: 'shop', hosts: shops },
  ]),
});

const asked: fc.Arbitrary<Asked> = fc.record({
  host: fc.constantFrom(
    'a',
    'A:8080',
    'b',
    'a.default',
    'a.shop.svc',
    'a.default.svc.cluster.local',
    'b.default.svc.cluster.local:80',
    'www.a.com',
    'x.a.com',
    'b.com',
    'c.org',
  ),
  path: fc.tuple(path, fc.constantFrom('', 'x', '/x', '?q=1')).map((parts) => parts.join('')),
  headers: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom('1', '2'), { maxKeys: 2 }),
});

it('the proxy chooses the rule that the facts say, for any rules and any request (§1.3, §1.4, §1.5, §2, §3.10, §4.1)', () => {
  fc.assert(
    fc.property(world, fc.array(asked, { minLength: 4, maxLength: 12 }), (mesh, requests) => {
      const state = new MeshState();
      for (const object of objectsOf(mesh)) state.apply({ type: 'ADDED', object });
      for (const caller of callers) {
        const node = caller.isGateway
          ? router()
          : sidecar({ namespace: caller.namespace, labels: caller.labels });
        const config = configOf(state, node);
        const chosen = requests.map((request) => chosenRoute(config, caller, request));
        expect(chosen).toEqual(requests.map((request) => expectedRoute(mesh, caller, request)));
      }
    }),
    { numRuns: runs(80) },
  );
});

/** What the proxy's own route table says of a request. */
function chosenRoute(
  { routes, clusters }: ProxyConfig,
  caller: Caller,
  { host, path: target, headers }: Asked,
): string {
  const configured = routes.find(({ name }) => name === (caller.isGateway ? 'http.8080' : '80'));
  if (configured === undefined) throw new Error('no routes');
  const request = {
    method: 'GET',
    authority: host,
    path: target,
    scheme: 'http',
    headers: new Headers(Object.entries(headers).flat()),
  };
  const route = routeTable(configured).find(request, () => 0)?.route;
  if (route === undefined) return 'no route';
  if (route.name === 'allow_any') return 'passes through';
  const name = route.action.kind === 'forward' ? route.action.forward.target(() => 0).cluster : '';
  const [, , subset = '', hostname = ''] = name.split('|');
  const exists = clusters.some((cluster) => cluster.name === name);
  return `${route.name ?? ''} > ${exists ? `${hostname} ${subset}` : 'no such cluster'}`;
}

function objectsOf({ virtualServices, destinationRules, gateways }: World): KubeObject[] {
  const object = (kind: string, name: string, owner: string, spec: object, created = 0): KubeObject =>
    completed({
      apiVersion: 'v1',
      kind,
      metadata: {
        name,
        namespace: owner,
        creationTimestamp: `2025-04-01T10:00:0${created}Z`,
      } as KubeObject['metadata'],
      spec,
    } as KubeObject);
  const service = (full: string, index: number): KubeObject => {
    const [name = '', owner = ''] = full.split('.');
    return object('Service', name, owner, {
      clusterIP: `10.96.0.${index + 1}`,
      ports: [{ name: 'http', port: 80, targetPort: 3000 }],
    });
  };
  return [
    ...services.map(service),
    object('Service', 'ingress', 'istio-system', {
      clusterIP: '10.96.0.9',
      selector: { istio: 'ingressgateway' },
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    }),
    ...virtualServices.map((one) =>
      object(
        'VirtualService',
        one.name,
        one.namespace,
        {
          hosts: one.hosts,
          gateways: one.gateways,
          exportTo: one.exportTo,
          http: one.rules.map(({ to: destination, ...rest }) => ({
            ...rest,
            ...(destination && { route: [{ destination }] }),
          })),
        },
        one.created,
      ),
    ),
    ...destinationRules.map((one, index) =>
      object('DestinationRule', `d${index}`, one.namespace, {
        host: one.host,
        subsets: one.subsets.map((name) => ({ name, labels: { version: name } })),
      }),
    ),
    ...gateways.map((one) =>
      object('Gateway', one.name, one.namespace, {
        selector: { istio: 'ingressgateway' },
        servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: one.hosts }],
      }),
    ),
  ];
}
