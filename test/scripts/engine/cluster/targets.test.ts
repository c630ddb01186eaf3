// Which pod a forward leads to.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ApiException, type V1Pod, type V1Service } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { readManifests } from '../../../../scripts/cluster/apply.ts';
import type { ClusterClient } from '../../../../scripts/cluster/client.ts';
import { defaultPortBase, portNames } from '../../../../scripts/engine/ports.ts';
import {
  forwardTargets,
  resolveTarget,
  type Resolved,
} from '../../../../scripts/engine/cluster/forward/targets.ts';

const target = { namespace: 'istio-system', service: 'kiali', port: 20_001 };

const service = (targetPort: number | string): V1Service => ({
  spec: { selector: { app: 'kiali' }, ports: [{ port: 20_001, targetPort }] },
});

const pod = (name: string, ready: 'True' | 'False', deleted = false): V1Pod => ({
  metadata: { name, ...(deleted ? { deletionTimestamp: new Date(0) } : {}) },
  spec: { containers: [{ name: 'kiali', ports: [{ name: 'api-port', containerPort: 20_002 }] }] },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});

async function resolve(found: V1Service | undefined, pods: readonly V1Pod[], pick = 0): Promise<Resolved> {
  const selectors: unknown[] = [];
  const core = {
    readNamespacedService: async () => {
      if (found === undefined) throw new ApiException(404, 'Not Found', {}, {});
      return found;
    },
    listNamespacedPod: async ({ labelSelector }: { labelSelector: string }) => {
      selectors.push(labelSelector);
      return { items: pods };
    },
  };
  const resolved = await resolveTarget({ core } as unknown as ClusterClient, target, () => pick);
  for (const selector of selectors) expect(selector).toBe('app=kiali');
  return resolved;
}

it('is one of the ready pods, at the port that the Service names or numbers', async () => {
  const pods = [pod('old', 'True', true), pod('starting', 'False'), pod('one', 'True'), pod('two', 'True')];
  const at = (name: string, port: number): Resolved => ({
    kind: 'found',
    to: { namespace: 'istio-system', pod: name, port },
  });
  expect(await resolve(service(8080), pods)).toEqual(at('one', 8080));
  expect(await resolve(service('api-port'), pods, 1)).toEqual(at('two', 20_002));
});

it('is none while no pod is ready, and none at all without the Service', async () => {
  expect(await resolve(service(8080), [pod('starting', 'False')])).toEqual({ kind: 'unready' });
  expect(await resolve(undefined, [])).toEqual({ kind: 'absent' });
  expect(await resolve({ spec: { ports: [] } }, [])).toEqual({ kind: 'absent' });
});

it('is for each port the Service that the addons have on kind', async () => {
  expect(forwardTargets).toHaveLength(portNames.length);
  const folder = join(import.meta.dirname, '..', '..', '..', '..', 'manifests', 'telemetry');
  const files = readdirSync(folder).map((file) => join(folder, file));
  const objects = (await Promise.all(files.map(readManifests))).flat() as readonly (V1Service & {
    kind: string;
  })[];
  const services = objects.flatMap(({ kind, metadata, spec }) =>
    kind === 'Service'
      ? (spec?.ports ?? []).map(({ port, nodePort }) => ({
          nodePort,
          target: { namespace: metadata?.namespace, service: metadata?.name, port },
        }))
      : [],
  );
  for (const [index, expected] of forwardTargets.entries()) {
    const mapped = services.filter(({ nodePort }) => nodePort === defaultPortBase + index);
    // The gateway is Istio's, and no addon.
    expect(mapped.map(({ target: found }) => found)).toEqual(index === 0 ? [] : [expected]);
  }
});
