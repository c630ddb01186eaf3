// What a lab's start does to the cluster: remove what labs left, deploy what the lab asks for.

import { applyFiles } from '../cluster/apply.ts';
import { openCluster } from '../cluster/client.ts';
import { deleteNamespaces } from '../cluster/namespace.ts';
import { rolloutAll } from '../cluster/rollout.ts';
import { manifestFiles } from './apps.ts';
import type { Workshop } from './workshop.ts';

/** Names of the namespaces that were there. */
export async function cleanStart(
  { labDir }: Workshop,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  return deleteNamespaces(openCluster(labDir.kubeconfig), namespaces, signal);
}

/** Resolves when every Deployment of the apps is available. */
export async function deployApps(
  { labDir, projectRoot }: Workshop,
  apps: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const cluster = openCluster(labDir.kubeconfig);
  const namespaces = await applyFiles(cluster, manifestFiles(projectRoot, apps));
  await Promise.all(namespaces.map(async (namespace) => rolloutAll(cluster, { namespace, signal })));
}
