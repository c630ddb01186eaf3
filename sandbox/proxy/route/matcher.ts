// envoy.config.route.v3.RouteMatch, compiled to one predicate.

import type { Random } from '../../clock/clock.ts';
import type { HeaderMatcher, QueryParameterMatcher, RouteMatch } from '../../envoy/route.ts';
import { ConfigError } from '../config-error.ts';
import { happens, runtimeFraction, wireText } from '../values.ts';
import { headerValue, withoutQuery, type RouteRequest } from './route-request.ts';
import { metadataMatcher } from './metadata-matcher.ts';
import { regexMatcher, stringMatcher } from './string-matcher.ts';

export type MatchesRequest = (request: RouteRequest, path: string, random: Random) => boolean;

/** The predicate takes the path without its query as second argument. @throws ConfigError */
export function routeMatcher(match: RouteMatch, field: string): MatchesRequest {
  const tests: MatchesRequest[] = [];
  const path = pathMatcher(match, field);
  if (path !== undefined) tests.push((_, given) => path(given));
  for (const [index, header] of (match.headers ?? []).entries()) {
    tests.push(headerMatcher(header, `${field}.headers[${index}]`));
  }
  if (match.query_parameters !== undefined && match.query_parameters.length > 0) {
    tests.push(queryMatcher(match.query_parameters, `${field}.query_parameters`));
  }
  for (const [index, metadata] of (match.dynamic_metadata ?? []).entries()) {
    const matches = metadataMatcher(metadata, `${field}.dynamic_metadata[${index}]`);
    tests.push((request) => matches(request.metadata));
  }
  const share = runtimeFraction(match.runtime_fraction);
  // Last, so that chance is drawn only for requests that match otherwise.
  if (share < 1) tests.push((_, __, random) => happens(share, random));
  return (request, given, random) => {
    for (const test of tests) if (!test(request, given, random)) return false;
    return true;
  };
}

/** Undefined when every path matches. */
function pathMatcher(match: RouteMatch, field: string): ((path: string) => boolean) | undefined {
  const fold = match.case_sensitive === false;
  if (match.safe_regex !== undefined) return regexMatcher(match.safe_regex.regex, `${field}.safe_regex`);
  if (match.path !== undefined)
    return stringMatcher({ exact: match.path, ignore_case: fold }, `${field}.path`);
  if (match.path_separated_prefix !== undefined) {
    const prefix = match.path_separated_prefix;
    const exact = stringMatcher({ exact: prefix, ignore_case: fold }, field);
    const below = stringMatcher({ prefix: `${prefix}/`, ignore_case: fold }, field);
    return (path) => exact(path) || below(path);
  }
  if (match.prefix === undefined) {
    throw new ConfigError(field, 'has none of prefix, path, safe_regex, path_separated_prefix');
  }
  // An OPTIONS request for "*" has no path that starts with a slash.
  if (match.prefix === '') return undefined;
  return stringMatcher({ prefix: match.prefix, ignore_case: fold }, `${field}.prefix`);
}

/** @throws ConfigError */
export function headerMatcher(matcher: HeaderMatcher, field: string): (request: RouteRequest) => boolean {
  const name = matcher.name.toLowerCase();
  const invert = matcher.invert_match === true;
  if (matcher.string_match === undefined) {
    const present = matcher.present_match ?? true;
    // A missing header that counts as empty counts as present.
    if (matcher.treat_missing_header_as_empty === true) return () => present !== invert;
    return (request) => ((headerValue(request, name) !== undefined) === present) !== invert;
  }
  const matches = stringMatcher(matcher.string_match, `${field}.string_match`);
  const absent = matcher.treat_missing_header_as_empty === true ? '' : undefined;
  return (request) => {
    const value = headerValue(request, name) ?? absent;
    // A missing header fails the rule, inverted or not (envoy HeaderUtility::matchHeaders).
    return value !== undefined && matches(value) !== invert;
  };
}

function queryMatcher(matchers: readonly QueryParameterMatcher[], field: string): MatchesRequest {
  const tests = matchers.map((matcher, index) => {
    const { string_match: text } = matcher;
    const value = text && stringMatcher(text, `${field}[${index}].string_match`);
    return { name: wireText(matcher.name), value, present: matcher.present_match ?? true };
  });
  return (request) => {
    const parameters = queryParameters(request.path);
    return tests.every(({ name, value, present }) => {
      const given = parameters.get(name);
      if (value === undefined) return (given !== undefined) === present;
      return given !== undefined && value(given);
    });
  };
}

/** The first value of each parameter, as written: Envoy matches names and values without decoding them. */
export function queryParameters(path: string): Map<string, string> {
  const parameters = new Map<string, string>();
  const query = path.slice(withoutQuery(path).length + 1);
  if (query === '') return parameters;
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const name = equals === -1 ? pair : pair.slice(0, equals);
    if (!parameters.has(name)) parameters.set(name, equals === -1 ? '' : pair.slice(equals + 1));
  }
  return parameters;
}
