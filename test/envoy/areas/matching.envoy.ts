import { afterAll, expect, it } from 'vitest';
import type {
  HeaderMatcher,
  QueryParameterMatcher,
  Route,
  RouteMatch,
  StringMatcher,
  VirtualHost,
} from '../../../sandbox/envoy/route.ts';
import { atGateway, cluster, endpoints } from '../../sandbox/proxy/support/config.ts';
import { host, httpListener } from '../support/config.ts';
import { Dice } from '../support/dice.ts';
import { startDuel, type Case } from '../support/duel.ts';
import { report } from '../support/report.ts';
import { sendable } from '../support/sendable.ts';

const paths = [
  '/',
  '/api',
  '/api/',
  '/API',
  '/api/items',
  '/apiary',
  '/a.b',
  '/a%2eb',
  '/api//x',
  '/x/y/z',
  '/umlaut',
  '/api;v=1',
  '/%41pi',
];
const queries = [
  '',
  '?',
  '?a=1',
  '?a=1&a=2',
  '?b=&a=',
  '?a',
  '?x=%31',
  '?A=1',
  '?a=1&b=2',
  '?a=1?b=2',
  '?=1',
  '?&&a=1',
];
const values = ['', 'v1', 'V1', 'v2', 'v1,v2', 'Mozilla', 'x y', 'v1 '];
const names = ['x-a', 'x-b', ':method', ':authority', 'user-agent'];

const dice = new Dice(1);

function text(from: readonly string[]): StringMatcher {
  const value = dice.of(from.filter((item) => item !== ''));
  const fold = dice.chance(0.3) ? { ignore_case: true } : {};
  return dice.of<StringMatcher>([
    { exact: value, ...fold },
    { prefix: value.slice(0, 1 + dice.number(value.length)), ...fold },
    { suffix: value.slice(dice.number(value.length)), ...fold },
    { contains: value.slice(-1), ...fold },
    {
      safe_regex: {
        regex: dice.of(['.*', '.+', 'v[12]', 'V.*', '(v1|v2)', 'v1(,v2)?', '[a-z]+\\d', '']) || 'v',
      },
    },
  ]);
}

function path(): RouteMatch {
  const fold = dice.chance(0.3) ? { case_sensitive: false } : {};
  const value = dice.of(paths);
  return dice.of<RouteMatch>([
    { prefix: '/' },
    { prefix: value.slice(0, 1 + dice.number(value.length)), ...fold },
    { path: value, ...fold },
    { safe_regex: { regex: dice.of(['/api(/.*)?', '/[a-z]+', '.*', '/a\\.b', '/api/items|/x.*']) } },
    { path_separated_prefix: dice.of(['/api', '/x', '/x/y']), ...fold },
  ]);
}

function header(): HeaderMatcher {
  const name = dice.of(names);
  const from =
    name === ':method'
      ? ['GET', 'POST', 'HEAD']
      : name === ':authority'
        ? ['web', 'h1.test', 'h1.test:80']
        : values;
  const matcher = dice.chance(0.2) ? { present_match: dice.chance(0.7) } : { string_match: text(from) };
  const missing = dice.chance(0.4) ? { treat_missing_header_as_empty: true } : {};
  return { name, ...matcher, ...missing, ...(dice.chance(0.3) ? { invert_match: true } : {}) };
}

function query(): QueryParameterMatcher {
  const name = dice.of(['a', 'b', 'A', 'x']);
  return dice.chance(0.3)
    ? { name, present_match: dice.chance(0.7) }
    : { name, string_match: text(['1', '2', '1?b=2', '%31']) };
}

function route(index: number): Route {
  const match: RouteMatch = {
    ...path(),
    ...(dice.chance(0.5) ? { headers: Array.from({ length: 1 + dice.number(2) }, header) } : {}),
    ...(dice.chance(0.3) ? { query_parameters: Array.from({ length: 1 + dice.number(2) }, query) } : {}),
  };
  if (dice.chance(0.2)) return { name: `r${index}`, match, route: { cluster: 'a', timeout: '0s' } };
  return { name: `r${index}`, match, direct_response: { status: 200, body: { inline_string: `r${index}` } } };
}

const hosts: VirtualHost[] = [];
for (let at = 0; at < 200; at += 1) {
  hosts.push(
    host(
      `h${at}`,
      [`h${at}.test`],
      Array.from({ length: 1 + dice.number(4) }, (_, index) => route(index)),
    ),
  );
}

function request(at: number): Case {
  const headers: [string, string][] = [];
  for (const name of ['x-a', 'X-B', 'user-agent'])
    if (dice.chance(0.6)) headers.push([name, dice.of(values)]);
  if (dice.chance(0.1)) headers.push(['x-a', 'again']);
  return sendable({
    id: `m${at}`,
    method: dice.of(['GET', 'GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE']),
    path: dice.of(paths) + dice.of(queries),
    host: `h${at % 200}.${dice.of(['test', 'TEST', 'test:80', 'test:8080'])}`,
    headers,
  });
}

const domains = [
  'a.b.test',
  '*.b.test',
  '*.test',
  'a.*',
  'a.b.*',
  'A.C.Test',
  'x.test:8080',
  '*b.c',
  '[::1]',
  '1.2.3.4',
];
const asked = [
  'a.b.test',
  'x.b.test',
  '.b.test',
  'b.test',
  'test',
  'a.test',
  'a.b.c',
  'a.c.test',
  'A.B.TEST',
  'x.test',
  'x.test:8080',
  'a.b.test:80',
  'xb.c',
  'b.c',
  'a.',
  'a',
  '[::1]',
  '[::1]:80',
  '1.2.3.4',
  '1.2.3.4:1',
  'unknown',
  'a.b.test:x',
  'a.b.test.',
  'x.y.b.test',
];

const duel = await startDuel((port) => ({
  listeners: [
    httpListener('random', 80, hosts, atGateway),
    ...[true, false].map((star, index) =>
      httpListener(
        star ? 'star' : 'no star',
        81 + index,
        [...domains, ...(star ? ['*'] : [])].map((domain) =>
          host(
            domain,
            [domain],
            [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: domain } } }],
          ),
        ),
      ),
    ),
  ],
  routes: [],
  clusters: [cluster('a')],
  endpoints: [endpoints('a', [port('a')])],
}));
afterAll(async () => {
  report('matching', duel);
  await duel[Symbol.asyncDispose]();
});

it('chooses the same route for every request', async () => {
  expect(await duel.run(Array.from({ length: 3000 }, (_, at) => request(at)))).toBe('');
});

it('chooses the same virtual host for every authority', async () => {
  const cases = ['star', 'no star'].flatMap((listener) =>
    asked.map((name, at) => sendable({ id: `${listener[0]}${at}`, host: name }, { listener })),
  );
  expect(await duel.run(cases)).toBe('');
});
