/** Header fields in the order they came; names are lower case, as Envoy keeps and sends them. */
export class Headers {
  /** name, value, name, value, … */
  readonly flat: string[];

  constructor(flat: string[] = []) {
    this.flat = flat;
  }

  /** The first value of the name. */
  get(name: string): string | undefined {
    const { flat } = this;
    for (let at = 0; at < flat.length; at += 2) if (flat[at] === name) return flat[at + 1];
    return undefined;
  }

  /** All values of the name. */
  all(name: string): string[] {
    return this.flat.filter((_, at) => at % 2 === 1 && this.flat[at - 1] === name);
  }

  /** All values of the name joined with a comma, as Envoy's matchers see a repeated header. */
  joined(name: string): string | undefined {
    const { flat } = this;
    let value: string | undefined;
    for (let at = 0; at < flat.length; at += 2) {
      if (flat[at] === name) value = value === undefined ? flat[at + 1] : `${value},${flat[at + 1]}`;
    }
    return value;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  add(name: string, value: string): void {
    this.flat.push(name, value);
  }

  /** Replaces the first field of that name in place, drops the others, or adds one at the end. */
  set(name: string, value: string): void {
    const { flat } = this;
    for (let at = 0; at < flat.length; at += 2) {
      if (flat[at] !== name) continue;
      flat[at + 1] = value;
      this.#removeFrom(name, at + 2);
      return;
    }
    flat.push(name, value);
  }

  remove(name: string): void {
    this.#removeFrom(name, 0);
  }

  /** Drops every field whose name satisfies `drop`. */
  removeWhere(drop: (name: string) => boolean): void {
    const { flat } = this;
    let kept = 0;
    for (let at = 0; at < flat.length; at += 2) {
      const name = flat[at] ?? '';
      if (drop(name)) continue;
      flat[kept] = name;
      flat[kept + 1] = flat[at + 1] ?? '';
      kept += 2;
    }
    flat.length = kept;
  }

  clone(): Headers {
    return new Headers(this.flat.slice());
  }

  #removeFrom(name: string, start: number): void {
    const { flat } = this;
    for (let at = start; at < flat.length;) {
      if (flat[at] === name) flat.splice(at, 2);
      else at += 2;
    }
  }
}
