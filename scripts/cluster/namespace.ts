// Removing whole namespaces, which is how a lab goes back to its start.

import { ignoreMissing } from './api-error.ts';
import type { ClusterClient } from './client.ts';

/** Deletes the namespaces that exist, waits until they are gone, and resolves with their names. */
export async function deleteNamespaces(
  cluster: ClusterClient,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const answers = await Promise.all(
    names.map(async (name) => ignoreMissing(cluster.core.deleteNamespace({ name }))),
  );
  const deleted = names.filter((_, index) => answers[index] !== undefined);
  for (const name of deleted) {
    while (await exists(cluster, name)) {
      signal.throwIfAborted();
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  }
  return deleted;
}

const exists = async (cluster: ClusterClient, name: string): Promise<boolean> =>
  (await ignoreMissing(cluster.core.readNamespace({ name }))) !== undefined;
