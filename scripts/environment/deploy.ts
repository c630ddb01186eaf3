// What a lab's start does to the cluster: remove what labs left, deploy what the lab asks for.

import { applyFiles } from '../cluster/apply.ts';
import { openCluster } from '../cluster/client.ts';
import { deleteNamespaces } from '../cluster/namespace.ts';
import { rolloutAll } from '../cluster/rollout.ts';
import { titleOf } from '../lab/inventory/inventory.ts';
import { withoutContents } from '../lab/inventory/show-inventory.ts';
import { manifestFiles } from './apps.ts';
import { returnToUntouched } from './lab-start.ts';
import type { Workshop } from './workshop.ts';

/** Resolves with what was done, in words: `bookinfo removed; Namespace istio-system put back`. */
export async function cleanStart(
  workshop: Workshop,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const gone = await deleteNamespaces(openCluster(workshop.labDir.kubeconfig), namespaces, signal);
  const undone = (await returnToUntouched(workshop, signal))?.undone;
  const removed = [...gone, ...withoutContents(undone?.extra ?? []).map(titleOf)];
  const changed = undone?.changed.map(({ expected }) => expected) ?? [];
  const putBack = [...withoutContents(undone?.missing ?? []), ...changed].map(titleOf);
  const done = [
    ...(removed.length === 0 ? [] : [`${removed.join(', ')} removed`]),
    ...(putBack.length === 0 ? [] : [`${putBack.join(', ')} put back`]),
  ];
  return done.length === 0 ? 'nothing to remove' : done.join('; ');
}

/** Resolves when every Deployment of the apps is available. */
export async function deployApps(
  { labDir, projectRoot, engine }: Workshop,
  apps: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const cluster = openCluster(labDir.kubeconfig);
  const namespaces = await applyFiles(cluster, manifestFiles(projectRoot, apps), engine.labels);
  await Promise.all(namespaces.map(async (namespace) => rolloutAll(cluster, { namespace, signal })));
}
