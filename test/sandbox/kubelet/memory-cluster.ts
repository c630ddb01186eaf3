// A Cluster in memory, with what a kubelet relies on: frozen objects, compare-and-swap, watches in order of writes,
// and a pod's grace period.

import type { Cluster, DeleteOptions, WatchEvent } from '../../../sandbox/kube/cluster.ts';
import type { KubeObject, NewObject, ResourceName } from '../../../sandbox/kube/object.ts';
import type { Pod, Resource } from '../../../sandbox/kube/resources.ts';
import { StatusError } from '../../../sandbox/kube/status-error.ts';

export class MemoryCluster implements Cluster {
  readonly #objects = new Map<string, KubeObject>();
  readonly #watchers = new Map<string, Set<(event: WatchEvent) => void>>();
  readonly #now: () => number;
  #revision = 0;
  /** While set, it refuses writes as a full disk does. */
  full = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many writes there were. */
  get revision(): number {
    return this.#revision;
  }

  get<T extends KubeObject>(resource: Resource<T>, namespace: string, name: string): T | undefined {
    return this.#objects.get(key(resource, namespace, name)) as T | undefined;
  }

  list<T extends KubeObject>(resource: Resource<T>, namespace?: string): readonly T[] {
    const prefix = namespace === undefined ? `${kind(resource)}|` : `${kind(resource)}|${namespace}|`;
    return [...this.#objects]
      .filter(([name]) => name.startsWith(prefix))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object as T);
  }

  create<T extends KubeObject>(resource: Resource<T>, object: NewObject): T {
    const { namespace = '', name = '' } = object.metadata;
    if (this.get(resource, namespace, name) !== undefined) throw new StatusError('AlreadyExists', name);
    this.#revision += 1;
    const created: KubeObject = {
      ...structuredClone(object),
      metadata: {
        ...object.metadata,
        name,
        uid: object.metadata.uid ?? `uid-${this.#revision}`,
        resourceVersion: String(this.#revision),
        creationTimestamp: this.#time(),
      },
    };
    deepFreeze(created);
    this.#objects.set(key(resource, namespace, name), created);
    this.#emit(resource, { type: 'ADDED', object: created });
    return created as T;
  }

  update<T extends KubeObject>(resource: Resource<T>, object: T): T {
    this.#refuseIfFull();
    const old = this.#current(resource, object);
    return this.#replace(resource, old, { ...object, status: (old as Pod).status }) as T;
  }

  updateStatus<T extends KubeObject>(resource: Resource<T>, object: T): T {
    this.#refuseIfFull();
    const old = this.#current(resource, object);
    return this.#replace(resource, old, { ...old, status: (object as Pod).status }) as T;
  }

  delete(resource: ResourceName, namespace: string, name: string, options: DeleteOptions = {}): void {
    this.#refuseIfFull();
    const old = this.get<Pod>(resource, namespace, name);
    const { gracePeriodSeconds = old?.spec?.terminationGracePeriodSeconds ?? 30, preconditions } = options;
    if (old === undefined) throw new StatusError('NotFound', `${resource.resource} "${name}" not found`);
    if (preconditions?.uid !== undefined && preconditions.uid !== old.metadata.uid) {
      throw new StatusError('Conflict', 'the UID is another');
    }
    if (resource.resource === 'pods' && gracePeriodSeconds > 0) {
      const metadata = {
        ...old.metadata,
        deletionTimestamp: this.#time(),
        deletionGracePeriodSeconds: gracePeriodSeconds,
      };
      this.#replace(resource, old, { ...old, metadata });
      return;
    }
    this.#revision += 1;
    this.#objects.delete(key(resource, namespace, name));
    this.#emit(resource, { type: 'DELETED', object: old });
  }

  watch<T extends KubeObject>(resource: Resource<T>, listener: (event: WatchEvent<T>) => void): () => void {
    for (const object of this.list(resource)) listener({ type: 'ADDED', object });
    const watchers = this.#watchers.get(kind(resource)) ?? new Set();
    this.#watchers.set(kind(resource), watchers.add(listener as (event: WatchEvent) => void));
    return () => watchers.delete(listener as (event: WatchEvent) => void);
  }

  #current<T extends KubeObject>(resource: Resource<T>, { metadata }: T): T {
    const old = this.get(resource, metadata.namespace ?? '', metadata.name);
    if (old === undefined) throw new StatusError('NotFound', `${metadata.name} not found`);
    if (old.metadata.resourceVersion !== metadata.resourceVersion) throw new StatusError('Conflict', 'stale');
    return old;
  }

  #replace(resource: ResourceName, old: KubeObject, next: KubeObject): KubeObject {
    this.#revision += 1;
    const metadata = { ...next.metadata, resourceVersion: String(this.#revision) };
    const written = structuredClone({ ...next, metadata });
    deepFreeze(written);
    this.#objects.set(key(resource, metadata.namespace ?? '', metadata.name), written);
    this.#emit(resource, { type: 'MODIFIED', object: written, previous: old });
    return written;
  }

  #emit(resource: ResourceName, event: WatchEvent): void {
    for (const watcher of this.#watchers.get(kind(resource)) ?? []) watcher(event);
  }

  #refuseIfFull(): void {
    if (this.full) throw new Error('no space left on device');
  }

  #time(): string {
    return `${new Date(this.#now()).toISOString().slice(0, 19)}Z`;
  }
}

const kind = ({ group, resource }: ResourceName): string => `${group}/${resource}`;
const key = (resource: ResourceName, namespace: string, name: string): string =>
  `${kind(resource)}|${namespace}|${name}`;

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const part of Object.values(value)) deepFreeze(part);
  Object.freeze(value);
}
