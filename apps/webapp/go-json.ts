// What Go's encoding/json makes of an answer: decoded into a struct, encoded again.

/** A struct type, written as its zero value: 0 is an int, '' a string. */
export interface Zero {
  readonly [key: string]: number | string | Zero;
}

/**
 * Decodes JSON into a slice of the struct: missing and null fields get their zero value, unknown ones are dropped.
 * @throws when the text is not JSON or a field has another type
 */
export function decodeSlice<T extends Zero>(zero: T, text: string): T[] {
  const value: unknown = JSON.parse(text);
  if (value === null) return [];
  if (!Array.isArray(value)) throw new TypeError('cannot unmarshal into a slice');
  return value.map((element) => conform(zero, element));
}

/** Decodes JSON into one struct. @throws as {@link decodeSlice} */
export function decodeStruct<T extends Zero>(zero: T, text: string): T {
  return conform(zero, JSON.parse(text));
}

/** Compact, with the characters that HTML minds escaped. */
export function encode(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('&', '\\u0026')
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e');
}

function conform<T extends Zero>(zero: T, value: unknown): T {
  if (value === null || value === undefined) return zero;
  if (typeof value !== 'object' || Array.isArray(value))
    throw new TypeError('cannot unmarshal into a struct');
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(zero).map(([key, empty]) => [key, field(key, empty, fields[key])]),
  ) as T;
}

function field(key: string, empty: number | string | Zero, value: unknown): unknown {
  if (value === null || value === undefined) return empty;
  if (typeof empty === 'object') return conform(empty, value);
  const fits = typeof empty === 'number' ? Number.isInteger(value) : typeof value === 'string';
  if (!fits) throw new TypeError(`cannot unmarshal into field ${key}`);
  return value;
}
