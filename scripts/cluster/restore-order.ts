// In which order objects can be taken away and made: nothing before what it stands on.

import type { InventoryObject } from '../lab/inventory/inventory.ts';

/** Groups to remove, one after the other. */
export const inRemovalOrder = (objects: readonly InventoryObject[]): readonly InventoryObject[][] =>
  grouped(objects, removalRank);

/** Groups to make or put back, one after the other. */
export const inPutOrder = (objects: readonly InventoryObject[]): readonly InventoryObject[][] =>
  grouped(objects, putRank);

/** Whether pods of Istio come of it. */
export const istioRuns = (object: InventoryObject): boolean =>
  object.metadata.namespace === istio && workloads.has(object.kind);

const istio = 'istio-system';
const workloads = new Set(['Deployment', 'DaemonSet', 'StatefulSet', 'ReplicaSet', 'Pod', 'Job', 'CronJob']);
const webhooks = new Set(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']);

function removalRank({ kind }: InventoryObject): number {
  // A webhook of the learner's may refuse everything that comes after it.
  if (webhooks.has(kind)) return 0;
  if (kind === 'Namespace') return 2;
  return kind === 'CustomResourceDefinition' ? 3 : 1;
}

/** Webhooks of Istio refuse everything while nobody answers them: they come after the pods that do. */
function putRank(object: InventoryObject): number {
  const { kind, metadata, apiVersion } = object;
  if (kind === 'CustomResourceDefinition') return 0;
  if (kind === 'Namespace') return 1;
  if (webhooks.has(kind)) return 5;
  if (metadata.namespace === undefined) return 2;
  const isOwnKind =
    !apiVersion.includes('/') || apiVersion.includes('.k8s.io/') || apiVersion.startsWith('apps/');
  if (metadata.namespace === istio && isOwnKind) return workloads.has(kind) ? 4 : 3;
  if (workloads.has(kind)) return 7;
  return isOwnKind ? 6 : 8;
}

function grouped(
  objects: readonly InventoryObject[],
  rankOf: (object: InventoryObject) => number,
): readonly InventoryObject[][] {
  const groups = new Map<number, InventoryObject[]>();
  for (const object of objects) groups.set(rankOf(object), [...(groups.get(rankOf(object)) ?? []), object]);
  return [...groups].toSorted(([a], [b]) => a - b).map(([, group]) => group);
}
