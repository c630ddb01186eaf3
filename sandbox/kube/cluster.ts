// What the cluster's controllers may do with the API, inside the process. The same rules hold as over HTTP:
// defaulting, validation, admission, compare-and-swap, a revision per write.

import type { KubeObject, NewObject, ResourceName } from './object.ts';
import type { Resource } from './resources.ts';

export type WatchEvent<T extends KubeObject = KubeObject> =
  | { readonly type: 'ADDED' | 'DELETED'; readonly object: T }
  | { readonly type: 'MODIFIED'; readonly object: T; readonly previous: T };

export interface DeleteOptions {
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** Seconds; 0 removes a pod at once, without waiting for its kubelet. */
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/**
 * Objects handed out are shared and deeply frozen: copy before changing (`structuredClone`).
 * Every call is synchronous; a write that returned is on disk. Refusals are `StatusError`s.
 */
export interface Cluster {
  /** The object, or undefined. `namespace` is `''` for cluster-scoped resources. */
  get<T extends KubeObject>(resource: Resource<T>, namespace: string, name: string): T | undefined;
  /** All objects, or those of one namespace. In order of namespace and name. */
  list<T extends KubeObject>(resource: Resource<T>, namespace?: string): readonly T[];
  /** `generateName` is honoured. @throws AlreadyExists, Invalid, Forbidden (namespace terminating), NotFound (namespace) */
  create<T extends KubeObject>(resource: Resource<T>, object: NewObject): T;
  /** Compare-and-swap on `metadata.resourceVersion`; a change of nothing is not a write. Status is left as it was. @throws Conflict, NotFound, Invalid */
  update<T extends KubeObject>(resource: Resource<T>, object: T): T;
  /** As `update`, but only `status` is taken. */
  updateStatus<T extends KubeObject>(resource: Resource<T>, object: T): T;
  /** With finalizers (or a pod with a grace period) only `deletionTimestamp` is set. @throws NotFound, Conflict */
  delete(resource: ResourceName, namespace: string, name: string, options?: DeleteOptions): void;
  /**
   * Calls `listener` synchronously after each write of these resources, in order of revision, beginning with an ADDED
   * for every object that is there already. Returns the unsubscribe function. A listener must not throw.
   */
  watch<T extends KubeObject>(resource: Resource<T>, listener: (event: WatchEvent<T>) => void): () => void;
}
