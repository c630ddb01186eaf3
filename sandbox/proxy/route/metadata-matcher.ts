// envoy.type.matcher.v3.MetadataMatcher, compiled.

import type { MetadataMatcher, ValueMatcher } from '../../envoy/metadata-matcher.ts';
import { ConfigError } from '../config-error.ts';
import { stringMatcher } from './string-matcher.ts';

/** What filters have learned of a request, by their names. */
export type DynamicMetadata = Readonly<Record<string, unknown>>;

/** @throws ConfigError */
export function metadataMatcher(
  { filter, path, value, invert = false }: MetadataMatcher,
  field: string,
): (metadata: DynamicMetadata | undefined) => boolean {
  const keys = [filter, ...path.map(({ key }) => key)];
  const matches = valueMatcher(value, `${field}.value`);
  return (metadata) => matches(valueAt(metadata, keys)) !== invert;
}

function valueAt(metadata: unknown, keys: readonly string[]): unknown {
  let at = metadata;
  for (const key of keys) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

function valueMatcher(matcher: ValueMatcher, field: string): (value: unknown) => boolean {
  if ('string_match' in matcher) {
    const matches = stringMatcher(matcher.string_match, `${field}.string_match`);
    // Texts of rules are compared as bytes, which heads are made of; claims are not.
    return (value) => typeof value === 'string' && matches(Buffer.from(value, 'utf8').toString('latin1'));
  }
  if ('present_match' in matcher) return (value) => (value !== undefined) === matcher.present_match;
  if ('or_match' in matcher) {
    const all = matcher.or_match.value_matchers.map((each, index) =>
      valueMatcher(each, `${field}.or_match[${index}]`),
    );
    return (value) => all.some((matches) => matches(value));
  }
  if ('list_match' in matcher) {
    const one = valueMatcher(matcher.list_match.one_of, `${field}.list_match`);
    return (value) => Array.isArray(value) && value.some(one);
  }
  throw new ConfigError(field, 'has none of string_match, present_match, or_match, list_match');
}
