/** Lists under keys, read as one list in order of the keys. The list keeps its identity until a piece changes. */
export class KeyedPieces<T> {
  readonly #pieces = new Map<string, readonly T[]>();
  /** Side by side, in order of the keys. */
  readonly #keys: string[] = [];
  readonly #lists: (readonly T[])[] = [];
  #all: readonly T[] | undefined = [];

  get keys(): readonly string[] {
    return this.#keys;
  }

  get(key: string): readonly T[] {
    return this.#pieces.get(key) ?? [];
  }

  set(key: string, items: readonly T[]): void {
    const old = this.#pieces.get(key);
    if (sameItems(old ?? [], items)) return;
    this.#all = undefined;
    const position = this.#position(key);
    const present = Number(old !== undefined);
    if (items.length === 0) {
      this.#pieces.delete(key);
      this.#keys.splice(position, present);
      this.#lists.splice(position, present);
      return;
    }
    this.#pieces.set(key, items);
    this.#keys.splice(position, present, key);
    this.#lists.splice(position, present, items);
  }

  all(): readonly T[] {
    this.#all ??= ([] as readonly T[]).concat(...this.#lists);
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
