/** Names of labels that rules select clients by, each as long as some rule uses it. */
export class SelectorKeys {
  readonly #byRule = new Map<string, ReadonlySet<string>>();
  #all: readonly string[] = [];
  /** Moves on when the set of names changes. */
  version = 0;

  all(): readonly string[] {
    return this.#all;
  }

  set(rule: string, names: readonly string[]): void {
    if (names.length === 0 && !this.#byRule.has(rule)) return;
    if (names.length === 0) this.#byRule.delete(rule);
    else this.#byRule.set(rule, new Set(names));
    const all = [...new Set([...this.#byRule.values()].flatMap((used) => Array.from(used)))].toSorted();
    if (all.join() === this.#all.join()) return;
    this.#all = all;
    this.version += 1;
  }
}
