// Objects by resource, namespace and name. Every write is a compare-and-swap and takes the next revision.

import { mkdirSync } from 'node:fs';
import type { AnyObject } from '../../kube/object.ts';
import { StatusError } from '../../kube/status-error.ts';
import { deepFreeze } from './freeze.ts';
import { History, type StoreEvent } from './history.ts';
import { Journal, type JournalFiles } from './journal.ts';
import { takeLock } from './lock.ts';
import { Shelf } from './shelf.ts';

export interface StoreOptions {
  /** Where the state is kept; without it, in memory only. Created when missing. */
  readonly dir?: string | undefined;
  /** Events per resource a watch can go back. @default 1000 */
  readonly history?: number;
  /** Journal lines after which a snapshot is taken, at least twice the number of objects. @default 2000 */
  readonly compactAfter?: number;
  /** Told about a snapshot that failed and a listener that threw; the write itself succeeded. */
  readonly log: (message: string) => void;
  readonly files?: Partial<JournalFiles>;
}

export type StoreListener = (event: StoreEvent) => void;

/** `resource` is any string that names a kind of objects; namespace is `''` for cluster-scoped ones. */
export interface Store {
  /** Revision of the last write; 1 in an empty store. */
  readonly revision: number;
  get(resource: string, namespace: string, name: string): AnyObject | undefined;
  /** In order of namespace and name. */
  list(resource: string, namespace?: string): readonly AnyObject[];
  /** What `list` gave at that revision. @throws Expired when it is no longer known */
  listAt(resource: string, revision: number, namespace?: string): readonly AnyObject[];
  /**
   * Writes when the stored object's resourceVersion is `expected` (undefined: when there is none) and returns the frozen
   * object with its new one. The object becomes the store's. @throws Conflict, AlreadyExists; InternalError when the disk refuses
   */
  put(resource: string, object: AnyObject, expected: string | undefined): AnyObject;
  /** Removes the object; returns its last state with the removal's revision. @throws NotFound, Conflict, InternalError */
  remove(resource: string, namespace: string, name: string, expected: string): AnyObject;
  /** Calls after every write, in order of revision, also when listeners write. */
  watch(resource: string, listener: StoreListener): () => void;
  /** Events after `revision`. @throws Expired when they are no longer known */
  after(resource: string, revision: number): readonly StoreEvent[];
  close(): void;
}

export function createStore(options: StoreOptions): Store {
  return new JournalStore(options);
}

class JournalStore implements Store {
  revision = 1;
  readonly #log: (message: string) => void;
  readonly #historyLimit: number;
  readonly #compactAfter: number;
  readonly #journal: Journal | undefined;
  readonly #unlock: () => void = () => undefined;
  readonly #shelves = new Map<string, Shelf>();
  readonly #histories = new Map<string, History>();
  readonly #listeners = new Map<string, Set<StoreListener>>();
  /** Events not yet delivered: those of writes made by listeners wait for the one being delivered. */
  readonly #undelivered: { resource: string; event: StoreEvent }[] = [];
  #delivering = false;
  #loadedRevision: number;
  #nextCompaction: number;

  constructor({ dir, history = 1000, compactAfter = 2000, log, files }: StoreOptions) {
    this.#log = log;
    this.#historyLimit = history;
    this.#compactAfter = compactAfter;
    this.#nextCompaction = compactAfter;
    if (dir !== undefined) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      this.#unlock = takeLock(dir);
      try {
        this.#journal = new Journal(dir, log, files);
        this.#load(this.#journal);
      } catch (error) {
        this.#unlock();
        throw error;
      }
    }
    this.#loadedRevision = this.revision;
  }

  get(resource: string, namespace: string, name: string): AnyObject | undefined {
    return this.#shelves.get(resource)?.get(namespace, name);
  }

  list(resource: string, namespace?: string): readonly AnyObject[] {
    return this.#shelves.get(resource)?.list(namespace) ?? [];
  }

  listAt(resource: string, revision: number, namespace?: string): readonly AnyObject[] {
    const events = this.after(resource, revision);
    if (events.length === 0) return this.list(resource, namespace);
    const then = new Shelf();
    for (const object of this.list(resource)) put(then, object);
    for (const { object, previous } of events.toReversed()) {
      const { namespace: own = '', name } = object.metadata;
      if (previous === undefined) then.delete(own, name);
      else put(then, previous);
    }
    return then.list(namespace);
  }

  put(resource: string, object: AnyObject, expected: string | undefined): AnyObject {
    const { namespace = '', name } = object.metadata;
    const previous = this.get(resource, namespace, name);
    if (expected === undefined && previous !== undefined) {
      throw new StatusError('AlreadyExists', `${resource} "${name}" already exists`);
    }
    checkExpected(resource, name, previous, expected);
    const revision = this.revision + 1;
    const next = deepFreeze({
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(revision) },
    });
    this.#journal?.append({ revision, resource, namespace, name, object: next });
    this.#shelf(resource).set(namespace, name, next);
    this.#commit(resource, {
      revision,
      type: previous === undefined ? 'ADDED' : 'MODIFIED',
      object: next,
      previous,
    });
    return next;
  }

  remove(resource: string, namespace: string, name: string, expected: string): AnyObject {
    const previous = this.get(resource, namespace, name);
    if (previous === undefined) throw new StatusError('NotFound', `${resource} "${name}" not found`);
    checkExpected(resource, name, previous, expected);
    const revision = this.revision + 1;
    this.#journal?.append({ revision, resource, namespace, name, object: undefined });
    this.#shelf(resource).delete(namespace, name);
    const last = deepFreeze({
      ...previous,
      metadata: { ...previous.metadata, resourceVersion: String(revision) },
    });
    this.#commit(resource, { revision, type: 'DELETED', object: last, previous });
    return last;
  }

  watch(resource: string, listener: StoreListener): () => void {
    const listeners = this.#listeners.get(resource) ?? new Set();
    this.#listeners.set(resource, listeners);
    // Events still queued at this moment belong to the past the listener has already seen.
    const { revision } = this;
    const own: StoreListener = (event) => {
      if (event.revision > revision) listener(event);
    };
    listeners.add(own);
    return () => listeners.delete(own);
  }

  after(resource: string, revision: number): readonly StoreEvent[] {
    const history = this.#histories.get(resource);
    const events = history === undefined ? undefined : history.after(revision);
    if (events !== undefined) return events;
    if (history === undefined && revision >= this.#loadedRevision) return [];
    throw new StatusError('Expired', `too old resource version: ${revision} (${this.revision})`);
  }

  close(): void {
    this.#journal?.close();
    this.#unlock();
  }

  #load(journal: Journal): void {
    for (const { revision, resource, namespace, name, object } of journal.read()) {
      this.revision = Math.max(this.revision, revision);
      if (object === undefined) this.#shelf(resource).delete(namespace, name);
      else this.#shelf(resource).set(namespace, name, deepFreeze(object));
    }
    this.#nextCompaction = Math.max(this.#compactAfter, 2 * this.#size());
  }

  #commit(resource: string, event: StoreEvent): void {
    const history = this.#histories.get(resource) ?? new History(this.#historyLimit, this.#loadedRevision);
    this.#histories.set(resource, history);
    this.revision = event.revision;
    history.add(event);
    this.#compactWhenDue();
    this.#undelivered.push({ resource, event });
    if (this.#delivering) return;
    this.#delivering = true;
    for (let next = this.#undelivered.shift(); next !== undefined; next = this.#undelivered.shift()) {
      this.#deliver(next.resource, next.event);
    }
    this.#delivering = false;
  }

  #deliver(resource: string, event: StoreEvent): void {
    for (const listener of this.#listeners.get(resource) ?? []) {
      try {
        listener(event);
      } catch (error) {
        this.#log(`a watcher of ${resource} failed: ${error instanceof Error ? error.stack : String(error)}`);
      }
    }
  }

  #compactWhenDue(): void {
    if (this.#journal === undefined || this.#journal.entries < this.#nextCompaction) return;
    try {
      this.#journal.compact({ revision: this.revision, objects: this.#objects() });
      this.#nextCompaction = Math.max(this.#compactAfter, 2 * this.#size());
    } catch (error) {
      this.#nextCompaction = this.#journal.entries + this.#compactAfter;
      this.#log(`no snapshot was taken, the journal goes on: ${(error as Error).message}`);
    }
  }

  *#objects(): Generator<{ resource: string; object: AnyObject }> {
    for (const [resource, shelf] of this.#shelves) {
      for (const object of shelf.list()) yield { resource, object };
    }
  }

  #size(): number {
    let size = 0;
    for (const shelf of this.#shelves.values()) size += shelf.size;
    return size;
  }

  #shelf(resource: string): Shelf {
    const shelf = this.#shelves.get(resource) ?? new Shelf();
    this.#shelves.set(resource, shelf);
    return shelf;
  }
}

const put = (shelf: Shelf, object: AnyObject): void =>
  shelf.set(object.metadata.namespace ?? '', object.metadata.name, object);

function checkExpected(
  resource: string,
  name: string,
  found: AnyObject | undefined,
  expected: string | undefined,
): void {
  if (found?.metadata.resourceVersion === expected) return;
  throw new StatusError(
    'Conflict',
    `Operation cannot be fulfilled on ${resource} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
  );
}
