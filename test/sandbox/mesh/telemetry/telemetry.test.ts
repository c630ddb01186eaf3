import { describe, expect, it } from 'vitest';
import { apply, configOf, meshOf, router, sidecar } from '../support/mesh.ts';
import type { MeshConfig } from '../../../../sandbox/mesh/mesh-config.ts';
import type { ProxyNode } from '../../../../sandbox/mesh/proxy-node.ts';

const telemetry = (spec: string, metadata = 'name: t'): string => `
---
kind: Telemetry
metadata: { ${metadata} }
spec: ${spec}
`;
const gateway = `
kind: Gateway
metadata: { name: gw, namespace: istio-system }
spec: { selector: { istio: ingressgateway }, servers: [{ port: { number: 8080, name: http, protocol: HTTP }, hosts: ["*"] }] }
`;
const on = '{ providers: [{ name: envoy }] }';
const off = '{ providers: [{ name: envoy }], disabled: true }';

/** Whether a proxy logs what it sends and what it takes. */
function logs(
  text: string,
  mesh: Partial<MeshConfig> = {},
  node: ProxyNode = sidecar(),
): { out: boolean; in: boolean } {
  const { listeners } = configOf(meshOf(`${gateway}${text}`, mesh), node);
  const logged = (direction: string): boolean =>
    listeners.some(({ traffic_direction: own, access_log: log }) => own === direction && log !== undefined);
  return { out: logged('OUTBOUND'), in: logged('INBOUND') };
}
const both = { out: true, in: true };
const none = { out: false, in: false };

describe('Telemetry accessLogging (§8.1)', () => {
  it.each([
    ['switches logs on in its namespace', telemetry(`{ accessLogging: [${on}] }`), both],
    [
      'switches them on in the whole mesh',
      telemetry(`{ accessLogging: [${on}] }`, 'name: t, namespace: istio-system'),
      both,
    ],
    [
      'does nothing for other namespaces',
      telemetry(`{ accessLogging: [${on}] }`, 'name: t, namespace: shop'),
      none,
    ],
    ['does nothing without a provider', telemetry('{ accessLogging: [{}] }'), none],
    [
      'is for clients only',
      telemetry('{ accessLogging: [{ providers: [{ name: envoy }], match: { mode: CLIENT } }] }'),
      { out: true, in: false },
    ],
    [
      'is for servers only',
      telemetry('{ accessLogging: [{ providers: [{ name: envoy }], match: { mode: SERVER } }] }'),
      { out: false, in: true },
    ],
    [
      'is for the pods it selects',
      telemetry(`{ selector: { matchLabels: { app: x } }, accessLogging: [${on}] }`),
      both,
    ],
    [
      'is not for others',
      telemetry(`{ selector: { matchLabels: { app: y } }, accessLogging: [${on}] }`),
      none,
    ],
    [
      'of a workload comes after its namespace’s, and goes on with its provider',
      telemetry(`{ accessLogging: [${on}] }`) +
        telemetry(
          '{ selector: { matchLabels: { app: x } }, accessLogging: [{ disabled: true }] }',
          'name: w',
        ),
      none,
    ],
    [
      'of a namespace comes after the mesh’s',
      telemetry(`{ accessLogging: [${off}] }`, 'name: t, namespace: istio-system') +
        telemetry(`{ accessLogging: [${on}] }`),
      both,
    ],
    [
      'of one namespace: the older holds',
      telemetry(`{ accessLogging: [${on}] }`, 'name: a, creationTimestamp: "2025-04-01T10:00:05Z"') +
        telemetry(`{ accessLogging: [${off}] }`, 'name: b'),
      none,
    ],
  ])('%s', (_, text, expected) => {
    expect(logs(text, {}, sidecar({ labels: { app: 'x' } }))).toEqual(expected);
  });

  it.each([
    ['by its provider: off', `{ accessLogging: [${off}] }`, none],
    [
      'without a provider: on, for the file of the mesh config is no provider',
      '{ accessLogging: [{ disabled: true }] }',
      both,
    ],
  ])('disables the log that the mesh config has, %s', (_, spec, expected) => {
    expect(logs(telemetry(spec), { accessLogFile: '/dev/stdout' })).toEqual(expected);
  });

  it('holds for gateways of its namespace', () => {
    const text = telemetry(`{ accessLogging: [${on}] }`, 'name: t, namespace: istio-system');
    expect(logs(text, {}, router()).out).toBe(true);
  });

  it('ends with the Telemetry', () => {
    const state = meshOf(telemetry(`{ accessLogging: [${on}] }`));
    apply(state, telemetry('{}').replace('\n---\n', ''), 'DELETED');
    expect(configOf(state).listeners.every(({ access_log: log }) => log === undefined)).toBe(true);
  });
});
