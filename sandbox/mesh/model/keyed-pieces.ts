/** Lists under keys, read as one list in order of the keys. The list keeps its identity until a piece changes. */
export class KeyedPieces<T> {
  readonly #pieces = new Map<string, readonly T[]>();
  readonly #keys: string[] = [];
  #all: readonly T[] | undefined = [];

  get(key: string): readonly T[] {
    return this.#pieces.get(key) ?? [];
  }

  set(key: string, items: readonly T[]): void {
    const old = this.#pieces.get(key);
    if (sameItems(old ?? [], items)) return;
    this.#all = undefined;
    if (items.length === 0) {
      this.#pieces.delete(key);
      this.#keys.splice(this.#position(key), 1);
      return;
    }
    if (old === undefined) this.#keys.splice(this.#position(key), 0, key);
    this.#pieces.set(key, items);
  }

  all(): readonly T[] {
    this.#all ??= this.#keys.flatMap((key) => this.get(key));
    return this.#all;
  }

  /** Index of the first key that is not before `key`. */
  #position(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const sameItems = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);
