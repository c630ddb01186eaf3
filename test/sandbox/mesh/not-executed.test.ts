import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kindsNotExecuted, notExecuted } from '../../../sandbox/mesh/not-executed.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

const fieldsOf = (kind: string, spec: string, apiVersion = 'networking.istio.io/v1'): string[] =>
  notExecuted({ apiVersion, kind, ...(parse(`spec: ${spec}`) as object) } as AnyObject).map(
    ({ field }) => field,
  );

describe('what is not executed', () => {
  it.each(Object.keys(kindsNotExecuted))('names the whole %s', (kind) => {
    expect(fieldsOf(kind, '{ hosts: [x] }', 'security.istio.io/v1')).toEqual(['spec']);
  });

  it.each([
    ['VirtualService', '{ tcp: [{ route: [] }], http: [{}] }', ['spec.tcp']],
    ['VirtualService', '{ tls: [] }', ['spec.tls']],
    ['VirtualService', '{ http: [{}, { mirror_percent: 5 }] }', ['spec.http[1].mirror_percent']],
    ['DestinationRule', '{ trafficPolicy: { tls: { mode: SIMPLE } } }', ['spec.trafficPolicy.tls.mode']],
    ['DestinationRule', '{ trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }', []],
    [
      'DestinationRule',
      '{ trafficPolicy: { connectionPool: { http: { h2UpgradePolicy: DO_NOT_UPGRADE, useClientProtocol: false } } } }',
      [],
    ],
    [
      'DestinationRule',
      '{ trafficPolicy: { connectionPool: { http: { h2UpgradePolicy: UPGRADE } } } }',
      ['spec.trafficPolicy.connectionPool.http.h2UpgradePolicy'],
    ],
    [
      'DestinationRule',
      '{ subsets: [{ name: v1, trafficPolicy: { portLevelSettings: [{ loadBalancer: { warmup: {} } }] } }] }',
      ['spec.subsets[0].trafficPolicy.portLevelSettings[0].loadBalancer.warmup'],
    ],
    [
      'Gateway',
      '{ servers: [{ port: { protocol: HTTP } }, { port: { protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: c } }] }',
      [],
    ],
    [
      'Gateway',
      '{ servers: [{ port: { protocol: TLS }, tls: { mode: PASSTHROUGH } }, { port: { protocol: HTTPS }, tls: { mode: MUTUAL, credentialName: c } }] }',
      ['spec.servers[0].port.protocol', 'spec.servers[0].tls.mode', 'spec.servers[1].tls.mode'],
    ],
    // Without a mode, TLS is PASSTHROUGH (facts §5.1).
    [
      'Gateway',
      '{ servers: [{ port: { protocol: HTTP } }, { port: { protocol: HTTPS }, tls: { credentialName: c } }, { port: { protocol: https }, tls: {} }] }',
      ['spec.servers[1]', 'spec.servers[2]'],
    ],
    ['ServiceEntry', '{ hosts: [a.b], ports: [{ protocol: HTTP }], resolution: DNS }', []],
    [
      'ServiceEntry',
      '{ ports: [{ protocol: TLS }], endpoints: [{ address: "unix:///a", locality: x }] }',
      ['spec.ports[0].protocol', 'spec.endpoints[0].locality', 'spec.endpoints[0].address'],
    ],
    ['WorkloadEntry', '{ address: 10.0.0.1, network: n }', ['spec.network']],
    ['AuthorizationPolicy', '{ action: CUSTOM, provider: { name: a }, rules: [{}] }', ['spec.action']],
    ['RequestAuthentication', '{ jwtRules: [{ issuer: a, jwks: b }] }', []],
    [
      'RequestAuthentication',
      '{ jwtRules: [{ issuer: a, jwksUri: b, timeout: 1s }] }',
      ['spec.jwtRules[0].jwksUri', 'spec.jwtRules[0].timeout'],
    ],
    ['AuthorizationPolicy', '{ action: DENY, rules: [{}] }', []],
    [
      'AuthorizationPolicy',
      '{ targetRefs: [{ kind: Gateway, name: a }, { kind: Service, name: b }] }',
      ['spec.targetRefs[1].kind'],
    ],
    ['Gateway', '{ servers: [{ port: { protocol: http }, tls: { httpsRedirect: true } }] }', []],
  ])('%s %s: %j', (kind, spec, fields) => {
    expect(fieldsOf(kind, spec)).toEqual(fields);
  });

  it('says nothing of rules that are executed in full', () => {
    const spec =
      '{ hosts: [a], http: [{ match: [{ uri: { prefix: / } }], retries: { attempts: 1 }, route: [{ destination: { host: a } }] }] }';
    expect(fieldsOf('VirtualService', spec)).toEqual([]);
  });

  it('names settings of the mesh config that nothing comes of', () => {
    const settings = (name: string): string[] =>
      notExecuted({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: 'istio-system' },
        data: { mesh: 'accessLogFile: /dev/stdout\naccessLogFormat: "%PROTOCOL%"\n' },
      } as unknown as Parameters<typeof notExecuted>[0]).map(({ field }) => field);
    expect([settings('istio'), settings('other')]).toEqual([['data.mesh accessLogFormat'], []]);
  });

  it('says nothing of kinds of the same name that are not Istio’s', () => {
    expect(fieldsOf('Gateway', '{ servers: [{ port: { protocol: HTTPS } }] }', 'example.com/v1')).toEqual([]);
  });
});
