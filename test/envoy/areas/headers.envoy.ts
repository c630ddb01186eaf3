import { afterAll, expect, it } from 'vitest';
import type {
  HeaderValueOption,
  RedirectAction,
  Route,
  RouteAction,
  RouteMatch,
} from '../../../sandbox/envoy/route.ts';
import { atGateway, cluster, endpoints } from '../../sandbox/proxy/support/config.ts';
import { host, httpListener } from '../support/config.ts';
import { Dice } from '../support/dice.ts';
import { startDuel, type Case } from '../support/duel.ts';
import { randomCors, randomFault } from '../support/random-filters.ts';
import { report } from '../support/report.ts';
import { sendable } from '../support/sendable.ts';

const dice = new Dice(2);

const requestValues = [
  'plain',
  '%REQ(x-a)%',
  '%REQ(x-missing)%',
  '%REQ(x-missing?x-a)%',
  '%REQ(:path)%|%REQ(:method)%|%REQ(:authority)%',
  '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
  '%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%',
  '100%%',
  '%PROTOCOL%',
  '%REQ(x-a):2%',
  '%ROUTE_NAME%',
  'ü',
];
const responseValues = [
  ...requestValues,
  '%RESPONSE_CODE%',
  '%RESPONSE_FLAGS%',
  '%UPSTREAM_CLUSTER_RAW%',
  '%RESP(x-up)%',
  '%RESPONSE_CODE_DETAILS%',
  '%UPSTREAM_HOST%',
];
const names = ['x-a', 'x-b', 'X-New', 'user-agent', 'x-up', 'accept'];

function options(values: readonly string[], more: readonly string[]): HeaderValueOption[] {
  return Array.from({ length: dice.number(4) }, () => ({
    header: { key: dice.of([...names, ...more]), value: dice.of(values) },
    ...dice.of<Pick<HeaderValueOption, 'append_action'>>([
      {},
      { append_action: 'APPEND_IF_EXISTS_OR_ADD' },
      { append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
      { append_action: 'ADD_IF_ABSENT' },
    ]),
  }));
}

function headerOperations(): Pick<
  Route,
  | 'request_headers_to_add'
  | 'request_headers_to_remove'
  | 'response_headers_to_add'
  | 'response_headers_to_remove'
> {
  return {
    request_headers_to_add: options(requestValues, []),
    request_headers_to_remove: dice.some([...names, 'x-envoy-attempt-count', 'x-forwarded-proto'], 0.15),
    response_headers_to_add: options(responseValues, ['content-type', 'server', 'set-cookie', 'vary']),
    response_headers_to_remove: dice.some(
      [...names, 'server', 'content-type', 'x-envoy-upstream-service-time'],
      0.15,
    ),
  };
}

function match(): RouteMatch {
  return dice.of<RouteMatch>([
    { prefix: '/' },
    { prefix: '/api' },
    { prefix: '/API/', case_sensitive: false },
    { path: '/api/items' },
    { safe_regex: { regex: '/api(/.*)?' } },
    { path_separated_prefix: '/api' },
  ]);
}

function rewrite(given: RouteMatch): Partial<RouteAction> {
  return dice.of<Partial<RouteAction>>([
    {},
    { prefix_rewrite: '/' },
    { prefix_rewrite: '/new' },
    { prefix_rewrite: '/new/' },
    { regex_rewrite: { pattern: { regex: '/api/(\\w+)' }, substitution: '/v2/\\1/\\0' } },
    { regex_rewrite: { pattern: { regex: '[aeiou]' }, substitution: '_' } },
    { regex_rewrite: { pattern: { regex: 'x*' }, substitution: '-' } },
    { host_rewrite_literal: 'other.test' },
    ...(given.path === undefined ? [] : [{ prefix_rewrite: '/exact?q=2' }]),
  ]);
}

function redirect(given: RouteMatch): RedirectAction {
  const path = dice.of<RedirectAction>([
    {},
    { path_redirect: '/moved' },
    { path_redirect: '/moved?x=y' },
    { prefix_rewrite: '/pre' },
    { path_redirect: '/m#f' },
  ]);
  const scheme = dice.of<RedirectAction>([
    {},
    { https_redirect: true },
    { scheme_redirect: 'https' },
    { scheme_redirect: 'http' },
  ]);
  const { safe_regex: regex } = given;
  return {
    ...(regex !== undefined && path.prefix_rewrite !== undefined ? {} : path),
    ...scheme,
    ...(dice.chance(0.4)
      ? { host_redirect: dice.of(['new.test', 'new.test:80', 'new.test:443', 'new.test:8443', '[::1]:80']) }
      : {}),
    ...(dice.chance(0.4) ? { port_redirect: dice.of([80, 443, 8080]) } : {}),
    ...(dice.chance(0.5)
      ? {
          response_code: dice.of([
            'FOUND',
            'SEE_OTHER',
            'TEMPORARY_REDIRECT',
            'PERMANENT_REDIRECT',
            'MOVED_PERMANENTLY',
          ] as const),
        }
      : {}),
  };
}

function route(): Route {
  const given = match();
  const filters = {
    ...(dice.chance(0.4) ? { 'envoy.filters.http.cors': randomCors(dice) } : {}),
    ...(dice.chance(0.2) ? { 'envoy.filters.http.fault': randomFault(dice) } : {}),
  };
  const common = {
    ...(dice.chance(0.5) ? { name: 'named' } : {}),
    match: given,
    ...(dice.chance(0.6) ? headerOperations() : {}),
    ...(Object.keys(filters).length > 0 ? { typed_per_filter_config: filters } : {}),
    ...(dice.chance(0.3) ? { decorator: { operation: 'op:80/*' } } : {}),
  };
  const kind = dice.number(10);
  if (kind < 2) return { ...common, redirect: redirect(given) };
  if (kind < 3)
    return {
      ...common,
      direct_response: {
        status: dice.of([200, 204, 304, 404, 503, 299]),
        ...dice.of([{}, { body: { inline_string: 'direct ü' } }, { body: { inline_bytes: 'AAH/' } }]),
      },
    };
  const action: RouteAction = { timeout: '0s', ...rewrite(given) };
  if (kind < 7)
    return { ...common, route: { ...action, cluster: dice.of(['a', 'a', 'a', 'empty', 'missing', 'dead']) } };
  const { host_rewrite_literal: _, ...rest } = action;
  return {
    ...common,
    route: {
      ...rest,
      weighted_clusters: {
        clusters: [
          {
            name: dice.of(['a', 'b']),
            weight: 100,
            ...headerOperations(),
            ...(dice.chance(0.3) ? { host_rewrite_literal: 'weighted.test' } : {}),
          },
        ],
      },
    },
  };
}

const count = 300;
const hosts = Array.from({ length: count }, (_, at) => host(`h${at}`, [`h${at}.test`], [route()]));

function request(at: number): Case {
  const headers: [string, string][] = [];
  const maybe = (share: number, name: string, ...values: string[]): void => {
    if (dice.chance(share)) headers.push([name, dice.of(values)]);
  };
  maybe(0.5, 'x-a', 'one', 'two words', '');
  maybe(0.2, 'x-a', 'again');
  maybe(0.3, 'X-B', 'b');
  maybe(0.3, 'user-agent', 'curl/8');
  maybe(
    0.3,
    'origin',
    'https://a.test',
    'https://b.test',
    'https://x.c.test',
    'https://evil.test',
    'null',
    '',
  );
  maybe(0.2, 'access-control-request-method', 'PUT', '');
  maybe(0.2, 'x-forwarded-for', '10.1.2.3', '10.1.2.3, 10.9.9.9', 'nonsense');
  maybe(0.2, 'x-forwarded-proto', 'https', 'http', 'gopher');
  maybe(0.1, 'x-forwarded-host', 'evil.test');
  maybe(0.2, 'x-request-id', 'given', '0f0c2d6e-6a54-4c1e-8b1b-6f4b6f6f2a11');
  maybe(0.1, 'x-envoy-internal', 'true');
  maybe(0.1, 'x-envoy-external-address', '1.2.3.4');
  maybe(0.1, 'x-envoy-original-path', '/forged');
  maybe(0.1, 'x-envoy-decorator-operation', 'forged');
  maybe(0.1, 'x-envoy-expected-rq-timeout-ms', '5');
  maybe(0.1, 'x-envoy-attempt-count', '9');
  maybe(0.1, 'x-forwarded-client-cert', 'By=me');
  maybe(0.1, 'connection', 'keep-alive', 'close', 'x-a', 'Keep-Alive, x-b');
  maybe(0.1, 'te', 'trailers', 'gzip');
  maybe(0.1, 'keep-alive', 'timeout=5');
  maybe(0.1, 'proxy-connection', 'keep-alive');
  maybe(0.1, 'cookie', 'a=1; b=2', 'a=1');
  maybe(0.05, 'content-type', 'application/grpc', 'text/html');
  maybe(
    0.3,
    'x-script',
    '200,x-up=1',
    '200,set-cookie=a=1,set-cookie=b=2',
    '404,x-up=ü',
    '500',
    '204',
    '304',
    '200,server=nginx',
    '302,location=/x',
  );
  maybe(0.2, 'x-chunks', '1');
  return sendable(
    {
      id: `h${at}`,
      method: dice.of([
        'GET',
        'GET',
        'GET',
        'POST',
        'HEAD',
        'OPTIONS',
        'OPTIONS',
        'PUT',
        'DELETE',
        'PATCH',
        'TRACE',
      ]),
      path: dice.of([
        '/',
        '/api',
        '/api/',
        '/api/items',
        '/api/items?q=1',
        '/API/items',
        '/apiary?x',
        '/other',
        '/api/items/x',
      ]),
      host: `h${at % count}.test${dice.of(['', '', ':80', ':8080', ':443'])}`,
      headers,
      ...dice.of([{}, {}, { body: 'payload' }, { body: 'payload', chunked: true }, { body: '' }]),
    },
    { listener: dice.of(['gateway', 'sidecar']), about: hosts[at % count]?.routes[0] },
  );
}

const duel = await startDuel((port) => ({
  listeners: [httpListener('gateway', 80, hosts, atGateway), httpListener('sidecar', 81, hosts)],
  routes: [],
  clusters: ['a', 'b', 'empty', 'dead'].map((name) => cluster(name)),
  endpoints: [
    endpoints('a', [port('a')]),
    endpoints('b', [port('b')]),
    endpoints('dead', [port('dead')]),
    endpoints('empty', []),
  ],
}));
afterAll(async () => {
  report('headers', duel);
  await duel[Symbol.asyncDispose]();
});

it('changes requests and responses alike', async () => {
  expect(await duel.run(Array.from({ length: 3000 }, (_, at) => request(at)))).toBe('');
});
