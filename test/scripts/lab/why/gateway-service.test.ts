// The Service of the ingress gateway, changed as somebody changes it who looks for a way in.

import { PatchStrategy, type V1ServiceSpec } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokenLab, whyRed, type RedCheck } from './broken-lab.ts';

const door: RedCheck = { lab: 2, step: 'let-the-world-in', check: 'http' };
let lab: BrokenLab;

beforeAll(async () => {
  lab = await BrokenLab.open(['catalog', 'webapp']);
  await lab.apply('manifests/webapp/gateway.yaml');
});

afterAll(async () => lab[Symbol.asyncDispose]());

/** Resolves with the Service's spec as it was before. */
async function patchGateway(spec: object, strategy: PatchStrategy): Promise<V1ServiceSpec> {
  const metadata = { name: 'istio-ingressgateway', namespace: 'istio-system' };
  const { spec: before = {} } = await lab.cluster.core.readNamespacedService(metadata);
  const object = { apiVersion: 'v1', kind: 'Service', metadata, spec };
  await lab.cluster.objects.patch(object, undefined, undefined, undefined, undefined, strategy);
  return before;
}

describe('a Service of the gateway', () => {
  it.each([
    ['is not open to the outside', { type: 'ClusterIP' }, 'type ClusterIP, ports 15021, 80, 443'],
    [
      'has lost its port',
      { ports: [{ name: 'status-port', port: 15_021, targetPort: 15_021 }] },
      expect.stringMatching(/^Service istio-ingressgateway: type NodePort, ports 15021:\d+$/) as string,
    ],
  ])('that %s', async (_name, spec, line) => {
    const { ports } = await patchGateway(spec, PatchStrategy.MergePatch);
    const found = whyRed(door, await lab.picture());
    expect(found).toMatchObject({
      rung: 'accepted',
      cause: 'not-exposed',
      text: 'Service istio-ingressgateway of the ingress gateway does not open its port 80 as node port 30000, to which localhost leads.',
      evidence: [typeof line === 'string' ? `Service istio-ingressgateway: ${line}` : line],
    });
    const patch = /^kubectl -n istio-system patch service istio-ingressgateway -p '(.+)'$/.exec(
      found.fix,
    )?.[1];
    const { spec: fix } = JSON.parse(patch ?? '') as { spec: object };
    await patchGateway(fix, PatchStrategy.StrategicMergePatch);
    expect(whyRed(door, await lab.picture()).cause).not.toBe('not-exposed');
    await patchGateway({ ports }, PatchStrategy.MergePatch);
  });

  it('that leads to another port of its pods is none of the causes, and the namespace of the lab is named', async () => {
    const port = { name: 'http2', port: 80, targetPort: 9999, nodePort: 30_000 };
    const { ports } = await patchGateway({ ports: [port] }, PatchStrategy.MergePatch);
    expect(whyRed(door, await lab.picture()).text).toMatch(
      /^All objects in [\w-]+(?:, [\w-]+)* are as the lab has them/,
    );
    await patchGateway({ ports }, PatchStrategy.MergePatch);
  });
});
