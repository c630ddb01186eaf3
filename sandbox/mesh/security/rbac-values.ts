// How the values of AuthorizationPolicies compare (istio.io/istio pilot/pkg/security/authz/matcher).

import { isIPv6 } from 'node:net';
import type { CidrRange } from '../../envoy/rbac.ts';
import type { HeaderMatcher, StringMatcher } from '../../envoy/route.ts';
import type { MetadataMatcher, ValueMatcher } from '../../envoy/metadata-matcher.ts';

/** `*` is anything but nothing, `abc*` a prefix, `*abc` a suffix; all else is exact. */
export function textMatcher(value: string, before = ''): StringMatcher {
  if (value === '*') return anyText;
  if (value.startsWith('*')) {
    const end = value.slice(1);
    return before === '' ? { suffix: end } : { safe_regex: { regex: `${before}.*${end}` } };
  }
  return value.endsWith('*') ? { prefix: `${before}${value.slice(0, -1)}` } : { exact: `${before}${value}` };
}

export const anyText: StringMatcher = { safe_regex: { regex: '.+' } };

export const headerMatcher = (name: string, value: string, ignoreCase = false): HeaderMatcher =>
  value === '*'
    ? { name, present_match: true }
    : { name, string_match: { ...textMatcher(value), ...(ignoreCase && { ignore_case: true }) } };

/** `10.1.2.3` or `10.1.0.0/16`. */
export function cidrRange(value: string): CidrRange {
  const [address = '', length] = value.split('/');
  const whole = isIPv6(address) ? 128 : 32;
  return { address_prefix: address, prefix_len: length === undefined ? whole : Number(length) };
}

/** The names in `[a][b]`. */
export const bracketed = (text: string): string[] =>
  [...text.matchAll(/\[([^\]]*)\]/gu)].map(([, name = '']) => name);

/** Where the JWT filter leaves the payload of a token. */
export const jwtFilter = 'envoy.filters.http.jwt_authn';
export const jwtPayload = 'payload';

export const claim = (path: readonly string[], value: ValueMatcher): MetadataMatcher => ({
  filter: jwtFilter,
  path: [jwtPayload, ...path].map((key) => ({ key })),
  value,
});

/** A claim that is, or has in its list, one of the texts. */
export function claimIn(path: readonly string[], texts: readonly StringMatcher[]): MetadataMatcher {
  const matchers = texts.map((text): ValueMatcher => ({ string_match: text }));
  const [only, second] = matchers;
  const one: ValueMatcher =
    only !== undefined && second === undefined ? only : { or_match: { value_matchers: matchers } };
  return claim(path, { or_match: { value_matchers: [one, { list_match: { one_of: one } }] } });
}
