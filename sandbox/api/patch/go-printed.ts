/** As Go prints a value with `%+v`, keys in order: `map[spec:map[replicas:2]]`. */
export function goPrinted(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goPrinted).join(' ')}]`;
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return `map[${entries.map(([key, each]) => `${key}:${goPrinted(each)}`).join(' ')}]`;
}
