// The last events of one resource, so that a watch can go on from a resourceVersion.

import type { AnyObject } from '../../kube/object.ts';

export interface StoreEvent {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** As written; of a removed object its last state, with the revision of the removal. */
  readonly object: AnyObject;
  /** Undefined for ADDED. */
  readonly previous: AnyObject | undefined;
}

export class History {
  readonly #limit: number;
  #events: StoreEvent[] = [];
  /** Events after this revision are all here. */
  #complete: number;

  constructor(limit: number, revision: number) {
    this.#limit = limit;
    this.#complete = revision;
  }

  add(event: StoreEvent): void {
    this.#events.push(event);
    // Cutting half at once keeps the cost per event constant.
    if (this.#events.length < 2 * this.#limit) return;
    const dropped = this.#events.length - this.#limit;
    this.#complete = this.#events[dropped - 1]?.revision ?? this.#complete;
    this.#events = this.#events.slice(dropped);
  }

  /** Events after `revision`; undefined when some of them are forgotten. */
  after(revision: number): readonly StoreEvent[] | undefined {
    if (revision < this.#complete) return undefined;
    let first = this.#events.length;
    while (first > 0 && (this.#events[first - 1]?.revision ?? 0) > revision) first -= 1;
    return this.#events.slice(first);
  }
}
