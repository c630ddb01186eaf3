// JSON as Go's encoder writes it: sorted keys, and no character that could end a script in a page.
//
// JSON.stringify would put keys that look like numbers first, whatever the order they were given in.

import { isObject } from '../objects/object.ts';

/** @param indent spaces per level. @default 0: on one line */
export const goJson = (value: unknown, indent = 0): string =>
  encoded(value, indent === 0 ? '' : '\n', ' '.repeat(indent)).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );

function encoded(value: unknown, newline: string, indent: string): string {
  const inner = newline === '' ? '' : newline + indent;
  const wrapped = (open: string, parts: readonly string[], close: string): string =>
    parts.length === 0 ? open + close : `${open}${inner}${parts.join(`,${inner}`)}${newline}${close}`;
  if (Array.isArray(value)) {
    const items = value.map((item) => encoded(item, inner, indent));
    return wrapped('[', items, ']');
  }
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const colon = newline === '' ? ':' : ': ';
  const fields = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => JSON.stringify(key) + colon + encoded(item, inner, indent));
  return wrapped('{', fields, '}');
}
