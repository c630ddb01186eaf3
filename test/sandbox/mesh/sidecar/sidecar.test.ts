import { describe, expect, it } from 'vitest';
import { apply, configOf, hostsOf, meshOf, router, service, sidecar } from '../support/mesh.ts';
import type { MeshState } from '../../../../sandbox/mesh/model.ts';

const scope = (spec: string, metadata = 'name: scope'): string => `
---
kind: Sidecar
metadata: { ${metadata} }
spec: ${spec}
`;
const elsewhere = service('api').replaceAll('default', 'shop');
const mesh = (sidecars: string): MeshState => meshOf(`${service('web')}\n---\n${elsewhere}${sidecars}`);
const web = 'web.default';
const api = 'api.shop';

/** `name.namespace` of the services a proxy has clusters for. */
const known = (state: MeshState, node = sidecar()): string[] =>
  configOf(state, node)
    .clusters.filter(({ name }) => name.startsWith('outbound|'))
    .map(({ name }) => name.replace(/^.*\|\|/u, '').replace('.svc.cluster.local', ''))
    .toSorted();

describe('§6 egress.hosts of a Sidecar in default', () => {
  it.each([
    ['./*', [web]],
    ['shop/*', [api]],
    ['*/*', [api, web]],
    ['~/*', []],
    ['shop/api.shop.svc.cluster.local', [api]],
    ['shop/other.shop.svc.cluster.local', []],
    ['*/*.default.svc.cluster.local', [web]],
  ])('%s: %j', (host, expected) => {
    expect(known(mesh(scope(`{ egress: [{ hosts: ["${host}"] }] }`)))).toEqual(expected);
  });

  it('lets in what the VirtualServices it names send to, as they come and go', () => {
    const state = mesh(scope('{ egress: [{ hosts: ["./*"] }] }'));
    const rule =
      'kind: VirtualService\nmetadata: { name: r }\nspec: { hosts: [web], http: [{ route: [{ destination: { host: api.shop.svc.cluster.local } }] }] }';
    const seen = [known(state)];
    apply(state, rule);
    seen.push(known(state));
    apply(state, rule, 'DELETED');
    seen.push(known(state));
    expect(seen).toEqual([[web], [api, web], [web]]);
  });

  it('leaves out the rules of namespaces it does not name', () => {
    const state = mesh(
      scope('{ egress: [{ hosts: ["./*"] }] }') +
        '\n---\nkind: VirtualService\nmetadata: { name: r, namespace: shop }\nspec: { hosts: [web.default.svc.cluster.local], http: [{ timeout: 1s, route: [{ destination: { host: web.default.svc.cluster.local } }] }] }',
    );
    const [route] = hostsOf(configOf(state), '80')['web.default.svc.cluster.local:80']?.routes ?? [];
    expect(route?.name).toBe('default');
  });
});

describe('§6 which Sidecar holds', () => {
  const only = (host: string, metadata: string, more = ''): string =>
    scope(`{ egress: [{ hosts: ["${host}"] }] ${more} }`, metadata);
  it.each([
    [
      'the one that selects the pod',
      `${only('~/*', 'name: a')}${only('shop/*', 'name: b', ', workloadSelector: { labels: { app: x } }')}`,
      [api],
    ],
    ['the namespace’s', `${only('~/*', 'name: a, namespace: istio-system')}${only('./*', 'name: b')}`, [web]],
    [
      'the root namespace’s, of which . is the client’s own',
      only('./*', 'name: a, namespace: istio-system'),
      [web],
    ],
    [
      'the older',
      `${only('~/*', 'name: a, creationTimestamp: "2025-04-01T10:00:05Z"')}${only('shop/*', 'name: b')}`,
      [api],
    ],
    ['none of another pod', only('~/*', 'name: a', ', workloadSelector: { labels: { app: y } }'), [api, web]],
    [
      'one without egress lets everything in',
      scope('{ outboundTrafficPolicy: { mode: ALLOW_ANY } }'),
      [api, web],
    ],
  ])('%s', (_, sidecars, expected) => {
    expect(known(mesh(sidecars), sidecar({ labels: { app: 'x' } }))).toEqual(expected);
  });

  it('none at gateways', () => {
    expect(
      known(mesh(scope('{ egress: [{ hosts: ["~/*"] }] }', 'name: a, namespace: istio-system')), router()),
    ).toEqual([api, web]);
  });

  it('none any more when it is gone', () => {
    const state = mesh(scope('{ egress: [{ hosts: ["~/*"] }] }'));
    apply(state, scope('{}').replace('\n---\n', ''), 'DELETED');
    expect(known(state)).toEqual([api, web]);
  });
});

describe('§6 outboundTrafficPolicy of a Sidecar', () => {
  it.each([
    ['{ mode: REGISTRY_ONLY }', 'ALLOW_ANY', 'block_all', 'BlackHoleCluster'],
    ['{ mode: ALLOW_ANY }', 'REGISTRY_ONLY', 'allow_any', 'PassthroughCluster'],
    ['{}', 'ALLOW_ANY', 'block_all', 'BlackHoleCluster'],
  ] as const)('%s in a mesh with %s: %s, and %s for TCP', (policy, outboundTrafficPolicy, host, cluster) => {
    const state = meshOf(`${service('web')}${scope(`{ outboundTrafficPolicy: ${policy} }`)}`, {
      outboundTrafficPolicy,
    });
    const config = configOf(state);
    expect(Object.keys(hostsOf(config, '80'))).toContain(host);
    const [, rest] = config.listeners[0]?.filter_chains ?? [];
    expect(rest?.filters).toMatchObject([{ typed_config: { cluster } }]);
  });

  it('sends requests to a service that is not let in where unknown hosts go', () => {
    const state = mesh(
      scope('{ egress: [{ hosts: ["./*"] }], outboundTrafficPolicy: { mode: REGISTRY_ONLY } }'),
    );
    expect(Object.keys(hostsOf(configOf(state), '80'))).toEqual([
      'web.default.svc.cluster.local:80',
      'block_all',
    ]);
  });
});
