// The addons, from their manifests to their Deployments being available.

import { applyObjects, parseManifests } from '../../cluster/apply.ts';
import { restartBrokenPods } from '../../cluster/broken-pod.ts';
import { openCluster } from '../../cluster/client.ts';
import { rolloutAll } from '../../cluster/rollout.ts';
import type { TaskContext } from '../../setup/task.ts';
import { addonManifest, type Addon, type AddonFile } from './addons.ts';

// Their images are in the node by then, mostly.
const withinMs = 10 * 60_000;

export async function deployAddons(
  kubeconfig: string,
  addons: readonly Addon[],
  file: AddonFile,
  { signal, note }: TaskContext,
): Promise<void> {
  const cluster = openCluster(kubeconfig);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } };
  await applyObjects(cluster, [namespace], 'the workshop');
  for (const addon of addons) {
    const source = `manifests/telemetry/${addon.name}.yaml`;
    await applyObjects(cluster, parseManifests(addonManifest(addon, file), source), source);
  }
  await Promise.all(
    [...new Set(addons.map((addon) => addon.namespace))].map(async (name) => {
      await restartBrokenPods(cluster, name);
      await rolloutAll(cluster, {
        namespace: name,
        names: addons.filter((addon) => addon.namespace === name).map((addon) => addon.name),
        onWait: (waiting) => {
          if (waiting.length > 0) note(`waiting for ${waiting.join(', ')}`);
        },
        withinMs,
        signal,
      });
    }),
  );
}

/** Istio's CRDs must be there. */
export async function traceEverything(kubeconfig: string, file: AddonFile): Promise<void> {
  const source = 'manifests/telemetry/tracing.yaml';
  const objects = parseManifests(addonManifest({ name: 'tracing' }, file), source);
  await applyObjects(openCluster(kubeconfig), objects, source);
}
