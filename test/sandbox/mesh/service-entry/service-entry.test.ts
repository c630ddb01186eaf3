import { describe, expect, it } from 'vitest';
import { apply, configOf, hostsOf, meshOf, router, service, sidecar } from '../support/mesh.ts';
import type { Cluster, Listener } from '../../../../sandbox/envoy/config.ts';
import type { MeshState } from '../../../../sandbox/mesh/model.ts';

const entry = (spec: string, metadata = 'name: out'): string => `
---
kind: ServiceEntry
metadata: { ${metadata} }
spec: ${spec}
`;
const http = 'ports: [{ number: 80, name: http, protocol: HTTP }]';
const name = 'outbound|80||www.example.com';

const clusterOf = (state: MeshState, wanted = name, node = sidecar()): Cluster | undefined =>
  configOf(state, node).clusters.find((cluster) => cluster.name === wanted);
const listenerOf = (state: MeshState, wanted: string): Listener | undefined =>
  configOf(state).listeners.find((listener) => listener.name === wanted);
/** `address:port*weight` of what stands behind a cluster, wherever it is written. */
const behind = (state: MeshState, wanted = name, node = sidecar()): string[] => {
  const assignment =
    clusterOf(state, wanted, node)?.load_assignment ??
    configOf(state, node).endpoints.find(({ cluster_name: cluster }) => cluster === wanted);
  return (assignment?.endpoints ?? []).flatMap(({ lb_endpoints: list }) =>
    list.map(({ endpoint, load_balancing_weight: weight }) => {
      const { address, port_value: port } = endpoint.address.socket_address;
      return `${address}:${port}${weight === 1 ? '' : `*${weight}`}`;
    }),
  );
};

describe('§1.1 the cluster of a ServiceEntry', () => {
  it.each([
    ['NONE', 'sidecar', 'ORIGINAL_DST'],
    ['STATIC', 'sidecar', 'EDS'],
    ['DNS', 'sidecar', 'STRICT_DNS'],
    ['DNS_ROUND_ROBIN', 'sidecar', 'LOGICAL_DNS'],
    ['NONE', 'router', 'EDS'],
    ['DNS', 'router', 'STRICT_DNS'],
  ])('with resolution %s has at a %s the type %s', (resolution, type, expected) => {
    const state = meshOf(entry(`{ hosts: [www.example.com], resolution: ${resolution}, ${http} }`));
    expect(clusterOf(state, name, type === 'router' ? router() : sidecar())?.type).toBe(expected);
  });

  it('found by DNS is looked up by its host when it lists no endpoint, every 60 s', () => {
    const state = meshOf(entry(`{ hosts: [www.example.com], resolution: DNS, ${http} }`));
    expect(behind(state)).toEqual(['www.example.com:80']);
    expect(clusterOf(state)).toMatchObject({ dns_refresh_rate: '60s', respect_dns_ttl: true });
  });

  it('found by DNS is not sent when nothing is behind it: a subset that no endpoint has', () => {
    const state = meshOf(
      entry(
        `{ hosts: [www.example.com], resolution: DNS, ${http}, endpoints: [{ address: a.example.com, labels: { version: v1 } }] }`,
      ) +
        '\n---\nkind: DestinationRule\nmetadata: { name: r }\nspec: { host: www.example.com, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }',
    );
    expect(behind(state, 'outbound|80|v1|www.example.com')).toEqual(['a.example.com:80']);
    expect(clusterOf(state, 'outbound|80|v2|www.example.com')).toBeUndefined();
  });

  it('has the settings of a DestinationRule for its host', () => {
    const state = meshOf(
      entry(`{ hosts: [www.example.com], resolution: STATIC, ${http} }`) +
        '\n---\nkind: DestinationRule\nmetadata: { name: r }\nspec: { host: "*.example.com", trafficPolicy: { loadBalancer: { simple: RANDOM } } }',
    );
    expect(clusterOf(state)).toMatchObject({ lb_policy: 'RANDOM' });
  });

  it('names the host as the service (what metrics call it)', () => {
    const state = meshOf(
      entry(`{ hosts: [www.example.com], resolution: STATIC, ${http} }`, 'name: out, namespace: shop'),
    );
    expect(clusterOf(state)?.metadata?.filter_metadata['istio']?.['services']).toEqual([
      { host: 'www.example.com', name: 'www.example.com', namespace: 'shop' },
    ]);
  });

  it.each([
    ['MESH_EXTERNAL', false],
    ['MESH_INTERNAL', true],
  ])('with location %s has mutual TLS where an endpoint can: %s', (location, mutual) => {
    const state = meshOf(
      entry(`{ hosts: [www.example.com], resolution: STATIC, location: ${location}, ${http} }`),
    );
    expect(clusterOf(state)?.transport_socket_matches !== undefined).toBe(mutual);
  });
});

describe('§6 endpoints of a ServiceEntry', () => {
  it.each([
    ['ports: [{ number: 80, name: http, protocol: HTTP }]', '{ address: 10.1.1.1 }', '10.1.1.1:80'],
    [
      'ports: [{ number: 80, name: http, protocol: HTTP, targetPort: 8080 }]',
      '{ address: 10.1.1.1 }',
      '10.1.1.1:8080',
    ],
    [
      'ports: [{ number: 80, name: http, protocol: HTTP }]',
      '{ address: 10.1.1.1, ports: { http: 3000 } }',
      '10.1.1.1:3000',
    ],
    [
      'ports: [{ number: 80, name: http, protocol: HTTP }]',
      '{ address: 10.1.1.1, weight: 20 }',
      '10.1.1.1:80*20',
    ],
  ])('%s, %s: %s', (ports, endpoint, expected) => {
    const state = meshOf(
      entry(`{ hosts: [www.example.com], resolution: STATIC, ${ports}, endpoints: [${endpoint}] }`),
    );
    expect(behind(state)).toEqual([expected]);
  });

  it.each([
    ['labels: { app: vm }', true],
    ['labels: { app: vm }, serviceAccount: vm', true],
    ['labels: { app: other }', false],
  ])('a WorkloadEntry with %s is selected: %s', (fields, selected) => {
    const state = meshOf(
      `${entry(`{ hosts: [www.example.com], resolution: STATIC, ${http}, workloadSelector: { labels: { app: vm } } }`)}
---
kind: WorkloadEntry
metadata: { name: vm }
spec: { address: 10.2.2.2, ${fields} }
`,
    );
    expect(behind(state)).toEqual(selected ? ['10.2.2.2:80'] : []);
  });

  it('of a selector are ready pods of its namespace, as they come and go', () => {
    const pod = (more: string, ready = 'True'): string =>
      `kind: Pod\nmetadata: { name: p, labels: { app: vm }, ${more} }\nstatus: { phase: Running, podIP: 10.3.3.3, conditions: [{ type: Ready, status: "${ready}" }] }`;
    const state = meshOf(
      entry(
        `{ hosts: [www.example.com], resolution: STATIC, ${http}, workloadSelector: { labels: { app: vm } } }`,
      ),
    );
    const seen = [behind(state)];
    for (const [text, type] of [
      [pod('namespace: shop'), 'ADDED'],
      [pod('', 'False'), 'ADDED'],
      [pod(''), 'MODIFIED'],
      [pod(''), 'DELETED'],
    ] as const) {
      apply(state, text, type);
      seen.push(behind(state));
    }
    expect(seen).toEqual([[], [], [], ['10.3.3.3:80'], []]);
  });

  it('a WorkloadEntry stands behind a Kubernetes Service that selects it, with mutual TLS if it has an identity', () => {
    const state = meshOf(
      `${service('web')}
---
kind: WorkloadEntry
metadata: { name: vm }
spec: { address: 10.2.2.2, labels: { app: web }, ports: { http: 8081 }, serviceAccount: vm }
`,
    );
    const web = 'outbound|80||web.default.svc.cluster.local';
    expect(behind(state, web)).toEqual(['10.2.2.2:8081']);
    const [first] = configOf(state).endpoints.flatMap(({ endpoints }) => endpoints[0]?.lb_endpoints ?? []);
    expect(first?.metadata?.filter_metadata).toEqual({
      'envoy.transport_socket_match': { tlsMode: 'istio' },
      istio: { workload: 'vm;default;web;;Kubernetes' },
    });
  });
});

describe('§6 a ServiceEntry at sidecars', () => {
  it('with an HTTP port is a virtual host by its host and addresses', () => {
    const state = meshOf(entry(`{ hosts: [www.example.com], addresses: [10.9.9.9, 10.8.0.0/16], ${http} }`));
    expect(hostsOf(configOf(state), '80')['www.example.com:80']).toMatchObject({
      domains: ['www.example.com', '10.9.9.9'],
      routes: [{ name: 'default', route: { cluster: name } }],
    });
    expect(listenerOf(state, '0.0.0.0_80')).toBeDefined();
  });

  it('takes the routes of a VirtualService for its host', () => {
    const state = meshOf(
      entry(`{ hosts: [www.example.com], ${http} }`) +
        '\n---\nkind: VirtualService\nmetadata: { name: r }\nspec: { hosts: [www.example.com], http: [{ timeout: 3s, route: [{ destination: { host: www.example.com } }] }] }',
    );
    expect(hostsOf(configOf(state), '80')['www.example.com:80']?.routes).toMatchObject([
      { route: { cluster: name, timeout: '3s' } },
    ]);
  });

  it.each([
    [
      'a TCP port and an address',
      'addresses: [10.9.9.9], ports: [{ number: 9000, name: tcp, protocol: TCP }]',
      '10.9.9.9_9000',
      undefined,
    ],
    [
      'a TCP port and no address',
      'ports: [{ number: 9000, name: tcp, protocol: TCP }]',
      '0.0.0.0_9000',
      undefined,
    ],
    [
      'a TCP port and a block',
      'addresses: [10.8.0.0/16], ports: [{ number: 9000, name: tcp, protocol: TCP }]',
      '0.0.0.0_9000',
      { prefix_ranges: [{ address_prefix: '10.8.0.0', prefix_len: 16 }] },
    ],
    [
      'a TLS port and no address',
      'ports: [{ number: 9000, name: tls, protocol: TLS }]',
      '0.0.0.0_9000',
      { server_names: ['www.example.com'] },
    ],
  ])('with %s has the listener that goes to its cluster', (_, fields, listener, match) => {
    const state = meshOf(entry(`{ hosts: [www.example.com], ${fields} }`));
    const [chain] = listenerOf(state, listener)?.filter_chains ?? [];
    expect(chain?.filters).toMatchObject([{ typed_config: { cluster: 'outbound|9000||www.example.com' } }]);
    expect(chain?.filter_chain_match).toEqual(match);
  });

  it('shares a port with others that have no address: each by its server name, the rest passes through', () => {
    const tls = 'ports: [{ number: 443, name: tls, protocol: TLS }]';
    const state = meshOf(entry(`{ hosts: [a.example.com, b.example.com], ${tls} }`));
    const listener = listenerOf(state, '0.0.0.0_443');
    expect(listener?.filter_chains.map((chain) => chain.filter_chain_match?.server_names)).toEqual([
      ['a.example.com'],
      ['b.example.com'],
    ]);
    expect(listener?.default_filter_chain?.filters).toMatchObject([
      { typed_config: { cluster: 'PassthroughCluster' } },
    ]);
  });

  it.each([
    [undefined, 'shop', true],
    ['["."]', 'shop', false],
    ['["."]', 'default', true],
    ['[shop]', 'shop', true],
    ['["~"]', 'default', false],
  ])('exported to %s is seen from %s: %s', (exportTo, namespace, seen) => {
    const spec = `{ hosts: [www.example.com], ${http}, resolution: STATIC${exportTo === undefined ? '' : `, exportTo: ${exportTo}`} }`;
    expect(clusterOf(meshOf(entry(spec)), name, sidecar({ namespace })) !== undefined).toBe(seen);
  });

  it('joins the ports of ServiceEntries for one host', () => {
    const state = meshOf(
      entry(
        '{ hosts: [www.example.com], resolution: STATIC, ports: [{ number: 80, name: http, protocol: HTTP }], endpoints: [{ address: 10.1.1.1 }] }',
      ) +
        entry(
          '{ hosts: [www.example.com], resolution: STATIC, ports: [{ number: 81, name: http, protocol: HTTP }], endpoints: [{ address: 10.1.1.2 }] }',
          'name: more',
        ),
    );
    expect([behind(state), behind(state, 'outbound|81||www.example.com')]).toEqual([
      ['10.1.1.1:80'],
      ['10.1.1.2:81'],
    ]);
  });

  it('for a Kubernetes host changes nothing there', () => {
    const state = meshOf(service('web'));
    const before = configOf(state);
    apply(
      state,
      entry(
        '{ hosts: [web.default.svc.cluster.local], resolution: STATIC, ports: [{ number: 80, name: http, protocol: HTTP }] }',
      ).replace('\n---\n', ''),
    );
    expect(configOf(state)).toEqual(before);
  });
});
