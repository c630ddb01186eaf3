import { describe, expect, it } from 'vitest';
import { lines } from './support.ts';

const pod = (name: string, namespace = 'default'): string => `
---
kind: Pod
metadata:
  name: ${name}
  namespace: ${namespace}
  labels: { app: edge, gateway.networking.k8s.io/gateway-name: edge }
spec: { containers: [{ name: istio-proxy }] }
`;
const policy = (kind: string, spec: string): string =>
  `---\nkind: ${kind}\nmetadata: { name: p, namespace: default }\nspec: ${spec}\n`;

describe('§10.2 selectors of pods of the Gateway API’s Gateways', () => {
  it.each(['AuthorizationPolicy', 'RequestAuthentication', 'Telemetry'])('IST0166: of a %s', (kind) => {
    const text = pod('a') + pod('b') + policy(kind, '{ selector: { matchLabels: { app: edge } } }');
    expect(lines(text)).toEqual([
      `Warning [IST0166] (${kind} default/p) Ineffective selector on Kubernetes Gateway edge. Use the TargetRef field instead.`,
    ]);
  });

  it.each([
    ['a policy with a target', '{ targetRef: { kind: Gateway, name: edge } }', 'default'],
    ['a policy for all pods', '{}', 'default'],
    ['pods of another namespace', '{ selector: { matchLabels: { app: edge } } }', 'other'],
  ])('nothing of %s', (_, spec, namespace) => {
    expect(lines(pod('a', namespace) + policy('RequestAuthentication', spec), 'default')).toEqual([]);
  });
});

describe('§10.2 conditions', () => {
  const condition = (type: string, status: string): string =>
    `conditions: [{ type: ${type}, status: "${status}", reason: Why, message: so it is }]`;
  const withStatus = (apiVersion: string, kind: string, status: string): string =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a, namespace: default }\nspec: {}\nstatus: { ${status} }\n`;
  const gateway = (type: string, status: string): string =>
    withStatus('gateway.networking.k8s.io/v1', 'Gateway', condition(type, status));

  it.each([
    ['of a Gateway', 'Gateway', 'Programmed', gateway('Programmed', 'False')],
    [
      'of a route’s parent',
      'HTTPRoute',
      'ResolvedRefs',
      withStatus(
        'gateway.networking.k8s.io/v1',
        'HTTPRoute',
        `parents: [{ ${condition('ResolvedRefs', 'False')} }]`,
      ),
    ],
    [
      'of a Service',
      'Service',
      'istio.io/WaypointBound',
      withStatus('v1', 'Service', condition('istio.io/WaypointBound', 'False')),
    ],
  ])('IST0171: %s', (_, kind, type, text) => {
    expect(lines(text)).toEqual([
      `Warning [IST0171] (${kind} default/a) A condition with a negative status is present: type=${type}, reason=Why, message=so it is.`,
    ]);
  });

  it.each([
    ['Programmed', 'True'],
    ['Programmed', 'Unknown'],
    ['Conflicted', 'False'],
  ])('nothing of %s: %s', (type, status) => {
    expect(lines(gateway(type, status))).toEqual([]);
  });
});
