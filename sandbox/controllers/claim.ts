// Who controls what: adopting objects that match and have no controller, releasing those that no longer match.

import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { Cluster } from '../kube/cluster.ts';
import type { KubeObject, OwnerReference } from '../kube/object.ts';
import type { Resource } from '../kube/resources.ts';
import { matchesSelector } from './label-selector.ts';

export const controllerOf = ({ metadata }: KubeObject): OwnerReference | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller === true);

export const controllerReference = ({ apiVersion, kind, metadata }: KubeObject): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

export interface ClaimOptions<T extends KubeObject> {
  readonly cluster: Cluster;
  readonly resource: Resource<T>;
  readonly owner: KubeObject;
  readonly selector: LabelSelector | undefined;
  readonly candidates: readonly T[];
}

/** The candidates that belong to `owner`, after adopting and releasing. An owner on its way out adopts nothing. */
export function claim<T extends KubeObject>({
  cluster,
  resource,
  owner,
  selector,
  candidates,
}: ClaimOptions<T>): T[] {
  const leaving = owner.metadata.deletionTimestamp !== undefined;
  const mine: T[] = [];
  for (const object of candidates) {
    const controller = controllerOf(object);
    const matches = matchesSelector(selector, object.metadata.labels);
    if (controller?.uid === owner.metadata.uid) {
      if (matches) mine.push(object);
      else if (!leaving) release(cluster, resource, object, owner.metadata.uid);
    } else if (
      controller === undefined &&
      matches &&
      !leaving &&
      object.metadata.deletionTimestamp === undefined
    ) {
      const ownerReferences = [...(object.metadata.ownerReferences ?? []), controllerReference(owner)];
      mine.push(cluster.update(resource, { ...object, metadata: { ...object.metadata, ownerReferences } }));
    }
  }
  return mine;
}

function release<T extends KubeObject>(
  cluster: Cluster,
  resource: Resource<T>,
  object: T,
  uid: string,
): void {
  const ownerReferences = (object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
  cluster.update(resource, { ...object, metadata: { ...object.metadata, ownerReferences } });
}
