import type { AnyObject } from '../../kube/object.ts';

/** Whether nothing holds an object that is being deleted any more. */
export function isReleased({ metadata, ...object }: AnyObject): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers ?? []).length > 0) return false;
  if ((metadata.deletionGracePeriodSeconds ?? 0) > 0) return false;
  if (object.kind !== 'Namespace' || object.apiVersion !== 'v1') return true;
  return ((object['spec'] as { finalizers?: string[] } | undefined)?.finalizers ?? []).length === 0;
}
