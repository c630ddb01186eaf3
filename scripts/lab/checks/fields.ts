// Reads the YAML of a check strictly: every key is asked for by somebody, or it is a mistake with a place.

import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { didYouMean } from '../../closest.ts';
import type { CheckProblem } from './check.ts';

/** One mapping of the document. Reading a key marks it as known; `done` reports the others. */
export interface Fields {
  /** Path for messages: `traffic.split`. */
  readonly path: string;
  has(key: string): boolean;
  text(key: string): string | undefined;
  requiredText(key: string): string;
  number(key: string): number | undefined;
  flag(key: string): boolean | undefined;
  /** `250ms`, `30s`, `2m` in milliseconds. */
  duration(key: string): number | undefined;
  /** `90%` as 0.9. */
  share(key: string): number | undefined;
  /** A mapping of names to text. */
  texts(key: string): Readonly<Record<string, string>>;
  /** A mapping of names to shares. */
  shares(key: string): ReadonlyMap<string, number>;
  /** Any YAML value as plain data. */
  value(key: string): unknown;
  map(key: string): Fields | undefined;
  requiredMap(key: string): Fields | undefined;
  /** Text that fits; `rule` says how it must be. */
  matching(key: string, pattern: RegExp, rule: string): string | undefined;
  requiredMatching(key: string, pattern: RegExp, rule: string): string;
  /** The text when it is one of `words`; undefined for everything else, and what is right then is for the caller to say. */
  requiredWord(key: string, words: readonly string[]): string | undefined;
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

  const text = (key: string): string | undefined => scalar(key, 'text', asText);
  const matching = (key: string, pattern: RegExp, rule: string): string | undefined =>
    scalar(key, rule, (value) => {
      const found = asText(value);
      return found !== undefined && pattern.test(found) ? found : undefined;
    });
  const requireKey = (key: string): void => {
    if (!pairs.has(key)) fail(undefined, `${named(key)} is missing`);
  };
  const self = path === '' ? 'a check' : path;
  const mapping = (key: string): YAMLMap | undefined => {
    const node = read(key);
    if (node === undefined) return undefined;
    if (isMap(node)) return node;
    fail(key, `${named(key)} must be a mapping`);
    return undefined;
  };
  const nested = (key: string): Fields | undefined => {
    const node = mapping(key);
    return node === undefined ? undefined : readFields(node, named(key), problems);
  };
  const keysOf = (key: string): readonly string[] =>
    mapping(key)?.items.map((pair) => (isScalar(pair.key) ? String(pair.key.value) : '')) ?? [];

  return {
    path,
    has: (key) => pairs.has(key),
    text,
    requiredText(key) {
      requireKey(key);
      return text(key) ?? '';
    },
    number: (key) => scalar(key, 'a number', (value) => (typeof value === 'number' ? value : undefined)),
    flag: (key) => scalar(key, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined)),
    duration: (key) => scalar(key, 'a duration like 250ms, 30s or 2m', asDuration),
    share: (key) => scalar(key, 'a share from 0% to 100%', asShare),
    texts(key) {
      const fields = nested(key);
      return Object.fromEntries(keysOf(key).map((name) => [name, fields?.requiredText(name) ?? '']));
    },
    shares(key) {
      const fields = nested(key);
      return new Map(keysOf(key).map((name) => [name, fields?.share(name) ?? 0]));
    },
    value(key) {
      const node = read(key);
      return isMap(node) || isSeq(node) || isScalar(node) ? (node.toJSON() as unknown) : undefined;
    },
    map: nested,
    requiredMap(key) {
      requireKey(key);
      return nested(key);
    },
    matching,
    requiredMatching(key, pattern, rule) {
      requireKey(key);
      return matching(key, pattern, rule) ?? '';
    },
    requiredWord(key, words) {
      const node = read(key);
      return isScalar(node) ? words.find((word) => word === node.value) : undefined;
    },
    oneOf(keys) {
      for (const key of keys) known.add(key);
      const given = keys.filter((key) => pairs.has(key));
      if (given.length !== 1) fail(given[1], `${self} needs exactly one of: ${keys.join(', ')}`);
      return given[0];
    },
    anyOf(keys) {
      if (!keys.some((key) => pairs.has(key)))
        fail(undefined, `${self} needs at least one of: ${keys.join(', ')}`);
    },
    alone(key, others) {
      if (pairs.has(key) && others.some((other) => pairs.has(other)))
        fail(key, `${named(key)} cannot be combined with ${others.join(' or ')}`);
    },
    fail,
    done() {
      for (const [key, pair] of pairs) {
        if (known.has(key)) continue;
        const choices = [...known].toSorted();
        problems.push({
          offset: offsetOf(pair.key),
          message: `unknown key ${named(key)}${didYouMean(key, choices)}; known here: ${choices.join(', ')}`,
        });
      }
    },
  };
}

const asText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

function asDuration(value: unknown): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(String(value)) ?? [];
  const factor = units[unit ?? ''];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}

function asShare(value: unknown): number | undefined {
  const [, amount] = /^(\d+(?:\.\d+)?)%$/.exec(String(value)) ?? [];
  return amount === undefined || Number(amount) > 100 ? undefined : Number(amount) / 100;
}
