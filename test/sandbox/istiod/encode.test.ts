// Configurations in protobuf, as istiod sends them to istioctl. `npm run test:tools` shows them to the real one.

import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentDump } from '../../../sandbox/istiod/debug.ts';
import type { ProxyNode } from '../../../sandbox/mesh/proxy-node.ts';
import { encodeAny } from '../../../sandbox/istiod/xds/encode.ts';
import { MeshState } from '../../../sandbox/mesh/model.ts';
import { runs } from '../../support/properties.ts';
import { steps } from '../mesh/support/arbitrary-mesh.ts';
import { configOf, meshOf, router, service, sidecar } from '../mesh/support/mesh.ts';

/** The bytes of a message without the Any around it, in hexadecimal. */
function bytesOf(type: string, value: object): string {
  const typeUrl = `type.googleapis.com/envoy.${type}`;
  const any = encodeAny({ '@type': typeUrl, ...value });
  // One byte each for the two fields' numbers, and for their lengths, which are short here.
  return any
    .subarray(2 + typeUrl.length)
    .toString('hex')
    .slice(4);
}

describe('a field', () => {
  it.each([
    ['a text', 'config.core.v3.HeaderValue', { key: 'a', value: '0' }, '0a0161 120130'],
    ['an empty text', 'config.core.v3.HeaderValue', { key: 'a', value: '' }, '0a0161'],
    [
      'an empty text of several that exclude each other',
      'config.route.v3.RouteMatch',
      { prefix: '' },
      '0a00',
    ],
    ['a number', 'type.v3.FractionalPercent', { numerator: 300, denominator: 'MILLION' }, '08ac02 1002'],
    [
      "a number and an enumeration's zero",
      'type.v3.FractionalPercent',
      { numerator: 0, denominator: 'HUNDRED' },
      '',
    ],
    ['a fraction', 'type.v3.Percent', { value: 1.5 }, '09 000000000000f83f'],
    [
      'a number of 64 bits',
      'config.route.v3.RetryPolicy',
      { host_selection_retry_max_attempts: '5' },
      '3005',
    ],
    ['false in a wrapper', 'config.route.v3.RouteConfiguration', { validate_clusters: false }, '3a00'],
    ['a time', 'config.route.v3.RouteAction', { timeout: '2.5s' }, '4208 0802 1080cab5ee01'],
    ['no time', 'config.route.v3.RouteAction', { timeout: '0s' }, '4200'],
    ['bytes', 'config.core.v3.DataSource', { inline_bytes: 'AAE=' }, '12020001'],
    ['texts', 'config.route.v3.VirtualHost', { domains: ['a', ''] }, '120161 1200'],
    [
      'a map of structures',
      'config.core.v3.Metadata',
      { filter_metadata: { i: { a: [null, true, 'b', 1] } } },
      '0a26 0a0169 1221 0a1f 0a0161 121a 3218 0a020800 0a022001 0a031a0162 0a0911000000000000f03f',
    ],
    ['a message', 'type.matcher.v3.PathMatcher', { path: { exact: 'a' } }, '0a03 0a0161'],
    ['an empty message', 'config.rbac.v3.Permission', { and_rules: { rules: [] } }, '0a00'],
  ])('%s', (_, type, value, bytes) => {
    expect(bytesOf(type, value)).toBe(bytes.replaceAll(' ', ''));
  });

  it.each([
    [{ nothing: 1 }, 'envoy.type.v3.FractionalPercent has no known field nothing'],
    [{ denominator: 'DOZEN' }, 'envoy.type.v3.FractionalPercent.DenominatorType has no value DOZEN'],
  ])('%j is refused by name', (value, why) => {
    expect(() => bytesOf('type.v3.FractionalPercent', value)).toThrow(why);
  });

  it('of a type that is not Envoy\u2019s stays out, and its type stays', () => {
    const typeUrl = 'type.googleapis.com/stats.PluginConfig';
    const any = encodeAny({ '@type': typeUrl, reporter: 'SERVER_GATEWAY' });
    expect(any.subarray(2).toString()).toBe(typeUrl);
  });
});

const encodes = (state: MeshState, node: ProxyNode): number =>
  sentDump({ config: configOf(state, node), node }).configs.map(encodeAny).length;

it('every configuration of a mesh can be sent', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const state = new MeshState();
      for (const { object } of all) state.apply({ type: 'ADDED', object });
      for (const node of [sidecar({ labels: { app: 'a' } }), router()]) expect(encodes(state, node)).toBe(7);
    }),
    { numRuns: runs(30) },
  );
});

it('so can every field that a mesh has', () => {
  const state = meshOf(readFileSync('test/sandbox/mesh/support/every-field.yaml', 'utf8'));
  for (const node of [sidecar({ labels: { app: 'web' } }), router()]) expect(encodes(state, node)).toBe(7);
});

it('so can what policies ask for', () => {
  const policies = `${service('web')}
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: jwt, namespace: default }
spec:
  jwtRules:
    - issuer: me
      jwks: '{"keys":[]}'
      audiences: [you]
      fromHeaders: [{ name: x-token, prefix: 'T ' }]
      fromParams: [token]
      outputPayloadToHeader: x-payload
      outputClaimToHeaders: [{ header: x-sub, claim: sub }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny, namespace: default }
spec:
  action: DENY
  rules:
    - from: [{ source: { notPrincipals: ['*'], ipBlocks: [10.0.0.0/8], notRequestPrincipals: ['me/*'] } }]
      to: [{ operation: { hosts: ['*.com'], methods: [GET], paths: ['/a/*', '/{*}/b'], ports: ['80'] } }]
      when: [{ key: 'request.auth.claims[groups]', values: [admin] }]
`;
  expect(encodes(meshOf(policies), sidecar({ labels: { app: 'web' } }))).toBe(7);
});
