import { timestamp } from '../../clock/clock.ts';
import type { DeleteOptions } from '../../kube/cluster.ts';
import type { AnyObject } from '../../kube/object.ts';
import type { Pod } from '../../kube/resources.ts';
import type { ResourceType } from '../../schema/type.ts';
import { validateDelete } from './admit.ts';
import type { RegistryContext, WriteOptions } from './context.ts';
import { isDefinition, removeInstances } from './definitions.ts';
import { conflict, forbidden, notFound } from './refusals.ts';
import { equal } from './equal.ts';
import { hasGeneration } from './generation.ts';
import { isReleased } from './released.ts';
import { qualified } from './types.ts';

export interface Removal {
  readonly object: AnyObject;
  /** False while a finalizer or a kubelet still holds the object. */
  readonly gone: boolean;
}

const undeletableNamespaces = new Set(['default', 'kube-system', 'kube-public']);

/** Deletes an object, or marks it as being deleted while something holds it. */
export function removeObject(
  context: RegistryContext,
  type: ResourceType,
  namespace: string,
  name: string,
  deletion: DeleteOptions,
  options: WriteOptions,
): Removal {
  const old = context.store.get(qualified(type), namespace, name);
  if (old === undefined) throw notFound(type, name);
  checkPreconditions(type, old, deletion);
  if (qualified(type) === 'namespaces' && undeletableNamespaces.has(name)) {
    throw forbidden(type, name, 'this namespace may not be deleted');
  }
  validateDelete(context, type, old, options);
  const marked = mark(context, type, old, deletion);
  if (options.dryRun) return { object: marked, gone: isReleased(marked) };
  if (isReleased(marked)) return { object: removeForGood(context, type, old), gone: true };
  if (equal(marked, old)) return { object: old, gone: false };
  return { object: context.store.put(qualified(type), marked, old.metadata.resourceVersion), gone: false };
}

/** Takes the object out of the store; a definition takes its objects along. */
export function removeForGood(context: RegistryContext, type: ResourceType, old: AnyObject): AnyObject {
  if (isDefinition(type)) removeInstances(context, old);
  const { namespace = '', name, resourceVersion } = old.metadata;
  return context.store.remove(qualified(type), namespace, name, resourceVersion);
}

function checkPreconditions(
  type: ResourceType,
  { metadata }: AnyObject,
  { preconditions }: DeleteOptions,
): void {
  const { name, uid, resourceVersion } = metadata;
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(
      type,
      name,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw conflict(
      type,
      name,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

/** The object as one being deleted (k8s.io/apiserver/pkg/registry/rest/delete.go). */
function mark(
  context: RegistryContext,
  type: ResourceType,
  old: AnyObject,
  { gracePeriodSeconds, propagationPolicy }: DeleteOptions,
): AnyObject {
  const marked = structuredClone(old);
  const { metadata } = marked;
  const grace = qualified(type) === 'pods' ? podGrace(old, gracePeriodSeconds) : 0;
  const before = metadata.deletionTimestamp;
  if (before === undefined || grace < (metadata.deletionGracePeriodSeconds ?? 0)) {
    const { clock } = context;
    metadata.deletionTimestamp = timestamp({ ...clock, now: () => clock.now() + grace * 1000 });
    metadata.deletionGracePeriodSeconds = grace;
  }
  if (before === undefined && hasGeneration(context, type)) {
    metadata.generation = (metadata.generation ?? 0) + 1;
  }
  if (propagationPolicy !== undefined) setPropagation(metadata, propagationPolicy);
  if (qualified(type) === 'namespaces') {
    marked['status'] = { ...(marked['status'] as object | undefined), phase: 'Terminating' };
  }
  return marked;
}

/** Seconds a pod's kubelet gets; 0 where no kubelet has it or it has ended by itself. */
function podGrace({ spec, status }: Pod, asked: number | undefined): number {
  if ((spec?.nodeName ?? '') === '') return 0;
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
  return Math.max(0, asked ?? spec?.terminationGracePeriodSeconds ?? 30);
}

function setPropagation(
  metadata: AnyObject['metadata'],
  policy: NonNullable<DeleteOptions['propagationPolicy']>,
): void {
  const others = (metadata.finalizers ?? []).filter(
    (each) => each !== 'foregroundDeletion' && each !== 'orphan',
  );
  const own = policy === 'Foreground' ? ['foregroundDeletion'] : policy === 'Orphan' ? ['orphan'] : [];
  const finalizers = [...others, ...own];
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
}
