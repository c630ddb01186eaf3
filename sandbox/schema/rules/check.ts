// Small rules that many kinds share.

import type { StatusCause } from '../../kube/status-error.ts';
import { duplicate, forbidden, invalid, required } from '../cause.ts';
import { at, sameJson } from '../json.ts';
import { labelValue, type NameRule, qualifiedName } from './names.ts';

export type Causes = readonly StatusCause[];

/** A name that must be there and obey the rule. */
export const requiredName = (field: string, name: string | undefined, rule: NameRule): Causes =>
  name === undefined || name === '' ? [required(field)] : named(field, name, rule);

/** A name that obeys the rule, if it is there. */
export const named = (field: string, name: string | undefined, rule: NameRule): Causes =>
  name === undefined || name === '' ? [] : rule(name).map((why) => invalid(field, name, why));

export const portNumber = (field: string, port: number): Causes =>
  Number.isInteger(port) && port >= 1 && port <= 65_535
    ? []
    : [invalid(field, port, 'must be between 1 and 65535, inclusive')];

export const notNegative = (field: string, value: number | undefined): Causes =>
  value !== undefined && value < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : [];

/** `Duplicate value` at each item whose key was seen before; items without a key are left alone. */
export function unique<T>(
  list: readonly T[],
  keyOf: (item: T) => string | undefined,
  field: (index: number) => string,
): Causes {
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const key = keyOf(item);
    if (key === undefined || key === '') return [];
    if (seen.has(key)) return [duplicate(field(index), key)];
    seen.add(key);
    return [];
  });
}

export function labels(field: string, map: Readonly<Record<string, string>> = {}): Causes {
  const keys = Object.keys(map).flatMap((key) => qualifiedName(key).map((why) => invalid(field, key, why)));
  const values = Object.values(map).flatMap((value) =>
    labelValue(value).map((why) => invalid(field, value, why)),
  );
  return [...keys, ...values];
}

export const annotations = (field: string, map: Readonly<Record<string, string>> | undefined): Causes =>
  Object.keys(map ?? {}).flatMap((key) =>
    qualifiedName(key.toLowerCase()).map((why) => invalid(field, key, why)),
  );

/** `shown` is what the message quotes. */
export const immutable = (field: string, next: unknown, old: unknown, shown: unknown = next): Causes =>
  sameJson(next, old) ? [] : [invalid(field, shown, 'field is immutable')];

/** Exactly one member of a union such as a probe's handlers. */
export function oneOf(field: string, value: object, members: readonly string[], what: string): Causes {
  const set = members.filter((member) => Object.hasOwn(value, member));
  if (set.length === 0) return [required(field, `must specify a ${what}`)];
  return set.slice(1).map((member) => forbidden(`${field}.${member}`, `may not specify more than 1 ${what}`));
}

export const each = <T>(
  field: string,
  list: readonly T[] | undefined,
  rule: (field: string, item: T) => Causes,
): Causes => (list ?? []).flatMap((item, index) => rule(at(field, index), item));
