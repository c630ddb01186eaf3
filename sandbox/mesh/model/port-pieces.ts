import { entryOf } from './multi-map.ts';
import { KeyedPieces } from './keyed-pieces.ts';

/** Pieces of hosts by port, for what several hosts share there. */
export class PortPieces<T> {
  readonly #byPort = new Map<number, KeyedPieces<T>>();
  readonly #portsOf = new Map<string, ReadonlySet<number>>();

  get ports(): IterableIterator<number> {
    return this.#byPort.keys();
  }

  get hosts(): IterableIterator<string> {
    return this.#portsOf.keys();
  }

  /** In order of the hosts; the same list until a piece changes. */
  all(port: number): readonly T[] {
    return this.#byPort.get(port)?.all() ?? none;
  }

  get(port: number, host: string): readonly T[] {
    return this.#byPort.get(port)?.get(host) ?? none;
  }

  set(host: string, byPort: ReadonlyMap<number, readonly T[]>): void {
    for (const port of new Set([...(this.#portsOf.get(host) ?? []), ...byPort.keys()])) {
      const pieces = entryOf(this.#byPort, port, () => new KeyedPieces<T>());
      pieces.set(host, byPort.get(port) ?? none);
      if (pieces.all().length === 0) this.#byPort.delete(port);
    }
    if (byPort.size > 0) this.#portsOf.set(host, new Set(byPort.keys()));
    else this.#portsOf.delete(host);
  }
}

const none: readonly never[] = [];
