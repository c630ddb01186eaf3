/**
 * JSON read the way Istio reads it, as a protobuf message: what is missing, null or of another type is the zero value.
 */
export class Message {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    this.#fields = isFields(value) ? value : {};
  }

  /** Whether the field is there at all. */
  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  text(name: string): string {
    const value = this.#get(name);
    return typeof value === 'string' ? value : '';
  }

  number(name: string): number {
    const value = this.#get(name);
    return typeof value === 'number' ? value : 0;
  }

  flag(name: string): boolean {
    return this.#get(name) === true;
  }

  child(name: string): Message | undefined {
    const value = this.#get(name);
    return isFields(value) ? new Message(value) : undefined;
  }

  list(name: string): readonly Message[] {
    return this.#items(name).map((item) => new Message(item));
  }

  texts(name: string): readonly string[] {
    return this.#items(name).map((item) => (typeof item === 'string' ? item : ''));
  }

  /** The keys of a map. */
  keys(name: string): readonly string[] {
    return this.entries(name).map(([key]) => key);
  }

  texted(name: string): readonly (readonly [key: string, value: string])[] {
    return this.entries(name).map(([key, value]) => [key, typeof value === 'string' ? value : '']);
  }

  numbered(name: string): readonly (readonly [key: string, value: number])[] {
    return this.entries(name).map(([key, value]) => [key, typeof value === 'number' ? value : 0]);
  }

  messages(name: string): readonly (readonly [key: string, value: Message])[] {
    return this.entries(name).map(([key, value]) => [key, new Message(value)]);
  }

  entries(name: string): readonly (readonly [key: string, value: unknown])[] {
    const value = this.#get(name);
    return isFields(value) ? Object.entries(value) : [];
  }

  /** Its JSON with fields in order of name, and without those named. */
  canonical(...without: string[]): string {
    return JSON.stringify(
      sorted(Object.fromEntries(Object.entries(this.#fields).filter(([name]) => !without.includes(name)))),
    );
  }

  #get(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? (this.#fields[name] ?? undefined) : undefined;
  }

  #items(name: string): readonly unknown[] {
    const value = this.#get(name);
    return Array.isArray(value) ? value : [];
  }
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, item]) => [name, sorted(item)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
