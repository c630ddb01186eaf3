import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../support/properties.ts';
import type { HeaderMatcher, Route, StringMatcher } from '../../../../sandbox/envoy/route.ts';
import { Headers } from '../../../../sandbox/proxy/http1/headers.ts';
import { routeTable } from '../../../../sandbox/proxy/route/route-table.ts';

interface Asked {
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

function find(
  hosts: readonly { domains: readonly string[]; routes: readonly Route[] }[],
  asked: Asked,
): string | undefined {
  const table = routeTable({
    name: 'r',
    ignore_port_in_host_matching: true,
    virtual_hosts: hosts.map((host, index) => ({ name: `v${index}`, ...host })),
  });
  const request = {
    method: 'GET',
    authority: asked.host,
    path: asked.path,
    scheme: 'http',
    headers: new Headers(Object.entries(asked.headers).flat()),
  };
  return table.find(request, () => 0)?.route.name;
}

const named = (name: string, match: Route['match']): Route => ({
  name,
  match,
  direct_response: { status: 200 },
});

describe('virtual hosts (facts §1.3)', () => {
  it.each([
    ['web', 'exact'],
    ['WEB:8080', 'exact'],
    ['web:http', 'exact'],
    ['a.web', 'long suffix'],
    ['a.b', 'suffix'],
    ['web.a', 'prefix'],
    ['other', 'any'],
    ['b', 'any'],
  ])('%s goes to the %s domain', (host, expected) => {
    const domains = { exact: 'web', 'long suffix': '*.web', suffix: '*.b', prefix: 'web.*', any: '*' };
    const hosts = Object.entries(domains).map(([name, domain]) => ({
      domains: [domain],
      routes: [named(name, { prefix: '/' })],
    }));
    expect(find(hosts, { host, path: '/', headers: {} })).toBe(expected);
  });
});

describe('matching (facts §2)', () => {
  it.each<[string, Route['match'], string, Record<string, string>, boolean]>([
    ['a plain prefix', { prefix: '/foo' }, '/foobar?x=1', {}, true],
    ['an exact path without its query', { path: '/foo' }, '/foo?x=1', {}, true],
    ['a regex on the whole path', { safe_regex: { regex: '/fo+' } }, '/foo?x=1', {}, true],
    ['a regex on a part of it', { safe_regex: { regex: '/fo' } }, '/foo', {}, false],
    ['another case', { prefix: '/foo' }, '/FOO', {}, false],
    ['another case, ignored', { prefix: '/foo', case_sensitive: false }, '/FOO', {}, true],
    ['a whole segment', { path_separated_prefix: '/foo' }, '/foo/x', {}, true],
    ['a part of a segment', { path_separated_prefix: '/foo' }, '/foobar', {}, false],
    [
      'a header that is there',
      { prefix: '/', headers: [{ name: 'X', present_match: true }] },
      '/',
      { x: '' },
      true,
    ],
    [
      'a missing header, inverted',
      { prefix: '/', headers: [{ name: 'x', string_match: { exact: 'a' }, invert_match: true }] },
      '/',
      {},
      false,
    ],
    [
      'a missing header taken for empty, inverted',
      {
        prefix: '/',
        headers: [
          {
            name: 'x',
            string_match: { exact: 'a' },
            invert_match: true,
            treat_missing_header_as_empty: true,
          },
        ],
      },
      '/',
      {},
      true,
    ],
    [
      'any value of a missing header, inverted',
      {
        prefix: '/',
        headers: [
          {
            name: 'x',
            string_match: { safe_regex: { regex: '.*' } },
            invert_match: true,
            treat_missing_header_as_empty: true,
          },
        ],
      },
      '/',
      {},
      false,
    ],
    [
      'the authority with its port',
      { prefix: '/', headers: [{ name: ':authority', string_match: { exact: 'web:80' } }] },
      '/',
      {},
      true,
    ],
    [
      'the method',
      { prefix: '/', headers: [{ name: ':method', string_match: { exact: 'POST' } }] },
      '/',
      {},
      false,
    ],
    [
      'the first of two equal parameters',
      { prefix: '/', query_parameters: [{ name: 'a', string_match: { exact: '1' } }] },
      '/?a=1&a=2',
      {},
      true,
    ],
    [
      'a parameter that is not there',
      { prefix: '/', query_parameters: [{ name: 'a', present_match: true }] },
      '/?b=1',
      {},
      false,
    ],
    [
      'half of the requests, and chance says yes',
      { prefix: '/', runtime_fraction: { default_value: { numerator: 50, denominator: 'HUNDRED' } } },
      '/',
      {},
      true,
    ],
  ])('%s', (_, match, path, headers, expected) => {
    const found = find([{ domains: ['*'], routes: [named('hit', match)] }], {
      host: 'web:80',
      path,
      headers,
    });
    expect(found).toBe(expected ? 'hit' : undefined);
  });

  it('agrees with a plain reading of the rules, for any list of routes and any request', () => {
    const word = fc.constantFrom('', 'a', 'b', 'ab', 'A', 'abc');
    const text: fc.Arbitrary<StringMatcher> = fc.oneof(
      fc.record({ exact: word, ignore_case: fc.boolean() }),
      fc.record({ prefix: word, ignore_case: fc.boolean() }),
      fc.record({ suffix: word, ignore_case: fc.boolean() }),
      fc.record({ contains: word, ignore_case: fc.boolean() }),
    );
    const header: fc.Arbitrary<HeaderMatcher> = fc.oneof(
      fc.record({
        name: fc.constantFrom('x', 'Y'),
        string_match: text,
        invert_match: fc.boolean(),
        treat_missing_header_as_empty: fc.boolean(),
      }),
      fc.record({ name: fc.constantFrom('x', 'Y'), present_match: fc.boolean(), invert_match: fc.boolean() }),
    );
    const path = word.map((part) => `/${part}`);
    const match = fc
      .tuple(
        fc.oneof(
          fc.record({ prefix: path, case_sensitive: fc.boolean() }),
          fc.record({ path, case_sensitive: fc.boolean() }),
          fc.record({ path_separated_prefix: path.filter((value) => value !== '/') }),
        ),
        fc.array(header, { maxLength: 2 }),
      )
      .map(([on, headers]) => ({ ...on, headers }));
    const request = fc.record({
      host: fc.constant('web'),
      path: fc.tuple(path, fc.constantFrom('', '/', '/x', '?q=1')).map((parts) => parts.join('')),
      headers: fc.dictionary(fc.constantFrom('x', 'y'), word),
    });
    fc.assert(
      fc.property(fc.array(match, { maxLength: 5 }), request, (matches, asked) => {
        const routes = matches.map((value, index) => named(String(index), value));
        const expected = matches.findIndex((value) => plainlyMatches(value, asked));
        expect(find([{ domains: ['*'], routes }], asked)).toBe(
          expected === -1 ? undefined : String(expected),
        );
      }),
      { numRuns: runs(500) },
    );
  });
});

/** The rules again, written for reading. */
function plainlyMatches(match: Route['match'], { path: target, headers }: Asked): boolean {
  const [path = ''] = target.split('?');
  const fold = (value: string): string => (match.case_sensitive === false ? value.toLowerCase() : value);
  if (match.path !== undefined && fold(path) !== fold(match.path)) return false;
  if (match.prefix !== undefined && fold(path).indexOf(fold(match.prefix)) !== 0) return false;
  const segment = match.path_separated_prefix;
  if (segment !== undefined && path !== segment && path.indexOf(`${segment}/`) !== 0) return false;
  return (match.headers ?? []).every((matcher) => {
    const given = headers[matcher.name.toLowerCase()];
    const inverted = matcher.invert_match === true;
    if (matcher.string_match === undefined)
      return ((given !== undefined) === matcher.present_match) !== inverted;
    const value = given ?? (matcher.treat_missing_header_as_empty === true ? '' : undefined);
    return value !== undefined && plainText(matcher.string_match, value) !== inverted;
  });
}

function plainText(matcher: StringMatcher, value: string): boolean {
  const fold = (part: string): string => (matcher.ignore_case === true ? part.toLowerCase() : part);
  const given = fold(value);
  if (matcher.exact !== undefined) return given === fold(matcher.exact);
  if (matcher.prefix !== undefined) return given.slice(0, matcher.prefix.length) === fold(matcher.prefix);
  if (matcher.contains !== undefined)
    return given.split(fold(matcher.contains)).length > 1 || matcher.contains === '';
  return (
    given.slice(given.length - (matcher.suffix ?? '').length) === fold(matcher.suffix ?? '') &&
    given.length >= (matcher.suffix ?? '').length
  );
}
