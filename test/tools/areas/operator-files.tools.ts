// The real istioctl renders the operator files, and the gateway's Service has the ports that are mapped.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { run } from '../../../scripts/process/run.ts';
import { findTools } from '../support/find-tools.ts';

const { path: istioctl } = (await findTools()).istioctl;
const root = join(import.meta.dirname, '..', '..', '..');

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

async function render(file: string): Promise<readonly Rendered[]> {
  const { exitCode, stdout, stderr } = await run(istioctl ?? '', ['manifest', 'generate', '-f', file]);
  expect([exitCode, stderr]).toEqual([0, '']);
  const documents = parseAllDocuments(stdout);
  return (Array.isArray(documents) ? documents : []).flatMap((document) => {
    const value = document.toJS() as Rendered | null;
    return value === null ? [] : [value];
  });
}

const named = (objects: readonly Rendered[], kind: string, name: string): Rendered | undefined =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

describe.skipIf(istioctl === undefined)('istioctl manifest generate', () => {
  // Only the track of this istioctl: another renders charts of another version.
  it('gives the gateway of kind/course fixed node ports, one of them mapped to this machine', async () => {
    const objects = await render(join(root, 'kind', 'course', 'istio.yaml'));
    const { spec } = named(objects, 'Service', 'istio-ingressgateway') as V1Service;
    expect(spec).toMatchObject({ type: 'NodePort', externalTrafficPolicy: 'Local' });
    expect(spec?.ports).toEqual([
      { name: 'status-port', port: 15_021, targetPort: 15_021, nodePort: 30_021, protocol: 'TCP' },
      { name: 'http2', port: 80, targetPort: 8080, nodePort: 30_000, protocol: 'TCP' },
      { name: 'https', port: 443, targetPort: 8443, nodePort: 30_443, protocol: 'TCP' },
    ]);
    expect(named(objects, 'Deployment', 'istio-egressgateway')).toBeUndefined();
    for (const name of ['istiod', 'istio-ingressgateway']) {
      const { spec: deployment } = named(objects, 'Deployment', name) as V1Deployment;
      const [container] = deployment?.template.spec?.containers ?? [];
      expect(container?.image).toMatch(/^docker\.io\/istio\/(pilot|proxyv2):1\.25\.1$/);
    }
    expect(named(objects, 'HorizontalPodAutoscaler', 'istiod')).toBeUndefined();
  });

  const own = join(root, 'manifests', 'istio', 'cluster-engine.yaml');
  it.skipIf(!existsSync(own))('gives the gateway of the cluster engine no node ports at all', async () => {
    const objects = await render(own);
    const { spec } = named(objects, 'Service', 'istio-ingressgateway') as V1Service;
    expect(spec?.type).toBe('ClusterIP');
    expect(spec?.ports?.map(({ port, targetPort, nodePort }) => [port, targetPort, nodePort])).toEqual([
      [15_021, 15_021, undefined],
      [80, 8080, undefined],
      [443, 8443, undefined],
    ]);
  });
});
