// `--sort-by`: objects in the order of one field; those without it come first.

import { compileRelaxedPath } from '../jsonpath/template.ts';
import type { Printable } from './printer.ts';
import type { Table } from './table.ts';

export function sortObjects(objects: readonly Printable[], path: string): readonly Printable[] {
  const field = compileRelaxedPath(path);
  return objects.toSorted((a, b) => compare(field(a.object)[0], field(b.object)[0]));
}

export function sortTables<Entry extends { readonly body: Table }>(
  tables: readonly Entry[],
  path: string,
): readonly Entry[] {
  const field = compileRelaxedPath(path);
  return tables.map((entry) => {
    const rows = (entry.body.rows ?? []).toSorted((a, b) => compare(field(a.object)[0], field(b.object)[0]));
    return { ...entry, body: { ...entry.body, rows } };
  });
}

function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [x, y] = [a, b].map((value) => (typeof value === 'string' ? value : JSON.stringify(value))) as [
    string,
    string,
  ];
  return x < y ? -1 : x > y ? 1 : 0;
}
