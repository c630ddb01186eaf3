import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { brokenRules } from '../../../sandbox/istio-api/broken-rules.ts';
import { istioKinds } from '../../../sandbox/istio-api/kinds.ts';
import * as rules from '../../../sandbox/istio-api/schemas/cel-rules.ts';
import type { Schema } from '../../../sandbox/schema/type.ts';

const schemaOf = (kind: string): Schema => {
  const found = istioKinds.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return { type: 'object', properties: { spec: found.spec() } };
};

const said = (kind: string, spec: string): string[] =>
  brokenRules(schemaOf(kind), { spec: parse(spec) as unknown }).map(
    ({ field, message }) => `${field}: ${message}`,
  );

const port = '{ number: 80, name: http }';

it.each([
  [
    'VirtualService',
    '{ http: [{}, { retries: { perTryTimeout: 500us } }] }',
    'spec.http[1].retries.perTryTimeout: Invalid value: "string": must be a valid duration greater than 1ms',
  ],
  [
    'DestinationRule',
    '{ workloadSelector: { matchLabels: { a: "b*" } } }',
    'spec.workloadSelector.matchLabels.a: Invalid value: "string": wildcard not allowed in label value match',
  ],
  [
    'DestinationRule',
    '{ workloadSelector: { matchLabels: { "a*": b } } }',
    'spec.workloadSelector.matchLabels: Invalid value: "object": wildcard not allowed in label key match',
  ],
  [
    'PeerAuthentication',
    '{ selector: { matchLabels: { "": b } } }',
    'spec.selector.matchLabels: Invalid value: "object": key must not be empty',
  ],
  [
    'PeerAuthentication',
    '{ selector: { matchLabels: { a: b } }, portLevelMtls: { "0": {} } }',
    'spec.portLevelMtls: Invalid value: "object": port must be between 1-65535',
  ],
  [
    'Sidecar',
    '{ workloadSelector: { labels: { a: "*" } } }',
    'spec.workloadSelector.labels.a: Invalid value: "string": wildcard is not supported in selector',
  ],
  [
    'AuthorizationPolicy',
    '{ selector: {}, targetRefs: [{ kind: Service, name: a }] }',
    'spec: Invalid value: "object": only one of targetRefs or selector can be set',
  ],
  [
    'AuthorizationPolicy',
    '{ targetRefs: [{ kind: Service, name: a, namespace: b }] }',
    'spec.targetRefs[0].namespace: Invalid value: "string": cross namespace referencing is not currently supported',
  ],
  [
    'AuthorizationPolicy',
    '{ rules: [{ from: [{ source: { serviceAccounts: [a], namespaces: [b] } }] }] }',
    'spec.rules[0].from[0].source: Invalid value: "object": Cannot set serviceAccounts with namespaces or principals',
  ],
  [
    'EnvoyFilter',
    '{ workloadSelector: {}, targetRefs: [] }',
    'spec: Invalid value: "object": only one of targetRefs or workloadSelector can be set',
  ],
  [
    'RequestAuthentication',
    '{ jwtRules: [{ issuer: a, jwks: b, jwksUri: "https://c" }] }',
    'spec.jwtRules[0]: Invalid value: "object": only one of jwks or jwksUri can be set',
  ],
  [
    'RequestAuthentication',
    '{ jwtRules: [{ issuer: a, jwksUri: "ftp://c" }] }',
    'spec.jwtRules[0].jwksUri: Invalid value: "string": url must have scheme http:// or https://',
  ],
  ['ServiceEntry', '{ hosts: ["*"] }', 'spec.hosts[0]: Invalid value: "string": hostname cannot be wildcard'],
  [
    'ServiceEntry',
    `{ ports: [${port}, { number: 80, name: b }] }`,
    'spec.ports: Invalid value: "array": port number cannot be duplicated',
  ],
  [
    'ServiceEntry',
    '{ ports: [{ number: 0, name: a }] }',
    'spec.ports[0].number: Invalid value: "integer": port must be between 1-65535',
  ],
  [
    'ServiceEntry',
    '{ endpoints: [{ address: 1.2.3.4 }] }',
    'spec: Invalid value: "object": NONE mode cannot set endpoints',
  ],
  [
    'ServiceEntry',
    '{ resolution: STATIC, workloadSelector: {}, endpoints: [] }',
    'spec: Invalid value: "object": only one of WorkloadSelector or Endpoints can be set',
  ],
  [
    'ServiceEntry',
    '{ resolution: DNS, addresses: [10.0.0.0/8] }',
    'spec: Invalid value: "object": CIDR addresses are allowed only for NONE/STATIC resolution types',
  ],
  [
    'ServiceEntry',
    '{ resolution: DNS_ROUND_ROBIN, endpoints: [{ address: a }, { address: b }] }',
    'spec: Invalid value: "object": DNS_ROUND_ROBIN mode cannot have multiple endpoints',
  ],
  ['WorkloadEntry', '{}', 'spec: Invalid value: "object": Address is required'],
  [
    'WorkloadEntry',
    '{ address: "unix:///a", ports: { a: 1 } }',
    'spec: Invalid value: "object": UDS may not include ports',
  ],
  [
    'WorkloadEntry',
    '{ address: "unix://a" }',
    'spec.address: Invalid value: "string": UDS must be an absolute path or abstract socket',
  ],
  [
    'WorkloadEntry',
    '{ address: "unix:///a/" }',
    'spec.address: Invalid value: "string": UDS may not be a dir',
  ],
  [
    'WorkloadEntry',
    '{ address: a, ports: { a_b: 1 } }',
    'spec.ports: Invalid value: "object": port name must be valid',
  ],
  [
    'WorkloadGroup',
    '{ template: {}, probe: { httpGet: { port: 80, scheme: FTP } } }',
    'spec.probe.httpGet.scheme: Invalid value: "string": scheme must be one of [HTTP, HTTPS]',
  ],
  [
    'WasmPlugin',
    '{ url: "ftp://a" }',
    'spec.url: Invalid value: "string": url must have schema one of [http, https, file, oci]',
  ],
  [
    'WasmPlugin',
    '{ url: a, vmConfig: { env: [{ name: a, valueFrom: HOST, value: b }] } }',
    'spec.vmConfig.env[0]: Invalid value: "object": value may only be set when valueFrom is INLINE',
  ],
  [
    'Telemetry',
    '{ metrics: [{ overrides: [{ tagOverrides: { a: { operation: UPSERT } } }] }] }',
    'spec.metrics[0].overrides[0].tagOverrides.a: Invalid value: "object": value must be set when operation is UPSERT',
  ],
  [
    'Telemetry',
    '{ metrics: [{ overrides: [{ tagOverrides: { a: { operation: REMOVE, value: b } } }] }] }',
    'spec.metrics[0].overrides[0].tagOverrides.a: Invalid value: "object": value must not be set when operation is REMOVE',
  ],
])('%s %s breaks a rule', (kind, spec, message) => {
  expect(said(kind, spec)).toEqual([message]);
});

it.each([
  ['VirtualService', '{ http: [{ timeout: 1ms }, { timeout: 1h30m }, { timeout: 0.5s }] }'],
  ['ServiceEntry', `{ hosts: ["*.a.b"], addresses: [10.0.0.0/8], ports: [${port}] }`],
  ['WorkloadEntry', '{ address: "unix://@a" }'],
  ['WasmPlugin', '{ url: "ghcr.io/a/b:1" }'],
  ['WasmPlugin', '{ url: "oci://ghcr.io/a/b:1" }'],
  ['PeerAuthentication', '{ selector: { matchLabels: { a: b } }, portLevelMtls: { "80": {} } }'],
])('%s %s breaks none', (kind, spec) => {
  expect(said(kind, spec)).toEqual([]);
});

it('every rule that a schema names is one that is checked', () => {
  const checked = new Set(Object.values(rules).map(({ rule }) => rule));
  const named = istioKinds.flatMap(({ spec }) => rulesIn(spec()));
  expect(named.filter((rule) => !checked.has(rule))).toEqual([]);
  expect(new Set(named).size).toBe(checked.size);
});

function rulesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = (schema as Schema)['x-kubernetes-validations'] ?? [];
  return [...own.map(({ rule }) => rule), ...Object.values(schema).flatMap(rulesIn)];
}
