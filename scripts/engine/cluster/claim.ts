// Which namespaces of the user's cluster are the labs': those that were made for them, and no other.

import type { V1Namespace } from '@kubernetes/client-node';
import { ignoreMissing } from '../../cluster/api-error.ts';
import type { ClusterClient } from '../../cluster/client.ts';
import { LabError } from '../../error.ts';
import { ownLabel } from './own-labels.ts';

/**
 * Resolves with the names that belong to the labs from now on, `claimed` among them.
 * @throws LabError for one that was there before any lab, and is somebody else's
 */
export async function claimNamespaces(
  { core }: ClusterClient,
  names: readonly string[],
  claimed: readonly string[],
): Promise<readonly string[]> {
  const open = names.filter((name) => !claimed.includes(name));
  for (const name of open) {
    const found = await ignoreMissing(core.readNamespace({ name }));
    if (found === undefined || isLabelled(found)) continue;
    throw new LabError('NAMESPACE_TAKEN', `The namespace ${name} of this cluster is not the workshop's`, {
      hint: `labs would change and delete what is in it: use another cluster, or delete it yourself if nobody needs it: kubectl delete namespace ${name}`,
    });
  }
  return [...claimed, ...open].toSorted();
}

/** The labs' namespaces that are there: claimed ones, and those with our label. */
export async function findOwnNamespaces(
  { core }: ClusterClient,
  claimed: readonly string[],
): Promise<readonly string[]> {
  const { items } = await core.listNamespace();
  return items
    .filter((found) => claimed.includes(found.metadata?.name ?? '') || isLabelled(found))
    .flatMap(({ metadata }) => metadata?.name ?? []);
}

const isLabelled = ({ metadata }: Pick<V1Namespace, 'metadata'>): boolean =>
  metadata?.labels?.[ownLabel.key] === ownLabel.value;
