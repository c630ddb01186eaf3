// Reads the YAML of a check strictly: every key is asked for by somebody, or it is a mistake with a place.

import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { closest, didYouMean } from '../../closest.ts';
import { parseDuration } from '../format/duration.ts';
import type { CheckProblem } from './check.ts';
import * as written from './written.ts';
import {
  isWhole,
  ruleOfWhole,
  type ShareKind,
  type Whole,
  type Written,
  type WrittenPairs,
} from './written.ts';

/** One mapping of the document. Reading a key marks it as known; `done` reports the others. */
export interface Fields {
  /** Path for messages: `traffic.split`. */
  readonly path: string;
  has(key: string): boolean;
  /** Text that is not empty. */
  text(key: string): string | undefined;
  requiredText(key: string): string;
  /** Text, maybe empty. */
  anyText(key: string): string | undefined;
  /** Text that is written as it must be. */
  as(key: string, how: Written): string | undefined;
  requiredAs(key: string, how: Written): string;
  whole(key: string, which: Whole): number | undefined;
  flag(key: string): boolean | undefined;
  /** `250ms`, `30s`, `2m` in milliseconds; 0 for `0s`, where `how` lets it be. */
  duration(key: string, how?: Written): number | undefined;
  requiredDuration(key: string): number;
  /** `90%` as 0.9. */
  share(key: string, which: ShareKind): number | undefined;
  /** A mapping of names to text. */
  texts(key: string, how: WrittenPairs): Readonly<Record<string, string>>;
  /** A mapping of names to shares; NaN for one with a mistake. */
  shares(key: string): ReadonlyMap<string, number>;
  /** A mapping of names to whole numbers above 0; it has at least one. */
  counts(key: string): Readonly<Record<string, number>> | undefined;
  /** Any YAML value as plain data, but none. */
  value(key: string): unknown;
  /** A mapping as plain data; it has at least one key. */
  tree(key: string): object | undefined;
  map(key: string): Fields | undefined;
  requiredMap(key: string): Fields | undefined;
  /** One of the words, or a mapping; `rule` says how either must be. */
  wordOrMap(key: string, words: readonly string[], rule: string): string | Fields | undefined;
  /** Which of the keys is there; that it is not exactly one is a mistake. */
  oneOf(keys: readonly string[]): string | undefined;
  /** That none of the keys is there is a mistake. */
  anyOf(keys: readonly string[]): void;
  /** That one of the others is there beside the key is a mistake. */
  alone(key: string, others: readonly string[]): void;
  /** Notes a mistake at a key (or at the mapping itself). */
  fail(key: string | undefined, message: string): void;
  done(): void;
}

export function readFields(map: YAMLMap, path: string, problems: CheckProblem[]): Fields {
  const known = new Set<string>();
  /** Known, and not beside what is there. */
  const passedOver = new Set<string>();
  const pairs = new Map(
    map.items.map(({ key, value }) => [
      isScalar(key) ? String(key.value) : '',
      { key: key as Node, value: value as Node | null },
    ]),
  );

  const named = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const offsetOf = (node: Node | null | undefined): number => node?.range?.[0] ?? map.range?.[0] ?? 0;

  const fail = (key: string | undefined, message: string): void => {
    const pair = key === undefined ? undefined : pairs.get(key);
    problems.push({ offset: offsetOf(pair?.value ?? pair?.key), message });
  };

  function read(key: string): Node | null | undefined {
    known.add(key);
    return pairs.get(key)?.value;
  }

  function scalar<T>(key: string, rule: string, accept: (value: unknown) => T | undefined): T | undefined {
    const node = read(key);
    if (node === undefined) return undefined;
    const value = isScalar(node) ? accept(node.value) : undefined;
    if (value === undefined) fail(key, `${named(key)} must be ${rule}`);
    return value;
  }

  const as = (key: string, { pattern, rule, orScalar = false }: Written): string | undefined =>
    scalar(key, rule, (value) => {
      const found = orScalar ? asText(value) : value;
      return typeof found === 'string' && pattern.test(found) ? found : undefined;
    });
  const duration = (key: string, how = written.duration): number | undefined => {
    const found = as(key, how);
    return found === undefined ? undefined : (parseDuration(found) ?? 0);
  };
  const share = (key: string, how: Written): number | undefined => {
    const found = as(key, how);
    return found === undefined ? undefined : Number(found.slice(0, -1)) / 100;
  };
  /** What is missing is said at the end: a mistyped key is one mistake, not two. */
  const missing: { readonly keys: readonly string[]; readonly message: string }[] = [];
  const requireKey = (key: string): void => {
    if (!pairs.has(key)) missing.push({ keys: [key], message: `${named(key)} is missing` });
  };
  const self = path === '' ? 'a check' : path;
  const mapping = (key: string): YAMLMap | undefined => {
    const node = read(key);
    if (node === undefined) return undefined;
    if (isMap(node)) return node;
    fail(key, `${named(key)} must be a mapping`);
    return undefined;
  };
  const filled = (key: string): YAMLMap | undefined => {
    const node = mapping(key);
    if (node?.items.length === 0) fail(key, `${named(key)} must not be empty`);
    return node;
  };
  const within = (key: string, node: YAMLMap): Fields => readFields(node, named(key), problems);
  const nested = (key: string): Fields | undefined => {
    const node = mapping(key);
    return node === undefined ? undefined : within(key, node);
  };
  /** What `readOne` makes of each entry of a mapping. */
  function entriesOf<T>(
    key: string,
    node: YAMLMap | undefined,
    readOne: (fields: Fields, name: string) => T,
  ): readonly (readonly [string, T])[] {
    if (node === undefined) return [];
    const fields = within(key, node);
    return namesIn(node).map((name) => [name, readOne(fields, name)]);
  }

  return {
    path,
    has: (key) => pairs.has(key),
    text: (key) => as(key, written.text),
    requiredText(key) {
      requireKey(key);
      return as(key, written.text) ?? '';
    },
    anyText: (key) => as(key, written.maybeEmpty),
    as,
    requiredAs(key, how) {
      requireKey(key);
      return as(key, how) ?? '';
    },
    whole: (key, which) =>
      scalar(key, ruleOfWhole(which), (value) => (isWhole(value, which) ? value : undefined)),
    flag: (key) => scalar(key, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined)),
    duration,
    requiredDuration(key) {
      requireKey(key);
      return duration(key) ?? 0;
    },
    share: (key, which) => share(key, written.shares[which]),
    texts(key, { name: how, text = written.text }) {
      const entries = entriesOf(key, mapping(key), (fields, name) => {
        if (!how.pattern.test(name)) fields.fail(name, `"${name}" in ${named(key)} must be ${how.rule}`);
        return fields.as(name, text) ?? '';
      });
      return Object.fromEntries(entries);
    },
    shares: (key) =>
      new Map(entriesOf(key, mapping(key), (fields, name) => fields.share(name, 'any') ?? Number.NaN)),
    counts(key) {
      if (!pairs.has(key)) return undefined;
      const entries = entriesOf(key, filled(key), (fields, name) => fields.whole(name, { from: 1 }) ?? 1);
      return Object.fromEntries(entries);
    },
    value(key) {
      const node = read(key);
      if (node === undefined) return undefined;
      const value = isMap(node) || isSeq(node) || isScalar(node) ? (node.toJSON() as unknown) : null;
      if (value === null) fail(key, `${named(key)} must not be empty`);
      return value ?? undefined;
    },
    tree: (key) => filled(key)?.toJSON() as object | undefined,
    map: nested,
    requiredMap(key) {
      requireKey(key);
      return nested(key);
    },
    wordOrMap(key, words, rule) {
      const node = read(key);
      const message = `${named(key)} must be ${rule}`;
      if (node === undefined) missing.push({ keys: [key], message });
      if (isMap(node)) return within(key, node);
      const word = isScalar(node) ? words.find((each) => each === node.value) : undefined;
      if (node !== undefined && word === undefined) fail(key, message);
      return word;
    },
    oneOf(keys) {
      for (const key of keys) known.add(key);
      const given = keys.filter((key) => pairs.has(key));
      const message = `${self} needs exactly one of: ${keys.join(', ')}`;
      if (given.length === 0) missing.push({ keys, message });
      if (given.length > 1) fail(given[1], message);
      if (given.length === 1) for (const key of keys) if (key !== given[0]) passedOver.add(key);
      return given[0];
    },
    anyOf(keys) {
      if (!keys.some((key) => pairs.has(key)))
        missing.push({ keys, message: `${self} needs at least one of: ${keys.join(', ')}` });
    },
    alone(key, others) {
      if (pairs.has(key) && others.some((other) => pairs.has(other)))
        fail(key, `${named(key)} cannot be combined with ${others.join(' or ')}`);
    },
    fail,
    done() {
      const unknown = [...pairs.keys()].filter((key) => !known.has(key));
      for (const { keys, message } of missing)
        if (!unknown.some((key) => closest(key, keys) !== undefined)) fail(undefined, message);
      for (const key of unknown) {
        const choices = [...known].filter((choice) => !passedOver.has(choice)).toSorted();
        problems.push({
          offset: offsetOf(pairs.get(key)?.key),
          message: `unknown key ${named(key)}${didYouMean(key, choices)}; known here: ${choices.join(', ')}`,
        });
      }
    },
  };
}

const namesIn = (node: YAMLMap): readonly string[] =>
  node.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));

const asText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
