import { describe, expect, it } from 'vitest';
import { verdict } from './verdict.ts';

const policy = (trafficPolicy: string) =>
  verdict('DestinationRule', `{ host: web, trafficPolicy: ${trafficPolicy} }`);

describe('a DestinationRule is refused (facts §10.1)', () => {
  it.each([
    ["{ host: '' }", 'empty domain name not allowed'],
    ['{ host: web, subsets: [{ name: v1 }, { name: v1 }] }', 'duplicate subset names: v1'],
    ['{ host: web, subsets: [{ name: v_1 }] }', 'subset name is invalid: v_1'],
    ["{ host: web, subsets: [{ name: '' }] }", 'subset name cannot be empty'],
    ["{ host: web, subsets: [{ name: v1, labels: { a: 'b c' } }] }", 'invalid tag value: "b c"'],
    [
      '{ host: web, subsets: [{ name: v1, trafficPolicy: {} }] }',
      'traffic policy must have at least one field',
    ],
    [
      "{ host: web, exportTo: ['*'], workloadSelector: { matchLabels: { a: b } } }",
      'destination rule with workload selector cannot have exportTo beyond current namespace',
    ],
  ])('%s: %s', (spec, message) => {
    expect(verdict('DestinationRule', spec).errors).toEqual([message]);
  });

  it.each([
    ['{}', 'traffic policy must have at least one field'],
    ['{ connectionPool: {} }', 'connection pool must have at least one field'],
    ['{ connectionPool: { tcp: { maxConnections: -1 } } }', 'max connections must be non-negative'],
    [
      '{ connectionPool: { http: { http1MaxPendingRequests: -1 } } }',
      'http1 max pending requests must be non-negative',
    ],
    ['{ outlierDetection: { maxEjectionPercent: 101 } }', 'percentage 101 is not in range 0..100'],
    [
      '{ outlierDetection: { consecutiveLocalOriginFailures: 1 } }',
      'outlier detection consecutive local origin failures is specified, but split external local origin errors is set to false',
    ],
    ['{ outlierDetection: { interval: 0s } }', 'duration must be greater than 1ms'],
    [
      '{ loadBalancer: { consistentHash: { maglev: { tableSize: 4 } } } }',
      'tableSize must be a prime number for maglev',
    ],
    ["{ loadBalancer: { consistentHash: { httpCookie: { name: '' } } } }", 'name required for HttpCookie'],
    [
      '{ loadBalancer: { localityLbSetting: { distribute: [{ from: a, to: { b: 90 } }] } } }',
      'total locality weight 90 != 100',
    ],
    [
      '{ loadBalancer: { localityLbSetting: { distribute: [{ from: a/*, to: { b: 100 } }, { from: a/b, to: { b: 100 } }] } } }',
      'locality a/b overlap with previous specified ones',
    ],
    ['{ tls: { mode: MUTUAL, privateKey: a } }', 'client certificate required for mutual tls'],
    [
      '{ tls: { mode: SIMPLE, credentialName: a, caCertificates: b } }',
      'cannot specify client certificates or CA certificate or CA CRL If credentialName is set',
    ],
    ['{ portLevelSettings: [{ port: { number: 80 } }] }', 'port traffic policy must have at least one field'],
    ['{ portLevelSettings: [{ tls: { mode: DISABLE } }] }', 'portTrafficPolicy must have valid port'],
    [
      '{ tunnel: { targetHost: a_b, targetPort: 80 } }',
      'tunnel target host must be valid FQDN or IP address: domain name "a_b" invalid (label "a_b" invalid); a_b is not a valid IP',
    ],
  ])('for the policy %s', (trafficPolicy, message) => {
    expect(policy(trafficPolicy).errors).toEqual([message]);
  });
});

it.each([
  [
    '{ outlierDetection: { consecutiveErrors: 5 } }',
    'outlier detection consecutive errors is deprecated, use consecutiveGatewayErrors or consecutive5xxErrors instead',
  ],
  [
    '{ loadBalancer: { consistentHash: { minimumRingSize: 5 } } }',
    "consistent hash MinimumRingSize is deprecated, use ConsistentHashLB's RingHash configuration instead",
  ],
])('a DestinationRule with the policy %s gets a warning', (trafficPolicy, warning) => {
  expect(policy(trafficPolicy)).toMatchObject({ errors: [], warnings: [warning] });
});

it.each([
  ['a host that is nowhere', '{ host: nowhere.example.com }'],
  ['a subset without labels', '{ host: web, subsets: [{ name: v1 }] }'],
  ['labels that match nothing', '{ host: web, subsets: [{ name: v1, labels: { version: v9 } }] }'],
  [
    'idle connections that are never closed',
    '{ host: web, trafficPolicy: { connectionPool: { tcp: { idleTimeout: 0s } } } }',
  ],
])('a DestinationRule is accepted without a word with %s (facts §10.1)', (_what, spec) => {
  expect(verdict('DestinationRule', spec)).toMatchObject({ errors: [], warnings: [] });
});

it.each([
  ['{ connectionPool: { tcp: { idleTimeout: soon } } }', 'time: invalid duration "soon"'],
  [
    "{ loadBalancer: { consistentHash: { httpCookie: { name: a, ttl: '5' } } } }",
    'time: missing unit in duration "5"',
  ],
])('a DestinationRule with the policy %s cannot be read', (trafficPolicy, why) => {
  expect(policy(trafficPolicy).denial).toBe(`error decoding configuration: bad Duration: ${why}`);
});

it('a label that is called like a duration is no duration', () => {
  const spec = '{ host: web, subsets: [{ name: httpCookie, labels: { ttl: soon } }] }';
  expect(verdict('DestinationRule', spec).errors).toEqual([]);
});
