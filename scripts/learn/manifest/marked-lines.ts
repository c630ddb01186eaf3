// A YAML text held against the values that were there before: its lines, with those marked that bring something new.
//
// Values are compared, not texts: comments, quotes and the order of keys make no difference. What was there before and
// is replaced or left out appears as a line of its own.

import { isDeepStrictEqual } from 'node:util';
import {
  isMap,
  isScalar,
  isSeq,
  stringify,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Before } from '../../cluster/last-applied.ts';

export interface MarkedLine {
  /** `+` is new, `-` was there before. */
  readonly mark: ' ' | '+' | '-';
  readonly text: string;
}

/** Marks to be made on a text. */
export interface Marks {
  /** Numbers of new lines, from 0. */
  readonly added: Set<number>;
  /** Old lines, by the number of the line that they stand before. */
  readonly removed: Map<number, string[]>;
}

export const noMarks = (): Marks => ({ added: new Set(), removed: new Map() });

export function markedLines(text: string, { added, removed }: Marks): readonly MarkedLine[] {
  const lines = text
    .split('\n')
    .map((line, number): MarkedLine[] => [
      ...removedBefore(number, removed),
      { mark: added.has(number) ? '+' : ' ', text: line },
    ]);
  return [...lines.flat(), ...removedBefore(lines.length, removed)];
}

const removedBefore = (number: number, removed: Marks['removed']): readonly MarkedLine[] =>
  (removed.get(number) ?? []).map((text) => ({ mark: '-', text }));

/** Notes the differences of one document of `text` from what was before. */
export function markChanges(
  text: string,
  document: Document.Parsed,
  { value: before, isWhole }: Before,
  marks: Marks,
): void {
  const lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  const lineOf = (offset: number): number => lineStarts.findLastIndex((start) => start <= offset);
  const columnOf = (offset: number): number => offset - (lineStarts[lineOf(offset)] ?? 0);

  function addLines(from: number, to: number): void {
    const last = lineOf(Math.max(from, text.slice(from, to).trimEnd().length + from - 1));
    for (let line = lineOf(from); line <= last; line += 1) marks.added.add(line);
  }

  function removeBefore(line: number, lines: readonly string[]): void {
    marks.removed.set(line, [...(marks.removed.get(line) ?? []), ...lines]);
  }

  function compare(node: Node | null, old: unknown, start: number): void {
    const [from, to] = rangeOf(node, start);
    if (isDeepStrictEqual(node?.toJSON(), old)) return;
    if (isMap(node) && isObject(old)) compareMaps(node, old);
    else if (isSeq(node) && Array.isArray(old)) compareLists(node, old);
    else {
      addLines(from, to);
      if (!isObject(old) && !Array.isArray(old)) replaceValue(from, to, old);
    }
  }

  /** The line as it was before: the same, with the old value in place of the new one. */
  function replaceValue(from: number, to: number, old: unknown): void {
    const line = lineOf(from);
    if (lineOf(to - 1) !== line || old === undefined) return;
    const start = lineStarts[line] ?? 0;
    const end = lineStarts[line + 1] === undefined ? text.length : (lineStarts[line + 1] ?? 0) - 1;
    const value = stringify(old).trimEnd();
    if (!value.includes('\n')) removeBefore(line, [text.slice(start, from) + value + text.slice(to, end)]);
  }

  function compareMaps(map: YAMLMap, old: Readonly<Record<string, unknown>>): void {
    const names = new Set<string>();
    for (const { key, value } of map.items as Pair<Node, Node | null>[]) {
      const name = isScalar(key) ? String(key.value) : '';
      names.add(name);
      const start = key.range?.[0] ?? 0;
      if (Object.hasOwn(old, name)) compare(value, old[name], start);
      else addLines(start, rangeOf(value, start)[1]);
    }
    const gone = Object.entries(old).filter(([name]) => !names.has(name));
    if (!isWhole || gone.length === 0) return;
    // Nothing can stand alone on a line between braces.
    if (map.flow === true) {
      addLines(...rangeOf(map, 0));
      return;
    }
    const indent = ' '.repeat(columnOf(map.range?.[0] ?? 0));
    removeBefore(lineAfter(map), indented(stringify(Object.fromEntries(gone)), indent));
  }

  function compareLists(list: YAMLSeq, old: readonly unknown[]): void {
    const items = list.items as (Node | null)[];
    const at = columnOf(list.range?.[0] ?? 0);
    for (const { newItems, oldItems, next } of gaps(items, old)) {
      const shared = Math.min(newItems.length, oldItems.length);
      newItems.forEach((item, index) => {
        const [from, to] = rangeOf(item, list.range?.[0] ?? 0);
        if (index < shared && isObject(item?.toJSON()) === isObject(oldItems[index]))
          compare(item, oldItems[index], from);
        else addLines(from, to);
      });
      const gone = oldItems.slice(shared);
      if (!isWhole || gone.length === 0) continue;
      if (list.flow === true) {
        addLines(...rangeOf(list, 0));
        continue;
      }
      const last = newItems.at(-1) ?? undefined;
      const end = next === undefined ? lineAfter(list) : lineOf(rangeOf(next, 0)[0]);
      removeBefore(last === undefined ? end : lineAfter(last), indented(stringify(gone), ' '.repeat(at)));
    }
  }

  const lineAfter = (node: Node): number => {
    const [from, to] = rangeOf(node, 0);
    return lineOf(from + Math.max(0, text.slice(from, to).trimEnd().length - 1)) + 1;
  };

  compare(document.contents, before, 0);
}

const rangeOf = (node: Node | null, start: number): readonly [number, number] => [
  node?.range?.[0] ?? start,
  node?.range?.[1] ?? start,
];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const indented = (yaml: string, indent: string): readonly string[] =>
  yaml
    .trimEnd()
    .split('\n')
    .map((line) => indent + line);

interface Gap {
  readonly newItems: (Node | null)[];
  readonly oldItems: unknown[];
  /** The item behind it that both lists have; undefined at the end. */
  next: Node | undefined;
}

/** What lies between the items that both lists have, found by their longest common subsequence. */
function gaps(items: readonly (Node | null)[], old: readonly unknown[]): readonly Gap[] {
  const values = items.map((item) => item?.toJSON() as unknown);
  const lengths = values.map(() => old.map(() => 0));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  const same = (row: number, column: number): boolean => isDeepStrictEqual(values[row], old[column]);
  for (let row = values.length - 1; row >= 0; row -= 1) {
    for (let column = old.length - 1; column >= 0; column -= 1) {
      const cells = lengths[row] ?? [];
      cells[column] = same(row, column)
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  let gap: Gap = { newItems: [], oldItems: [], next: undefined };
  const found = [gap];
  let [row, column] = [0, 0];
  while (row < values.length || column < old.length) {
    if (row < values.length && column < old.length && same(row, column)) {
      gap.next = items[row] ?? undefined;
      gap = { newItems: [], oldItems: [], next: undefined };
      found.push(gap);
      row += 1;
      column += 1;
    } else if (column >= old.length || (row < values.length && at(row + 1, column) >= at(row, column + 1))) {
      gap.newItems.push(items[row] ?? null);
      row += 1;
    } else {
      gap.oldItems.push(old[column]);
      column += 1;
    }
  }
  return found.filter(({ newItems, oldItems }) => newItems.length + oldItems.length > 0);
}
