import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { gatewayApiAdmission } from '../../../sandbox/gateway-api/admission.ts';
import type { NewObject } from '../../../sandbox/kube/object.ts';
import type { ResourceType } from '../../../sandbox/schema/type.ts';

function warnings(kind: string, spec: string, old?: string): string[] {
  const said: string[] = [];
  const object = (text: string): NewObject => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind,
    metadata: { name: 'x' },
    spec: parse(text) as object,
  });
  gatewayApiAdmission().validate?.({
    type: { group: 'gateway.networking.k8s.io' } as ResourceType,
    operation: old === undefined ? 'CREATE' : 'UPDATE',
    namespace: 'default',
    object: object(spec),
    old: old === undefined ? undefined : (object(old) as never),
    dryRun: false,
    warn: (text) => said.push(text.replace('; the real thing runs with --engine kind', '')),
  });
  return said;
}

const https = '{ gatewayClassName: istio, listeners: [{ name: s, port: 443, protocol: HTTPS }] }';

it.each([
  ['GRPCRoute', '{}', ['GRPCRoute is not executed by this sandbox (write an HTTPRoute)']],
  [
    'Gateway',
    https,
    [
      'Gateway spec.listeners[0].protocol is not executed by this sandbox (only HTTP listeners are: nothing listens on this port)',
    ],
  ],
  ['Gateway', '{ gatewayClassName: istio, listeners: [{ name: h, port: 80, protocol: HTTP }] }', []],
  [
    'Gateway',
    '{ gatewayClassName: istio-waypoint, listeners: [] }',
    [
      'Gateway spec.gatewayClassName is not executed by this sandbox (nothing runs the Gateways of istio-waypoint)',
    ],
  ],
  [
    'HTTPRoute',
    '{ parentRefs: [{ name: x, kind: ServiceEntry }], rules: [{ filters: [{ type: ExtensionRef }] }] }',
    [
      'HTTPRoute spec.parentRefs[0] is not executed by this sandbox (a ServiceEntry is no parent here)',
      'HTTPRoute spec.rules[0].filters[0] is not executed by this sandbox (Istio knows no extensions: the route has no effect)',
    ],
  ],
  ['HTTPRoute', '{ parentRefs: [{ name: x }] }', []],
])('%s %s: %j', (kind, spec, said) => {
  expect(warnings(kind, spec)).toEqual(said);
});

it('says a thing once', () => {
  expect(warnings('Gateway', https, https)).toEqual([]);
});

const listeners = (text: string): string => `{ gatewayClassName: istio, listeners: [${text}] }`;
const rule = (text: string): string => `{ rules: [${text}] }`;

it.each([
  [
    'Gateway',
    listeners('{ name: a, port: 80, protocol: HTTP }, { name: b, port: 80, protocol: HTTP }'),
    'spec.listeners: Invalid value: "array": Combination of port, protocol and hostname must be unique for each listener',
  ],
  [
    'Gateway',
    listeners('{ name: a, port: 80, protocol: HTTP, tls: {} }'),
    `spec.listeners: Invalid value: "array": tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']`,
  ],
  [
    'Gateway',
    listeners('{ name: a, port: 80, protocol: TCP, hostname: a.example.com }'),
    `spec.listeners: Invalid value: "array": hostname must not be specified for protocols ['TCP', 'UDP']`,
  ],
  [
    'HTTPRoute',
    rule('{ matches: [{ path: { value: api } }] }'),
    `spec.rules[0].matches[0].path: Invalid value: "object": value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']`,
  ],
  [
    'HTTPRoute',
    rule('{ matches: [{ path: { value: /a//b } }] }'),
    `spec.rules[0].matches[0].path: Invalid value: "object": must not contain '//' when type one of ['Exact', 'PathPrefix']`,
  ],
  [
    'HTTPRoute',
    rule('{ filters: [{ type: RequestRedirect }], backendRefs: [{ name: a, port: 80 }] }'),
    'spec.rules[0]: Invalid value: "object": RequestRedirect filter must not be used together with backendRefs',
  ],
  [
    'HTTPRoute',
    rule('{ filters: [{ type: RequestRedirect }, { type: URLRewrite }] }'),
    'spec.rules[0].filters: Invalid value: "array": May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both',
  ],
  [
    'HTTPRoute',
    rule('{ filters: [{ type: URLRewrite }, { type: URLRewrite }] }'),
    'spec.rules[0].filters: Invalid value: "array": URLRewrite filter cannot be repeated',
  ],
  [
    'HTTPRoute',
    rule('{ backendRefs: [{ name: a }] }'),
    'spec.rules[0].backendRefs[0]: Invalid value: "object": Must have port for Service reference',
  ],
  [
    'HTTPRoute',
    rule('{ timeouts: { request: 1s, backendRequest: 2s } }'),
    'spec.rules[0].timeouts: Invalid value: "object": backendRequest timeout cannot be longer than request timeout',
  ],
])('refuses %s %s', (kind, spec, message) => {
  expect(() => warnings(kind, spec)).toThrow(`${kind}.gateway.networking.k8s.io "x" is invalid: ${message}`);
});

it('takes a regular expression that is no path', () => {
  expect(
    warnings('HTTPRoute', rule('{ matches: [{ path: { type: RegularExpression, value: a//b } }] }')),
  ).toEqual([]);
});
