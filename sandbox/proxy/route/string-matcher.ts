import { RE2JS } from 're2js';
import type { StringMatcher } from '../../envoy/route.ts';
import { ConfigError } from '../config-error.ts';
import { wireText } from '../values.ts';

export type Matches = (value: string) => boolean;

/** @param field where the matcher stands, for errors. @throws ConfigError */
export function stringMatcher(matcher: StringMatcher, field: string): Matches {
  const fold = matcher.ignore_case === true;
  const wanted = (text: string): string => (fold ? wireText(text).toLowerCase() : wireText(text));
  const given = (value: string): string => (fold ? value.toLowerCase() : value);
  if (matcher.safe_regex !== undefined) return regexMatcher(matcher.safe_regex.regex, `${field}.safe_regex`);
  if (matcher.exact !== undefined) {
    const exact = wanted(matcher.exact);
    return (value) => given(value) === exact;
  }
  if (matcher.prefix !== undefined) {
    const prefix = wanted(matcher.prefix);
    return (value) => given(value).startsWith(prefix);
  }
  if (matcher.suffix !== undefined) {
    const suffix = wanted(matcher.suffix);
    return (value) => given(value).endsWith(suffix);
  }
  if (matcher.contains !== undefined) {
    const part = wanted(matcher.contains);
    return (value) => given(value).includes(part);
  }
  throw new ConfigError(field, 'has none of exact, prefix, suffix, contains, safe_regex');
}

/** RE2, the whole value. @throws ConfigError */
export function regexMatcher(regex: string, field: string): Matches {
  const compiled = compileRegex(regex, field);
  // `.*` and `.+` are frequent in rules and need no engine: values never hold a line break.
  if (regex === '.*') return () => true;
  if (regex === '.+') return (value) => value !== '';
  return (value) => compiled.matcher(value).matches();
}

/** @throws ConfigError */
export function compileRegex(regex: string, field: string): RE2JS {
  try {
    return RE2JS.compile(wireText(regex));
  } catch (error) {
    throw new ConfigError(field, `"${regex}" is not an RE2 expression: ${(error as Error).message}`);
  }
}
