import { anyText, bracketed, claimIn } from '../security/rbac-values.ts';
import type { MetadataMatcher } from '../../envoy/metadata-matcher.ts';
import type { HeaderMatcher, RouteMatch, StringMatcher } from '../../envoy/route.ts';
import type { HttpMatch, StringMatch } from '../kube/virtual-service.ts';

/** One entry of `match` as Envoy's match; undefined matches everything. */
export function routeMatchOf(match: HttpMatch | undefined): RouteMatch {
  if (match === undefined) return { prefix: '/' };
  const headers = headerMatchers(match);
  const claims = claimMatchers(match);
  const queryParameters = Object.entries(match.queryParams ?? {}).map(named);
  const { safe_regex: regex, ...path } = pathSpecifier(match.uri);
  return {
    ...path,
    case_sensitive: match.ignoreUriCase !== true,
    ...(headers.length > 0 && { headers }),
    ...(queryParameters.length > 0 && { query_parameters: queryParameters }),
    ...(regex && { safe_regex: regex }),
    ...(claims.length > 0 && { dynamic_metadata: claims }),
  };
}

/** A route that takes every request: routes behind it are never reached. */
export function isCatchAll(match: RouteMatch): boolean {
  const { prefix, safe_regex, headers, query_parameters, dynamic_metadata } = match;
  const everyPath = prefix === '/' || safe_regex?.regex === '.*';
  return (
    everyPath && headers === undefined && query_parameters === undefined && dynamic_metadata === undefined
  );
}

/** Undefined for a matcher without a condition. */
export function stringMatcherOf({ exact, prefix, regex }: StringMatch): StringMatcher | undefined {
  if (exact !== undefined) return { exact };
  if (prefix !== undefined) return { prefix };
  return regex === undefined ? undefined : { safe_regex: { regex } };
}

function pathSpecifier(uri: StringMatch = {}): RouteMatch {
  if (uri.exact !== undefined) return { path: uri.exact };
  if (uri.prefix !== undefined) return { prefix: uri.prefix };
  return uri.regex === undefined ? { prefix: '/' } : { safe_regex: { regex: uri.regex } };
}

/** `headers` and `withoutHeaders` by name, then the pseudo headers. */
function headerMatchers(match: HttpMatch): HeaderMatcher[] {
  const wanted = Object.entries(match.headers ?? {})
    .filter(isHeader)
    .map(named);
  const unwanted = Object.entries(match.withoutHeaders ?? {})
    .filter(isHeader)
    .map(unless);
  const byName = [...wanted, ...unwanted].toSorted((a, b) =>
    a.name < b.name ? -1 : Number(a.name > b.name),
  );
  const pseudo = [
    [':method', match.method],
    [':authority', match.authority],
    [':scheme', match.scheme],
  ] as const;
  return [
    ...byName,
    ...pseudo.flatMap(([name, value]) => (value === undefined ? [] : [named([name, value])])),
  ];
}

const claimPrefix = '@request.auth.claims';

const isHeader = ([name]: readonly [string, StringMatch]): boolean =>
  !/^@request\.auth\.claims[.[]/u.test(name);

/** Names such as `@request.auth.claims.group` and `@request.auth.claims[realm][roles]` are claims of the token. */
function claimMatchers({ headers = {}, withoutHeaders = {} }: HttpMatch): MetadataMatcher[] {
  const matcher = ([name, match]: readonly [string, StringMatch]): MetadataMatcher => {
    const rest = name.slice(claimPrefix.length);
    const path = rest.startsWith('[') ? bracketed(rest) : rest.slice(1).split('.');
    return claimIn(path, [(match.regex === '*' ? undefined : stringMatcherOf(match)) ?? anyText]);
  };
  const claims = (entries: Readonly<Record<string, StringMatch>>): (readonly [string, StringMatch])[] =>
    Object.entries(entries).filter((entry) => !isHeader(entry));
  return [
    ...claims(headers).map(matcher),
    ...claims(withoutHeaders).map((entry) => ({ ...matcher(entry), invert: true })),
  ];
}

function unless(header: readonly [string, StringMatch]): HeaderMatcher {
  const { name, string_match: text } = named(header);
  if (text === undefined) return { name, present_match: true, invert_match: true };
  // Envoy refuses this together with present_match.
  return { name, invert_match: true, string_match: text, treat_missing_header_as_empty: true };
}

interface NamedMatcher {
  readonly name: string;
  readonly string_match?: StringMatcher;
  readonly present_match?: boolean;
}

/** An empty matcher, and the regex `*` (which RE2 does not know), ask only that the name is there. */
function named([name, match]: readonly [string, StringMatch]): NamedMatcher {
  const matcher = match.regex === '*' ? undefined : stringMatcherOf(match);
  return matcher === undefined ? { name, present_match: true } : { name, string_match: matcher };
}
