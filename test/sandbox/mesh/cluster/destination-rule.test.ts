import { describe, expect, it } from 'vitest';
import { httpOptions } from '../../proxy/support/config.ts';
import { configOf, hostsOf, meshOf, router, service, sidecar, webRoutes } from '../support/mesh.ts';
import type { Cluster } from '../../../../sandbox/envoy/config.ts';
import type { MeshState } from '../../../../sandbox/mesh/model.ts';

const rule = (spec: string, metadata = 'name: web'): string => `
---
kind: DestinationRule
metadata: { ${metadata} }
spec: { host: web, ${spec} }
`;

const clusterOf = (state: MeshState, subset = '', node = sidecar()): Cluster => {
  const name = `outbound|80|${subset}|web.default.svc.cluster.local`;
  const found = configOf(state, node).clusters.find((cluster) => cluster.name === name);
  if (found === undefined) throw new Error(`there is no cluster ${name}`);
  return found;
};

const policyOf = (text: string, subset?: string): Cluster => clusterOf(meshOf(service('web') + text), subset);
const withPolicy = (policy: string): Cluster => policyOf(rule(`trafficPolicy: { ${policy} }`));

describe('§4.2 load balancing', () => {
  it.each([
    ['', { type: 'EDS', lb_policy: 'LEAST_REQUEST' }],
    ['simple: ROUND_ROBIN', { type: 'EDS' }],
    ['simple: RANDOM', { lb_policy: 'RANDOM' }],
    ['simple: LEAST_CONN', { lb_policy: 'LEAST_REQUEST' }],
    ['simple: PASSTHROUGH', { type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED' }],
    [
      'consistentHash: { useSourceIp: true }',
      { lb_policy: 'RING_HASH', ring_hash_lb_config: { minimum_ring_size: '1024' } },
    ],
    [
      'consistentHash: { useSourceIp: true, ringHash: { minimumRingSize: 7 } }',
      { lb_policy: 'RING_HASH', ring_hash_lb_config: { minimum_ring_size: '7' } },
    ],
    ['consistentHash: { useSourceIp: true, maglev: {} }', { lb_policy: 'MAGLEV' }],
    [
      'consistentHash: { useSourceIp: true, maglev: { tableSize: 11 } }',
      { lb_policy: 'MAGLEV', maglev_lb_config: { table_size: '11' } },
    ],
  ])('loadBalancer: { %s }', (settings, expected) => {
    expect(withPolicy(`loadBalancer: { ${settings} }`)).toMatchObject(expected);
  });

  it.each([
    ['httpHeaderName: x-user', { header: { header_name: 'x-user' } }],
    ['httpCookie: { name: user, path: /, ttl: 0s }', { cookie: { name: 'user', path: '/', ttl: '0s' } }],
    ['httpCookie: { name: user }', { cookie: { name: 'user' } }],
    ['useSourceIp: true', { connection_properties: { source_ip: true } }],
    ['httpQueryParameterName: q', { query_parameter: { name: 'q' } }],
  ])('consistentHash: { %s } is a hash policy of the default route', (key, expected) => {
    const state = meshOf(
      service('web') + rule(`trafficPolicy: { loadBalancer: { consistentHash: { ${key} } } }`),
    );
    expect(webRoutes(state)[0]?.route?.hash_policy).toEqual([expected]);
  });

  it('takes the hash of the subset port before subset, port and rule', () => {
    const hash = (name: string): string => `loadBalancer: { consistentHash: { httpHeaderName: ${name} } }`;
    const atPort = (name: string): string => `portLevelSettings: [{ port: { number: 80 }, ${hash(name)} }]`;
    const levels = [
      `trafficPolicy: { ${hash('rule')} }`,
      `trafficPolicy: { ${hash('rule')}, ${atPort('port')} }`,
      `trafficPolicy: { ${hash('rule')}, ${atPort('port')} }, subsets: [{ name: v1, trafficPolicy: { ${hash('subset')} } }]`,
      `trafficPolicy: { ${hash('rule')} }, subsets: [{ name: v1, trafficPolicy: { ${hash('subset')}, ${atPort('subset-port')} } }]`,
    ];
    const to =
      '\n---\nkind: VirtualService\nmetadata: { name: v }\nspec: { hosts: [web], http: [{ route: [{ destination: { host: web, subset: v1, port: { number: 80 } } }] }] }';
    const keys = levels.map(
      (level) =>
        webRoutes(meshOf(service('web') + rule(level) + to))[0]?.route?.hash_policy?.[0]?.header?.header_name,
    );
    expect(keys).toEqual(['rule', 'port', 'subset', 'subset-port']);
  });

  it('lets retries of a hashed single destination meet the same host', () => {
    const to =
      '\n---\nkind: VirtualService\nmetadata: { name: v }\nspec: { hosts: [web], http: [{ route: [{ destination: { host: web } }] }] }';
    const hash = rule('trafficPolicy: { loadBalancer: { consistentHash: { useSourceIp: true } } }');
    expect(webRoutes(meshOf(service('web') + hash + to))[0]?.route?.retry_policy).not.toHaveProperty(
      'retry_host_predicate',
    );
  });
});

describe('§4.3 connection pool', () => {
  it.each([
    ['tcp: { maxConnections: 1 }', { max_connections: 1, max_pending_requests: 4_294_967_295 }],
    [
      'http: { http1MaxPendingRequests: 2, http2MaxRequests: 3, maxRetries: 4 }',
      { max_pending_requests: 2, max_requests: 3, max_retries: 4 },
    ],
    ['tcp: { maxConnections: 0 }', { max_connections: 4_294_967_295 }],
  ])('{ %s } sets the thresholds', (pool, expected) => {
    expect(withPolicy(`connectionPool: { ${pool} }`).circuit_breakers?.thresholds).toMatchObject([expected]);
  });

  it.each([
    ['tcp: { connectTimeout: 30ms }', { connect_timeout: '0.030s' }],
    ['http: { maxRequestsPerConnection: 1 }', httpOptions({ max_requests_per_connection: 1 })],
    ['tcp: { idleTimeout: 1h }', httpOptions({ idle_timeout: '3600s' })],
    ['tcp: { idleTimeout: 1h }, http: { idleTimeout: 5s }', httpOptions({ idle_timeout: '5s' })],
  ])('{ %s }', (pool, expected) => {
    expect(withPolicy(`connectionPool: { ${pool} }`)).toMatchObject(expected);
  });
});

describe('§4.3 outlier detection', () => {
  const off = { healthy_panic_threshold: {} };

  it.each([
    ['interval: 1s', { enforcing_success_rate: 0, interval: '1s' }],
    ['consecutive5xxErrors: 1', { consecutive_5xx: 1, enforcing_consecutive_5xx: 100 }],
    ['consecutive5xxErrors: 0', { consecutive_5xx: 0, enforcing_consecutive_5xx: 0 }],
    [
      'consecutiveGatewayErrors: 2',
      { consecutive_gateway_failure: 2, enforcing_consecutive_gateway_failure: 100 },
    ],
    [
      'baseEjectionTime: 3m, maxEjectionPercent: 100',
      { base_ejection_time: '180s', max_ejection_percent: 100 },
    ],
    [
      'splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 3',
      { split_external_local_origin_errors: true, consecutive_local_origin_failure: 3 },
    ],
  ])('{ %s }, and no panic', (outlier, expected) => {
    const cluster = withPolicy(`outlierDetection: { ${outlier} }`);
    expect(cluster.outlier_detection).toEqual({ enforcing_success_rate: 0, ...expected });
    expect(cluster.common_lb_config).toEqual(off);
  });

  it('panics where minHealthPercent says', () => {
    const cluster = withPolicy('outlierDetection: { minHealthPercent: 40 }');
    expect(cluster.common_lb_config).toEqual({ healthy_panic_threshold: { value: 40 } });
  });

  it('leaves Envoy to itself without a rule', () => {
    expect(withPolicy('loadBalancer: { simple: RANDOM }').common_lb_config).toEqual({});
  });
});

describe('§4.4 TLS', () => {
  it('is automatic mutual TLS by endpoint without a rule, with the SNI of the subset', () => {
    const matches = policyOf(rule('subsets: [{ name: v1 }]'), 'v1').transport_socket_matches;
    expect(matches?.map(({ name, transport_socket: socket }) => [name, socket.typed_config?.sni])).toEqual([
      ['tlsMode-istio', 'outbound_.80_.v1_.web.default.svc.cluster.local'],
      ['tlsMode-disabled', undefined],
    ]);
  });

  it.each([
    ['DISABLE', undefined],
    ['ISTIO_MUTUAL', 'outbound_.80_._.web.default.svc.cluster.local'],
  ])('%s is for all endpoints alike', (mode, sni) => {
    const { transport_socket: socket, transport_socket_matches: matches } = withPolicy(
      `tls: { mode: ${mode} }`,
    );
    expect([socket?.typed_config?.sni, matches]).toEqual([sni, undefined]);
  });
});

describe('§4.1 selection and merging', () => {
  const balance = (simple: string): string => `trafficPolicy: { loadBalancer: { simple: ${simple} } }`;

  it.each([
    ['the client’s namespace first', 'shop', 'RANDOM'],
    ['then the service’s', 'elsewhere', 'ROUND_ROBIN'],
  ])('searches %s', (_, namespace, expected) => {
    const state = meshOf(
      service('web') +
        rule(balance('ROUND_ROBIN')) +
        rule(balance('RANDOM').replace(/^/u, ''))
          .replace('host: web', 'host: web.default.svc.cluster.local')
          .replace('name: web', 'name: web, namespace: shop'),
    );
    expect(clusterOf(state, '', sidecar({ namespace })).lb_policy ?? 'ROUND_ROBIN').toBe(expected);
  });

  it('searches the root namespace last', () => {
    const state = meshOf(
      service('web') +
        rule(balance('RANDOM'), 'name: all, namespace: istio-system').replace('host: web', "host: '*.local'"),
    );
    expect([clusterOf(state).lb_policy, clusterOf(state, '', router()).lb_policy]).toEqual([
      'RANDOM',
      'RANDOM',
    ]);
  });

  it('takes the most specific host alone', () => {
    const state = meshOf(
      service('web') +
        rule('subsets: [{ name: v1 }]', 'name: a').replace(
          'host: web',
          "host: '*.default.svc.cluster.local'",
        ) +
        rule(balance('RANDOM'), 'name: b'),
    );
    expect(clusterOf(state).lb_policy).toBe('RANDOM');
    expect(() => clusterOf(state, 'v1')).toThrow('no cluster');
  });

  it('merges rules for one host: all subsets, the first traffic policy', () => {
    const state = meshOf(
      service('web') +
        rule('subsets: [{ name: v1 }]', 'name: a') +
        rule(`subsets: [{ name: v1, labels: { x: y } }, { name: v2 }], ${balance('RANDOM')}`, 'name: b') +
        rule(balance('ROUND_ROBIN'), 'name: c'),
    );
    const { clusters } = configOf(state);
    expect(
      clusters
        .filter(({ name }) => name.startsWith('outbound'))
        .map(({ name, lb_policy: policy }) => [name.split('|')[2], policy]),
    ).toEqual([
      ['', 'RANDOM'],
      ['v1', 'RANDOM'],
      ['v2', 'RANDOM'],
    ]);
  });

  it('with a workloadSelector is for those clients of its namespace', () => {
    const state = meshOf(
      service('web') +
        rule(`${balance('RANDOM')}, workloadSelector: { matchLabels: { app: x } }`, 'name: a') +
        rule(balance('ROUND_ROBIN'), 'name: b'),
    );
    const policies = [sidecar({ labels: { app: 'x' } }), sidecar()].map(
      (node) => clusterOf(state, '', node).lb_policy ?? 'ROUND_ROBIN',
    );
    expect(policies).toEqual(['RANDOM', 'ROUND_ROBIN']);
  });

  it('is not for other namespaces with exportTo: .', () => {
    const state = meshOf(service('web') + rule(`${balance('RANDOM')}, exportTo: ['.']`));
    const policies = ['default', 'shop'].map(
      (namespace) => clusterOf(state, '', sidecar({ namespace })).lb_policy,
    );
    expect(policies).toEqual(['RANDOM', 'LEAST_REQUEST']);
  });

  it('a subset replaces groups, and inherits the others', () => {
    const text = rule(
      'trafficPolicy: { loadBalancer: { simple: RANDOM }, connectionPool: { tcp: { maxConnections: 1 }, http: { maxRetries: 2 } } }, subsets: [{ name: v1, trafficPolicy: { connectionPool: { tcp: { maxConnections: 9 } } } }]',
    );
    expect(policyOf(text, 'v1')).toMatchObject({
      lb_policy: 'RANDOM',
      circuit_breakers: { thresholds: [{ max_connections: 9, max_retries: 4_294_967_295 }] },
    });
  });

  it('portLevelSettings inherit nothing', () => {
    const text = rule(
      'trafficPolicy: { loadBalancer: { simple: RANDOM }, portLevelSettings: [{ port: { number: 80 }, outlierDetection: { interval: 1s } }] }',
    );
    expect(policyOf(text)).toMatchObject({
      lb_policy: 'LEAST_REQUEST',
      outlier_detection: { interval: '1s' },
    });
  });

  it('§1.3 tells istioctl the rule and the subset', () => {
    expect(policyOf(rule('subsets: [{ name: v1 }]'), 'v1').metadata?.filter_metadata['istio']).toEqual({
      config: '/apis/networking.istio.io/v1/namespaces/default/destination-rule/web',
      services: [{ host: 'web.default.svc.cluster.local', name: 'web', namespace: 'default' }],
      subset: 'v1',
    });
  });

  it('§4.5 makes no cluster for a subset that no rule has', () => {
    const state = meshOf(service('web'));
    expect(() => clusterOf(state, 'v9')).toThrow('no cluster');
    expect(Object.keys(hostsOf(configOf(state), '80'))).toEqual([
      'web.default.svc.cluster.local:80',
      'allow_any',
    ]);
  });

  it('limits connections at the server too', () => {
    const state = meshOf(
      service('web') + rule('trafficPolicy: { connectionPool: { tcp: { maxConnections: 5 } } }'),
    );
    const inbound = configOf(state, sidecar({ labels: { app: 'web' } })).clusters.find(
      ({ name }) => name === 'inbound|3000||',
    );
    expect(inbound?.circuit_breakers?.thresholds).toMatchObject([{ max_connections: 5 }]);
  });
});
