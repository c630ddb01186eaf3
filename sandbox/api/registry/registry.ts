// The cluster's API inside the process: every rule of the HTTP API, without HTTP.

import type { Clock, Random } from '../../clock/clock.ts';
import type { Cluster, DeleteOptions, WatchEvent } from '../../kube/cluster.ts';
import type { AnyObject, KubeObject, NewObject, ResourceName } from '../../kube/object.ts';
import type { Resource } from '../../kube/resources.ts';
import { StatusError } from '../../kube/status-error.ts';
import type { ResourceType } from '../../schema/type.ts';
import type { AdmissionPlugin } from '../extension.ts';
import type { Store } from '../store/store.ts';
import type { RegistryContext, SchemaRules, WriteOptions } from './context.ts';
import { createObject } from './create.ts';
import { followDefinitions } from './definitions.ts';
import { removeObject, type Removal } from './remove.ts';
import { qualified, TypeTable } from './types.ts';
import { updateObject } from './update.ts';

export interface RegistryOptions {
  readonly store: Store;
  readonly types: readonly ResourceType[];
  readonly plugins: readonly AdmissionPlugin[];
  readonly schemas: SchemaRules;
  readonly clock: Clock;
  /** Suffixes of generated names. */
  readonly random: Random;
}

export class Registry implements Cluster {
  readonly types: TypeTable;
  readonly #context: RegistryContext;
  readonly #unfollow: () => void;

  constructor({ types, ...rest }: RegistryOptions) {
    this.types = new TypeTable(types);
    this.#context = { ...rest, types: this.types };
    this.#unfollow = followDefinitions(this.#context);
  }

  get store(): Store {
    return this.#context.store;
  }

  get clock(): Clock {
    return this.#context.clock;
  }

  get<T extends KubeObject>(resource: Resource<T>, namespace: string, name: string): T | undefined {
    return this.store.get(qualified(resource), namespace, name) as KubeObject as T | undefined;
  }

  list<T extends KubeObject>(resource: Resource<T>, namespace?: string): readonly T[] {
    return this.store.list(qualified(resource), namespace) as readonly KubeObject[] as readonly T[];
  }

  create<T extends KubeObject>(resource: Resource<T>, object: NewObject): T {
    const type = this.#served(resource);
    const created = this.createFrom(type, object.metadata.namespace ?? '', object, inProcess(type));
    return created as KubeObject as T;
  }

  update<T extends KubeObject>(resource: Resource<T>, object: T): T {
    const type = this.#served(resource);
    // Whoever empties a namespace takes off its spec.finalizers, for which HTTP has the subresource `finalize`.
    const options: WriteOptions = { ...inProcess(type), subresource: 'finalize' };
    return this.updateFrom(type, object as KubeObject as AnyObject, options) as KubeObject as T;
  }

  updateStatus<T extends KubeObject>(resource: Resource<T>, object: T): T {
    const type = this.#served(resource);
    const options: WriteOptions = { ...inProcess(type), subresource: 'status' };
    return this.updateFrom(type, object as KubeObject as AnyObject, options) as KubeObject as T;
  }

  delete(resource: ResourceName, namespace: string, name: string, options: DeleteOptions = {}): void {
    const type = this.#served(resource);
    this.remove(type, namespace, name, options, inProcess(type));
  }

  watch<T extends KubeObject>(resource: Resource<T>, listener: (event: WatchEvent<T>) => void): () => void {
    for (const object of this.list(resource)) listener({ type: 'ADDED', object });
    return this.store.watch(qualified(resource), ({ type, object, previous }) => {
      const event = type === 'MODIFIED' ? { type, object, previous } : { type, object };
      listener(event as WatchEvent as WatchEvent<T>);
    });
  }

  /** As `create`, with the circumstances of a request. */
  createFrom(type: ResourceType, namespace: string, object: NewObject, options: WriteOptions): AnyObject {
    return createObject(this.#context, type, namespace, object, options);
  }

  /** As `update`, with the circumstances of a request. */
  updateFrom(type: ResourceType, object: AnyObject, options: WriteOptions): AnyObject {
    return updateObject(this.#context, type, object, options);
  }

  remove(
    type: ResourceType,
    namespace: string,
    name: string,
    deletion: DeleteOptions,
    options: WriteOptions,
  ): Removal {
    return removeObject(this.#context, type, namespace, name, deletion, options);
  }

  /** Stops following definitions. The store stays open: it is its creator's. */
  close(): void {
    this.#unfollow();
  }

  #served(resource: ResourceName): ResourceType {
    const type = this.types.get(resource);
    if (type !== undefined) return type;
    throw new StatusError('NotFound', `the server does not serve ${qualified(resource)}`);
  }
}

const inProcess = ({ storageVersion }: ResourceType): WriteOptions => ({
  dryRun: false,
  warn: () => undefined,
  version: storageVersion,
});
