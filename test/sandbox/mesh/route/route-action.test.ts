import { describe, expect, it } from 'vitest';
import { meshOf, webRoutes, webWith } from '../support/mesh.ts';
import type { Route, RouteAction } from '../../../../sandbox/envoy/route.ts';

const routeOf = (rule: string): Route => {
  const [route] = webRoutes(meshOf(webWith(rule)));
  if (route === undefined) throw new Error('no route');
  return route;
};

const actionOf = (settings: string): RouteAction =>
  routeOf(`- route: [{ destination: { host: web } }]\n  ${settings}`).route ?? {};

const cluster = 'outbound|80||web.default.svc.cluster.local';
const destination = (subset: string, weight?: number): string =>
  `{ destination: { host: web, subset: ${subset} }${weight === undefined ? '' : `, weight: ${weight}`} }`;

describe('§3.1 weights', () => {
  it.each([
    ['the entry without a weight is dropped', [destination('a', 1), destination('b')], [['a', 1]]],
    [
      'weights are relative',
      [destination('a', 1), destination('b', 2)],
      [
        ['a', 1],
        ['b', 2],
      ],
    ],
  ])('%s', (_, destinations, expected) => {
    const clusters = routeOf(`- route: [${destinations.join(', ')}]`).route?.weighted_clusters?.clusters;
    expect(clusters?.map(({ name, weight }) => [name.split('|')[2], weight])).toEqual(expected);
  });

  it('sends everything to a single destination, whatever its weight', () => {
    expect(routeOf(`- route: [${destination('v1', 0)}]`).route?.cluster).toBe(cluster.replace('||', '|v1|'));
  });
});

describe('§1.4 destinations', () => {
  it.each([
    ['{ host: web }', cluster],
    ['{ host: web.default.svc.cluster.local }', cluster],
    ['{ host: web.default }', 'outbound|80||web.default'],
    ['{ host: web, port: { number: 8080 } }', 'outbound|8080||web.default.svc.cluster.local'],
    ['{ host: api }', 'outbound|80||api.default.svc.cluster.local'],
  ])('%s is the cluster %s', (host, expected) => {
    expect(routeOf(`- route: [{ destination: ${host} }]`).route?.cluster).toBe(expected);
  });
});

describe('§3.2 rewrite', () => {
  it.each([
    ['rewrite: { uri: / }', { prefix_rewrite: '/' }],
    [
      "rewrite: { uriRegexRewrite: { match: '^/a/(.*)$', rewrite: '/\\1' } }",
      { regex_rewrite: { pattern: { regex: '^/a/(.*)$' }, substitution: '/\\1' } },
    ],
    ['rewrite: { authority: other.example.com }', { host_rewrite_literal: 'other.example.com' }],
    [
      'headers: { request: { set: { Host: named.example.com } } }',
      { host_rewrite_literal: 'named.example.com' },
    ],
  ])('%s', (settings, expected) => {
    expect(actionOf(settings)).toMatchObject(expected);
  });
});

describe('§3.3 redirect and direct response', () => {
  it.each([
    ['{ uri: /new }', { path_redirect: '/new' }],
    [
      '{ authority: b.example.com, redirectCode: 302 }',
      { host_redirect: 'b.example.com', response_code: 'FOUND' },
    ],
    ['{ scheme: https, port: 8443 }', { scheme_redirect: 'https', port_redirect: 8443 }],
    ['{ scheme: https, port: 443 }', { scheme_redirect: 'https' }],
    ['{ uri: /x, port: 80 }', { path_redirect: '/x' }],
    ['{ uri: /x, port: 443 }', { path_redirect: '/x', port_redirect: 443 }],
    ['{ scheme: https, derivePort: FROM_REQUEST_PORT }', { scheme_redirect: 'https', port_redirect: 80 }],
    ['{ uri: /x, redirectCode: 308 }', { path_redirect: '/x', response_code: 'PERMANENT_REDIRECT' }],
  ])('redirect: %s', (redirect, expected) => {
    expect(routeOf(`- redirect: ${redirect}`).redirect).toEqual(expected);
  });

  it('leaves a route without an action where Envoy does not know the code', () => {
    const { redirect, route } = routeOf('- redirect: { uri: /x, redirectCode: 304 }');
    expect([redirect, route]).toEqual([undefined, undefined]);
  });

  it.each([
    ['{ status: 503 }', { status: 503 }],
    ['{ status: 200, body: { string: hello } }', { status: 200, body: { inline_string: 'hello' } }],
    ['{ status: 200, body: { bytes: aGVsbG8= } }', { status: 200, body: { inline_bytes: 'aGVsbG8=' } }],
  ])('directResponse: %s', (response, expected) => {
    expect(routeOf(`- directResponse: ${response}`).direct_response).toEqual(expected);
  });
});

describe('§3.4 header operations', () => {
  const set = (key: string, value: string): object => ({
    header: { key, value },
    append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
  });
  const add = (key: string, value: string): object => ({
    header: { key, value },
  });

  it('puts set before add, each by name, and drops pseudo headers', () => {
    const headers =
      '{ request: { add: { y: "2" }, set: { x: "1", a: "0", ":path": p }, remove: [z, ":path"] } }';
    const { request_headers_to_add: added, request_headers_to_remove: removed } = routeOf(
      `- headers: ${headers}\n  route: [{ destination: { host: web } }]`,
    );
    expect([added, removed]).toEqual([[set('a', '0'), set('x', '1'), add('y', '2')], ['z']]);
  });

  it('appends those of a single destination to the rule, so that its set wins', () => {
    const route = routeOf(
      '- headers: { response: { set: { x: rule } } }\n  route: [{ destination: { host: web }, headers: { response: { set: { x: own } } } }]',
    );
    expect(route.response_headers_to_add).toEqual([set('x', 'rule'), set('x', 'own')]);
  });

  it('leaves those of several destinations with their clusters', () => {
    const route = routeOf(
      '- headers: { request: { set: { x: rule } } }\n  route: [{ destination: { host: web }, weight: 1, headers: { request: { set: { x: own, Host: h } } } }, { destination: { host: b }, weight: 1 }]',
    );
    expect(route.request_headers_to_add).toEqual([set('x', 'rule')]);
    expect(route.route?.weighted_clusters?.clusters[0]).toMatchObject({
      request_headers_to_add: [set('x', 'own')],
      host_rewrite_literal: 'h',
    });
  });

  it('takes the Host of a rewrite before that of the rule, and that before the destination’s', () => {
    const host = (name: string): string => `headers: { request: { set: { host: ${name} } } }`;
    const destinations = `route: [{ destination: { host: web }, ${host('c')} }]`;
    const rules = [
      `rewrite: { authority: a }\n  ${host('b')}\n  ${destinations}`,
      `${host('b')}\n  ${destinations}`,
      destinations,
    ];
    expect(rules.map((rule) => routeOf(`- ${rule}`).route?.host_rewrite_literal)).toEqual(['a', 'b', 'c']);
  });
});

describe('§3.5 timeout', () => {
  it.each([
    ['', '0s'],
    ['timeout: 2s', '2s'],
    ['timeout: 500ms', '0.500s'],
    ['timeout: 1m30s', '90s'],
    ['timeout: 1.5s', '1.500s'],
  ])('%s is %s', (settings, timeout) => {
    expect(actionOf(settings)).toMatchObject({ timeout, max_grpc_timeout: timeout });
  });
});

describe('§3.6 retries', () => {
  const usual = 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes';

  it.each([
    ['', { num_retries: 2, retry_on: usual }],
    ['retries: { attempts: 3 }', { num_retries: 3, retry_on: usual }],
    ['retries: { attempts: 3, retryOn: 5xx, perTryTimeout: 2s }', { retry_on: '5xx', per_try_timeout: '2s' }],
    [
      'retries: { attempts: 1, retryOn: "gateway-error, 429 ,503" }',
      { retry_on: 'gateway-error,retriable-status-codes', retriable_status_codes: [429, 503] },
    ],
    [
      'retries: { attempts: 1, retryOn: "retriable-status-codes,500" }',
      { retry_on: 'retriable-status-codes', retriable_status_codes: [500] },
    ],
    ['retries: { attempts: 1, retryOn: "799" }', { retry_on: '799' }],
    [
      'retries: { attempts: 1, retryRemoteLocalities: true }',
      { retry_priority: { name: 'envoy.retry_priorities.previous_priorities' } },
    ],
    // The empty word is Istio's own; Envoy passes over it.
    [
      'retries: { attempts: 1, retryOn: "503" }',
      { retry_on: ',retriable-status-codes', retriable_status_codes: [503] },
    ],
  ])('%s', (settings, expected) => {
    expect(actionOf(settings).retry_policy).toMatchObject({
      ...expected,
      host_selection_retry_max_attempts: '5',
    });
  });

  it('has no retriable codes by default (503 is passed on since 1.24)', () => {
    expect(actionOf('').retry_policy).not.toHaveProperty('retriable_status_codes');
  });

  it('has no policy with attempts: 0', () => {
    expect(actionOf('retries: { attempts: 0 }')).not.toHaveProperty('retry_policy');
  });
});

describe('§3.7 faults', () => {
  const faultOf = (fault: string): unknown =>
    routeOf(`- fault: ${fault}\n  route: [{ destination: { host: web } }]`).typed_per_filter_config?.[
      'envoy.filters.http.fault'
    ];

  it.each([
    [
      '{ abort: { httpStatus: 503, percentage: { value: 50 } } }',
      { abort: { http_status: 503, percentage: { numerator: 500_000, denominator: 'MILLION' } } },
    ],
    [
      '{ abort: { httpStatus: 503, percentage: { value: 0.0001 } } }',
      { abort: { http_status: 503, percentage: { numerator: 1, denominator: 'MILLION' } } },
    ],
    ['{ abort: { httpStatus: 500 } }', { abort: { http_status: 500, percentage: {} } }],
    ['{ abort: { grpcStatus: UNAVAILABLE } }', { abort: { grpc_status: 14 } }],
    [
      '{ delay: { fixedDelay: 7s, percent: 10 } }',
      { delay: { fixed_delay: '7s', percentage: { numerator: 10 } } },
    ],
    ['{ delay: { fixedDelay: 1s } }', { delay: { percentage: {} } }],
  ])('%s', (fault, expected) => {
    expect(faultOf(fault)).toMatchObject(expected);
  });

  it('is nothing with a delay that Envoy does not know', () => {
    expect(faultOf('{ delay: { exponentialDelay: 1s } }')).toBeUndefined();
  });
});

describe('§3.8 mirrors', () => {
  it.each([
    ['mirror: { host: b }', [[100, undefined]]],
    ['mirror: { host: b }\n  mirrorPercentage: { value: 5 }', [[50_000, 'MILLION']]],
    ['mirror: { host: b }\n  mirrorPercentage: { value: 0 }', undefined],
    [
      'mirrors: [{ destination: { host: b } }, { destination: { host: c }, percentage: { value: 1 } }]',
      [
        [100, undefined],
        [10_000, 'MILLION'],
      ],
    ],
  ])('%s', (settings, expected) => {
    const shares = actionOf(settings).request_mirror_policies?.map(({ runtime_fraction: share }) => [
      share?.default_value.numerator,
      share?.default_value.denominator,
    ]);
    expect(shares).toEqual(expected);
  });
});

describe('§3.9 CORS', () => {
  it('joins lists by comma and counts max-age in seconds', () => {
    const cors =
      '{ allowOrigins: [{ exact: "https://a" }], allowMethods: [GET, PUT], allowHeaders: [x, y], exposeHeaders: [z], maxAge: 24h, allowCredentials: true }';
    const route = routeOf(`- corsPolicy: ${cors}\n  route: [{ destination: { host: web } }]`);
    expect(route.typed_per_filter_config?.['envoy.filters.http.cors']).toEqual({
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy',
      allow_origin_string_match: [{ exact: 'https://a' }],
      allow_methods: 'GET,PUT',
      allow_headers: 'x,y',
      expose_headers: 'z',
      max_age: '86400',
      allow_credentials: true,
      forward_not_matching_preflights: true,
      filter_enabled: { default_value: { numerator: 100 } },
    });
  });
});

describe('§8.5 decorator, §1.3 metadata', () => {
  it.each([
    ['match: [{ uri: { prefix: /api } }]', 'web.default.svc.cluster.local:80/api*'],
    ['match: [{ uri: { exact: /api } }]', 'web.default.svc.cluster.local:80/api'],
    ["match: [{ uri: { regex: '/a.*' } }]", 'web.default.svc.cluster.local:80/a.*'],
    ['timeout: 1s', 'web.default.svc.cluster.local:80/*'],
  ])('%s is the operation %s', (match, operation) => {
    expect(routeOf(`- ${match}\n  route: [{ destination: { host: web } }]`).decorator).toEqual({ operation });
  });

  it('names the VirtualService where there is no single destination', () => {
    expect(routeOf(`- route: [${destination('a', 1)}, ${destination('b', 1)}]`).decorator?.operation).toBe(
      'web:80/*',
    );
  });

  it('tells istioctl the VirtualService', () => {
    expect(routeOf('- directResponse: { status: 200 }').metadata?.filter_metadata['istio']).toEqual({
      config: '/apis/networking.istio.io/v1/namespaces/default/virtual-service/web',
    });
  });
});
