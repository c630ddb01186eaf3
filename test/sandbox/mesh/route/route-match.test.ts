import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { meshOf, sidecar, webRoutes, webWith } from '../support/mesh.ts';
import { routeMatchOf } from '../../../../sandbox/mesh/route/route-match.ts';
import type { HttpMatch } from '../../../../sandbox/mesh/kube/virtual-service.ts';

describe('§2 HTTP match', () => {
  it.each([
    ['uri: { exact: /foo }', { path: '/foo' }],
    ['uri: { prefix: /foo }', { prefix: '/foo' }],
    ["uri: { prefix: '' }", { prefix: '' }],
    ["uri: { regex: '/v[12]/.*' }", { safe_regex: { regex: '/v[12]/.*' } }],
    ['uri: { exact: /foo }\nignoreUriCase: true', { path: '/foo', case_sensitive: false }],
    ['headers: { x: { exact: a } }', { headers: [{ name: 'x', string_match: { exact: 'a' } }] }],
    ['headers: { x: { prefix: a } }', { headers: [{ name: 'x', string_match: { prefix: 'a' } }] }],
    [
      "headers: { x: { regex: 'a.*' } }",
      { headers: [{ name: 'x', string_match: { safe_regex: { regex: 'a.*' } } }] },
    ],
    ['headers: { x: {} }', { headers: [{ name: 'x', present_match: true }] }],
    ["headers: { x: { regex: '*' } }", { headers: [{ name: 'x', present_match: true }] }],
    [
      'withoutHeaders: { x: { exact: a } }',
      {
        headers: [
          {
            name: 'x',
            string_match: { exact: 'a' },
            invert_match: true,
            treat_missing_header_as_empty: true,
          },
        ],
      },
    ],
    ['withoutHeaders: { x: {} }', { headers: [{ name: 'x', present_match: true, invert_match: true }] }],
    [
      'headers: { b: { exact: "1" }, a: { exact: "2" } }\nmethod: { exact: GET }\nauthority: { prefix: web }\nscheme: { exact: http }',
      {
        headers: [
          { name: 'a', string_match: { exact: '2' } },
          { name: 'b', string_match: { exact: '1' } },
          { name: ':method', string_match: { exact: 'GET' } },
          { name: ':authority', string_match: { prefix: 'web' } },
          { name: ':scheme', string_match: { exact: 'http' } },
        ],
      },
    ],
    [
      'queryParams: { q: { exact: "1" } }',
      { query_parameters: [{ name: 'q', string_match: { exact: '1' } }] },
    ],
    [
      'queryParams: { q: { prefix: "1" } }',
      { query_parameters: [{ name: 'q', string_match: { prefix: '1' } }] },
    ],
    ['queryParams: { q: {} }', { query_parameters: [{ name: 'q', present_match: true }] }],
  ])('%s', (yaml, expected) => {
    const path = Object.keys(expected).some((key) => ['path', 'prefix', 'safe_regex'].includes(key))
      ? {}
      : { prefix: '/' };
    expect(routeMatchOf(parse(yaml) as HttpMatch)).toEqual({ case_sensitive: true, ...path, ...expected });
  });

  it('matches everything where a rule has no match', () => {
    expect(webRoutes(meshOf(webWith('- route: [{ destination: { host: web } }]')))[0]?.match).toEqual({
      prefix: '/',
    });
  });

  const to = 'route: [{ destination: { host: web } }]';

  it.each([
    ['port: 80', true],
    ['port: 8080', false],
    ['sourceLabels: { app: shop }', true],
    ['sourceLabels: { app: shop, version: v1 }', false],
    ['sourceNamespace: default', true],
    ['sourceNamespace: other', false],
    ['gateways: [mesh]', true],
    ['gateways: [public]', false],
    // `gateways` takes the place of the conditions on the source.
    ['gateways: [mesh], sourceLabels: { app: none }', true],
  ])('{ %s } is decided for the client, not per request: %s', (condition, taken) => {
    const state = meshOf(
      webWith(`- name: mine\n  match: [{ ${condition} }]\n  ${to}\n- name: rest\n  ${to}`),
    );
    const names = webRoutes(state, sidecar({ labels: { app: 'shop' } })).map(({ name }) => name);
    expect(names).toEqual(taken ? ['mine'] : ['rest']);
  });

  it('makes one route per entry of match, in order of writing', () => {
    const state = meshOf(
      webWith(
        `- match: [{ uri: { exact: /b } }, { uri: { exact: /a } }]\n  ${to}\n- match: [{ uri: { prefix: /c } }]\n  ${to}`,
      ),
    );
    expect(webRoutes(state).map(({ match }) => match.path ?? match.prefix)).toEqual(['/b', '/a', '/c']);
  });
});

describe('§1.5 catch-all and names', () => {
  const to = 'route: [{ destination: { host: web } }]';

  it.each([
    ['no match', ''],
    ['prefix /', 'match: [{ uri: { prefix: / } }]'],
    ['regex .*', "match: [{ uri: { regex: '.*' } }]"],
  ])('ends the list at a rule with %s', (_, match) => {
    const state = meshOf(
      webWith(`- name: all\n  ${match}\n  ${to}\n- name: never\n  match: [{ uri: { exact: /x } }]\n  ${to}`),
    );
    expect(webRoutes(state).map(({ name }) => name)).toEqual(['all']);
  });

  it.each([
    ['a header', 'headers: { x: { exact: a } }'],
    ['a query parameter', 'queryParams: { q: { exact: a } }'],
    ['a method', 'method: { exact: GET }'],
  ])('goes on after prefix / with %s', (_, condition) => {
    const state = meshOf(
      webWith(
        `- name: some\n  match: [{ uri: { prefix: / }, ${condition} }]\n  ${to}\n- name: rest\n  ${to}`,
      ),
    );
    expect(webRoutes(state).map(({ name }) => name)).toEqual(['some', 'rest']);
  });

  it.each([
    ['name: a', 'name: b', 'a.b'],
    ['name: a', 'uri: { prefix: /x }', 'a'],
    ['timeout: 1s', 'uri: { prefix: /x }', undefined],
  ])('calls the route of { %s, match: { %s } } %s', (rule, match, name) => {
    expect(webRoutes(meshOf(webWith(`- ${rule}\n  match: [{ ${match} }]\n  ${to}`)))[0]?.name).toBe(name);
  });
});
