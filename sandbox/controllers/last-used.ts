/** As much as client-go's caches remember of events. */
const limit = 4096;

/** A map that forgets what was set longest ago. */
export class LastUsed<Value> {
  readonly #values = new Map<string, Value>();

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > limit && oldest !== undefined) this.#values.delete(oldest);
  }
}
