import { describe, expect, it } from 'vitest';
import { apply, configOf, hostsOf, meshOf, service, sidecar } from '../support/mesh.ts';
import type { MeshState } from '../../../../sandbox/mesh/model.ts';
import type { ProxyNode } from '../../../../sandbox/mesh/proxy-node.ts';

const virtualService = (name: string, spec: string, metadata = ''): string => `
---
kind: VirtualService
metadata: { name: ${name}, ${metadata} }
spec: { ${spec}, http: [{ name: ${name}, route: [{ destination: { host: web } }] }] }
`;

/** Names of the first routes of the service web at port 80, as seen by a client. */
const appliedTo = (state: MeshState, node: ProxyNode = sidecar()): string | undefined =>
  hostsOf(configOf(state, node), '80')['web.default.svc.cluster.local:80']?.routes[0]?.name;

const domainsOf = (state: MeshState, node: ProxyNode, name: string, port = 80): readonly string[] =>
  hostsOf(configOf(state, node), String(port))[`${name}:${port}`]?.domains ?? [];

describe('§1.3 domains of a service', () => {
  const web = meshOf(service('web'));

  it('has its bare name in its own namespace', () => {
    expect(domainsOf(web, sidecar(), 'web.default.svc.cluster.local')).toEqual([
      'web.default.svc.cluster.local',
      'web',
      'web.default.svc',
      'web.default',
      '10.96.0.3',
    ]);
  });

  it('never has its bare name elsewhere', () => {
    expect(domainsOf(web, sidecar({ namespace: 'shop' }), 'web.default.svc.cluster.local')).toEqual([
      'web.default.svc.cluster.local',
      'web.default',
      'web.default.svc',
      '10.96.0.3',
    ]);
  });

  it('has all of them with a wildcard, and no address, when it is headless', () => {
    const headless = meshOf(service('web').replace(/clusterIP: .*/u, 'clusterIP: None'));
    const domains = domainsOf(headless, sidecar(), 'web.default.svc.cluster.local');
    expect(domains).toHaveLength(8);
    expect(domains.slice(4)).toEqual(domains.slice(0, 4).map((domain) => `*.${domain}`));
  });
});

describe('§1.5 which VirtualService applies to sidecars', () => {
  const later = "creationTimestamp: '2025-04-01T10:00:01Z'";

  it.each([
    [
      'by name, of one second',
      virtualService('b', 'hosts: [web]') + virtualService('a', 'hosts: [web]'),
      'a',
    ],
    ['the oldest', virtualService('b', 'hosts: [web]') + virtualService('a', 'hosts: [web]', later), 'b'],
    [
      'a private one before an exported one',
      virtualService('a', 'hosts: [web]') + virtualService('b', "hosts: [web], exportTo: ['.']", later),
      'b',
    ],
    [
      'an exact host before a wildcard',
      virtualService('a', "hosts: ['*.default.svc.cluster.local']") +
        virtualService('b', 'hosts: [web]', later),
      'b',
    ],
    [
      'the longest wildcard',
      virtualService('a', "hosts: ['*.cluster.local']") +
        virtualService('b', "hosts: ['*.default.svc.cluster.local']", later),
      'b',
    ],
    [
      'none that is only bound to a gateway',
      virtualService('a', 'hosts: [web], gateways: [public]'),
      'default',
    ],
    ['one that is bound to mesh too', virtualService('a', 'hosts: [web], gateways: [public, mesh]'), 'a'],
    ['none for a host with just a namespace', virtualService('a', 'hosts: [web.default]'), 'default'],
    ['none with exportTo: ~', virtualService('a', "hosts: [web], exportTo: ['~']"), 'default'],
  ])('%s', (_, rules, name) => {
    expect(appliedTo(meshOf(service('web') + rules))).toBe(name);
  });

  it('is up to exportTo for clients of other namespaces', () => {
    const state = meshOf(service('web') + virtualService('a', 'hosts: [web], exportTo: [shop]'));
    const seen = ['shop', 'elsewhere', 'default'].map((namespace) =>
      appliedTo(state, sidecar({ namespace })),
    );
    expect(seen).toEqual(['a', 'default', 'default']);
  });

  it('falls back to the next when nothing in the first is for this client', () => {
    const state = meshOf(service('web') + virtualService('b', 'hosts: [web]'));
    apply(
      state,
      'kind: VirtualService\nmetadata: { name: a }\nspec: { hosts: [web], http: [{ name: a, match: [{ sourceLabels: { app: x } }], route: [{ destination: { host: web } }] }] }',
    );
    expect([appliedTo(state), appliedTo(state, sidecar({ labels: { app: 'x' } }))]).toEqual(['b', 'a']);
  });
});

describe('§1.3 hosts that are no service', () => {
  it('are answered to on port 80 only', () => {
    const state = meshOf(
      service('web') +
        `\n---\n${service('api').replace('port: 80', 'port: 8080')}` +
        virtualService('out', 'hosts: [www.example.com]'),
    );
    expect(domainsOf(state, sidecar(), 'www.example.com')).toEqual(['www.example.com']);
    expect(domainsOf(state, sidecar(), 'www.example.com', 8080)).toEqual([]);
  });

  it('take a domain from the service that would have it (no domain twice)', () => {
    const state = meshOf(service('web') + virtualService('a', 'hosts: [web.default]'));
    expect(domainsOf(state, sidecar(), 'web.default')).toEqual(['web.default']);
    expect(domainsOf(state, sidecar(), 'web.default.svc.cluster.local')).not.toContain('web.default');
  });
});

describe('§1.3 a domain that a service and a VirtualService both have', () => {
  const early = virtualService('early', 'hosts: [web]');
  const late = virtualService('late', 'hosts: [web.default]', "creationTimestamp: '2025-04-01T10:00:01Z'");
  const owners = (state: MeshState, node: ProxyNode): string[] =>
    Object.values(hostsOf(configOf(state, node), '80'))
      .filter(({ domains }) => domains.includes('web.default'))
      .map(({ name }) => name);

  it.each([
    [
      'the VirtualService for the service comes',
      service('web') + late,
      early,
      ['web.default.svc.cluster.local:80'],
    ],
    [
      'the service comes',
      `${early}${late}\n---\n${service('api')}`,
      service('web'),
      ['web.default.svc.cluster.local:80'],
    ],
    ['the other VirtualService comes', service('web') + early, late, ['web.default.svc.cluster.local:80']],
  ])('is the older one’s after %s', (_, before, change, expected) => {
    const state = meshOf(before);
    const node = sidecar();
    configOf(state, node);
    apply(state, change);
    expect(owners(state, node)).toEqual(expected);
  });

  it('is the other’s again after the service has gone', () => {
    const state = meshOf(`${service('web')}${early}${late}\n---\n${service('api')}`);
    const node = sidecar();
    configOf(state, node);
    apply(state, service('web'), 'DELETED');
    expect(owners(state, node)).toEqual(['web.default:80']);
  });
});

describe('§6 outboundTrafficPolicy', () => {
  it.each([
    ['ALLOW_ANY', { name: 'allow_any', route: { cluster: 'PassthroughCluster' } }],
    ['REGISTRY_ONLY', { name: 'block_all', direct_response: { status: 502 } }],
  ] as const)('%s ends every route configuration', (outboundTrafficPolicy, route) => {
    const [last] = Object.values(
      hostsOf(configOf(meshOf(service('web'), { outboundTrafficPolicy })), '80'),
    ).slice(-1);
    expect(last).toMatchObject({ name: route.name, domains: ['*'], routes: [route] });
  });
});

describe('§1.2, §1.6 listeners by protocol', () => {
  it.each([
    ['name: http-web', ['0.0.0.0_80'], ['80']],
    ['name: grpc', ['0.0.0.0_80'], ['80']],
    ['name: x, appProtocol: http', ['0.0.0.0_80'], ['80']],
    ['name: tcp-web', ['10.96.0.3_80'], []],
    ['name: https', ['10.96.0.3_80'], []],
    ['name: web', ['10.96.0.3_80'], ['web.default.svc.cluster.local:80']],
    ['name: http, protocol: UDP', [], []],
  ])('{ %s } listens on %j with routes %j', (port, listeners, routes) => {
    const config = configOf(meshOf(service('web').replace('name: http', port)));
    expect(config.listeners.slice(1, -1).map(({ name }) => name)).toEqual(listeners);
    expect(config.routes.map(({ name }) => name)).toEqual(routes);
  });

  it('answers to every host on a sniffed port', () => {
    const config = configOf(meshOf(service('web').replace('name: http', 'name: web')));
    expect(config.routes[0]?.virtual_hosts.map(({ domains }) => domains)).toEqual([['*']]);
  });
});

describe('§1.5 exportTo of a Service', () => {
  it('hides it from other namespaces', () => {
    const state = meshOf(
      service('web').replace(
        'metadata: {',
        "metadata: { annotations: { networking.istio.io/exportTo: '.' },",
      ),
    );
    const clusters = ['default', 'shop'].map(
      (namespace) =>
        configOf(state, sidecar({ namespace })).clusters.filter(({ name }) => name.startsWith('outbound'))
          .length,
    );
    expect(clusters).toEqual([1, 0]);
  });
});

describe('§3.10 delegate', () => {
  const root = (http: string): string => `${service('web')}\n---\nkind: VirtualService
metadata: { name: root }
spec: { hosts: [web], http: [${http}] }`;
  const leaf = (http: string, more = ''): string => `\n---\nkind: VirtualService
metadata: { name: leaf, namespace: shop }
spec: { ${more} http: [${http}] }`;
  const toLeaf = 'delegate: { name: leaf, namespace: shop }';
  const routes = (text: string): (string | undefined)[] =>
    (hostsOf(configOf(meshOf(text)), '80')['web.default.svc.cluster.local:80']?.routes ?? []).map(
      ({ name, match, route }) =>
        `${name ?? '-'} ${match.path ?? match.prefix ?? ''} ${route?.cluster ?? ''}`,
    );

  it.each([
    [
      'joins names and narrows matches; short hosts are of the delegate’s namespace',
      root(`{ name: r, match: [{ uri: { prefix: /a } }], ${toLeaf} }`),
      leaf('{ name: l, match: [{ uri: { prefix: /a/b } }], route: [{ destination: { host: api } }] }'),
      ['r-l /a/b outbound|80||api.shop.svc.cluster.local'],
    ],
    [
      'drops rules that reach beyond the root',
      root(`{ match: [{ uri: { prefix: /a } }], ${toLeaf} }, { route: [{ destination: { host: web } }] }`),
      leaf('{ match: [{ uri: { prefix: /c } }], route: [{ destination: { host: api } }] }'),
      ['- / outbound|80||web.default.svc.cluster.local'],
    ],
    [
      'drops the rule of a delegate that is not exported',
      root(`{ ${toLeaf} }, { route: [{ destination: { host: web } }] }`),
      leaf('{ route: [{ destination: { host: api } }] }', "exportTo: ['.'],"),
      ['- / outbound|80||web.default.svc.cluster.local'],
    ],
    [
      'drops the rule of a delegate that is missing',
      root(`{ ${toLeaf} }, { route: [{ destination: { host: web } }] }`),
      '',
      ['- / outbound|80||web.default.svc.cluster.local'],
    ],
  ])('%s', (_, above, below, expected) => {
    expect(routes(above + below)).toEqual(expected);
  });

  it('fills in what the delegate leaves out', () => {
    const state = meshOf(
      root(`{ timeout: 3s, retries: { attempts: 7 }, ${toLeaf} }`) +
        leaf('{ timeout: 1s, route: [{ destination: { host: api } }] }'),
    );
    const [route] = hostsOf(configOf(state), '80')['web.default.svc.cluster.local:80']?.routes ?? [];
    expect(route?.route).toMatchObject({ timeout: '1s', retry_policy: { num_retries: 7 } });
  });
});
