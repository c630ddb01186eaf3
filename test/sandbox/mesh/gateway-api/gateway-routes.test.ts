import { describe, expect, it } from 'vitest';
import { configOf } from '../support/mesh.ts';
import { GatewayApiMesh, gateway, httpRoute, service, type Asked } from './world.ts';

const http = '{ name: http, port: 80, protocol: HTTP }';
const to = (name: string, more = ''): string => `backendRefs: [{ name: ${name}, port: 80 ${more} }]`;
const services = ['web', 'api', 'beta', 'any'].map((name) => service(name)).join('');
const mesh = (rules: string, more = ''): GatewayApiMesh =>
  new GatewayApiMesh(`${services}${gateway(http)}${httpRoute('shop', `rules: [${rules}]`)}${more}`);

describe('§5.2 matches', () => {
  it.each([
    ['{ path: { type: Exact, value: /foo } }', '/foo', true],
    ['{ path: { type: Exact, value: /foo } }', '/foo/', false],
    ['{ path: { value: /foo } }', '/foo', true],
    ['{ path: { value: /foo } }', '/foo/bar', true],
    ['{ path: { value: /foo } }', '/foobar', false],
    ['{ path: { value: /foo/ } }', '/foo', true],
    ['{ path: { type: RegularExpression, value: /f.+ } }', '/foobar', true],
    ['{ path: { type: RegularExpression, value: /f } }', '/foobar', false],
    ['{ method: POST }', '/', false],
    ['{ headers: [{ name: x-user, value: tester }] }', '/', true],
    ['{ headers: [{ name: x-user, value: test }] }', '/', false],
    ['{ headers: [{ name: x-user, type: RegularExpression, value: "t.*r" }] }', '/', true],
    ['{ queryParams: [{ name: q, value: "1" }] }', '/?q=1', true],
    ['{ queryParams: [{ name: q, value: "1" }] }', '/?q=2', false],
  ])('%s takes %s: %s', (match, path, taken) => {
    const world = mesh(`{ matches: [${match}], ${to('web')} }`);
    const answer = world.atGateway(path, { headers: { 'x-user': 'tester' } });
    expect(answer).toBe(taken ? `web:80 ${path}` : '404');
  });
});

describe('§5.2 precedence', () => {
  const rules = [
    `{ ${to('any')} }`,
    `{ matches: [{ path: { type: RegularExpression, value: /api/.* } }], ${to('beta')} }`,
    `{ matches: [{ path: { value: /api } }], ${to('web')} }`,
    `{ matches: [{ path: { value: /api/v1 } }], ${to('api')} }`,
    `{ matches: [{ path: { type: Exact, value: /api/v1 } }], ${to('beta')} }`,
    `{ matches: [{ path: { value: /api }, headers: [{ name: a, value: b }] }], ${to('beta')} }`,
    `{ matches: [{ path: { value: /api }, queryParams: [{ name: q, value: b }] }], ${to('any')} }`,
    `{ matches: [{ path: { value: /api }, method: PUT }], ${to('api')} }`,
  ];
  it.each<[string, Asked, string]>([
    ['/', {}, 'any:80 /'],
    ['/api', {}, 'web:80 /api'],
    ['/api/v1/x', {}, 'api:80 /api/v1/x'],
    ['/api/v1', {}, 'beta:80 /api/v1'],
    ['/api', { headers: { a: 'b' } }, 'beta:80 /api'],
    ['/api?q=b', { headers: { a: 'b' } }, 'beta:80 /api?q=b'],
    ['/api?q=b', {}, 'any:80 /api?q=b'],
    ['/api', { method: 'PUT', headers: { a: 'b' } }, 'api:80 /api'],
  ])('whatever the order of writing, %s %j goes to %s', (path, asked, answer) => {
    expect(mesh(rules.join()).atGateway(path, asked)).toBe(answer);
    expect(mesh(rules.toReversed().join()).atGateway(path, asked)).toBe(answer);
  });

  it('gives a tie to the rule, and to the route, that comes first', () => {
    const second = httpRoute('zzz', `rules: [{ ${to('beta')} }]`);
    expect(mesh(`{ ${to('web')} }, { ${to('api')} }`, second).atGateway('/')).toBe('web:80 /');
  });

  it('names routes by namespace, route and rule', () => {
    const world = mesh(`{ ${to('any')} }, { matches: [{ path: { value: /a } }], ${to('web')} }`);
    const routes = configOf(world.state, world.router).routes[0]?.virtual_hosts[0]?.routes;
    expect(routes?.map(({ name }) => name)).toEqual(['default.shop.1', 'default.shop.0']);
  });
});

describe('§5.2 hostnames', () => {
  it.each([
    ['', '', 'any.example.com', true],
    ['', 'hostnames: [a.example.com],', 'a.example.com', true],
    ['', 'hostnames: [a.example.com],', 'b.example.com', false],
    ['hostname: "*.example.com",', '', 'a.example.com', true],
    ['hostname: "*.example.com",', '', 'a.example.org', false],
    ['hostname: "*.example.com",', 'hostnames: [a.example.com, a.example.org],', 'a.example.com', true],
    ['hostname: "*.example.com",', 'hostnames: [a.example.com, a.example.org],', 'a.example.org', false],
    ['hostname: a.example.com,', 'hostnames: ["*.example.com"],', 'a.example.com', true],
    ['hostname: a.example.com,', 'hostnames: ["*.example.com"],', 'b.example.com', false],
  ])('of listener {%s} and route {%s}: %s is served: %s', (listener, route, host, served) => {
    const listeners = `{ ${listener} name: http, port: 80, protocol: HTTP }`;
    const text = services + gateway(listeners) + httpRoute('shop', `${route} rules: [{ ${to('web')} }]`);
    expect(new GatewayApiMesh(text).atGateway('/', { host })).toBe(served ? 'web:80 /' : '404');
  });
});

describe('§5.2 filters', () => {
  it.each([
    ['/foo', '{ hostname: new.example.com }', '/foo/a', '302 http://new.example.com/foo/a'],
    ['/foo', '{ scheme: https, statusCode: 301 }', '/foo?q', '301 https://example.com/foo?q'],
    ['/foo', '{ port: 8443, scheme: https }', '/foo', '302 https://example.com:8443/foo'],
    [
      '/foo',
      '{ path: { type: ReplaceFullPath, replaceFullPath: /bar } }',
      '/foo/a',
      '302 http://example.com/bar',
    ],
    [
      '/foo',
      '{ path: { type: ReplacePrefixMatch, replacePrefixMatch: /bar } }',
      '/foo/a',
      '302 http://example.com/bar/a',
    ],
    [
      '/',
      '{ path: { type: ReplacePrefixMatch, replacePrefixMatch: /bar } }',
      '/a',
      '302 http://example.com/bar/a',
    ],
  ])('RequestRedirect under %s: %s', (prefix, requestRedirect, path, answer) => {
    const filter = `{ type: RequestRedirect, requestRedirect: ${requestRedirect} }`;
    expect(mesh(`{ matches: [{ path: { value: ${prefix} } }], filters: [${filter}] }`).atGateway(path)).toBe(
      answer,
    );
  });

  it.each([
    ['/foo', '{ hostname: inner.example.com }', '/foo', 'web:80 inner.example.com/foo'],
    ['/foo', '{ path: { type: ReplaceFullPath, replaceFullPath: /bar } }', '/foo/a?q', 'web:80 /bar?q'],
    ['/foo', '{ path: { type: ReplacePrefixMatch, replacePrefixMatch: /bar } }', '/foo/a', 'web:80 /bar/a'],
    ['/foo', '{ path: { type: ReplacePrefixMatch, replacePrefixMatch: /bar/ } }', '/foo/a', 'web:80 /bar/a'],
    ['/foo', '{ path: { type: ReplacePrefixMatch, replacePrefixMatch: / } }', '/foo/a', 'web:80 /a'],
    ['/foo', '{ path: { type: ReplacePrefixMatch, replacePrefixMatch: / } }', '/foo', 'web:80 /'],
    ['/a.b', '{ path: { type: ReplacePrefixMatch, replacePrefixMatch: "" } }', '/a.b/c', 'web:80 /c'],
    ['/', '{ path: { type: ReplacePrefixMatch, replacePrefixMatch: /bar } }', '/a', 'web:80 /bar/a'],
  ])('URLRewrite under %s: %s', (prefix, urlRewrite, path, answer) => {
    const filters = `filters: [{ type: URLRewrite, urlRewrite: ${urlRewrite} }]`;
    const world = mesh(`{ matches: [{ path: { value: ${prefix} } }], ${filters}, ${to('web')} }`);
    expect(world.atGateway(path)).toBe(answer);
  });

  it('changes headers for the rule and for one backend, mirrors, and limits the time', () => {
    const modifier = '{ set: [{ name: a, value: "1" }], add: [{ name: b, value: "2" }], remove: [c] }';
    const world = mesh(`{
      filters: [
        { type: RequestHeaderModifier, requestHeaderModifier: ${modifier} },
        { type: ResponseHeaderModifier, responseHeaderModifier: { remove: [server] } },
        { type: RequestMirror, requestMirror: { backendRef: { name: api, port: 80 }, percent: 25 } },
        { type: RequestMirror, requestMirror: { backendRef: { name: beta, port: 81 } } },
      ],
      timeouts: { request: 2s },
      backendRefs: [
        { name: web, port: 80, weight: 9,
          filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { remove: [x] } }] },
        { name: beta, port: 80, weight: 1 },
      ],
    }`);
    const [route] = configOf(world.state, world.router).routes[0]?.virtual_hosts[0]?.routes ?? [];
    expect(route).toMatchObject({
      request_headers_to_add: [
        { header: { key: 'a', value: '1' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
        { header: { key: 'b', value: '2' }, append_action: 'APPEND_IF_EXISTS_OR_ADD' },
      ],
      request_headers_to_remove: ['c'],
      response_headers_to_remove: ['server'],
      route: {
        timeout: '2s',
        weighted_clusters: {
          clusters: [
            {
              name: 'outbound|80||web.default.svc.cluster.local',
              weight: 9,
              request_headers_to_remove: ['x'],
            },
            { name: 'outbound|80||beta.default.svc.cluster.local', weight: 1 },
          ],
        },
        request_mirror_policies: [
          {
            cluster: 'outbound|80||api.default.svc.cluster.local',
            runtime_fraction: { default_value: { numerator: 250_000, denominator: 'MILLION' } },
          },
          {
            cluster: 'outbound|81||beta.default.svc.cluster.local',
            runtime_fraction: { default_value: { numerator: 1_000_000, denominator: 'MILLION' } },
          },
        ],
      },
    });
  });
});

describe('§5.2 and §4.5 backends', () => {
  it.each([
    ['backendRefs: []', '500'],
    ['', '500'],
    [to('web', ', weight: 0'), '500'],
    [to('missing'), '500 NC'],
    ['backendRefs: [{ name: web, port: 99 }]', '500 NC'],
    ['backendRefs: [{ name: web, kind: Secret, port: 80 }]', '500 NC'],
    ['backendRefs: [{ name: web, namespace: other, port: 80 }]', '500 NC'],
    [to('web'), 'web:80 /'],
  ])('{%s} answers %s', (backends, answer) => {
    expect(mesh(`{ ${backends} }`).atGateway('/')).toBe(answer);
  });

  it.each(['{ name: web, kind: Secret, port: 80 }', '{ name: web, namespace: other, port: 80 }'])(
    'the reference %s leads to the cluster UnknownService (§1.1)',
    (reference) => {
      const world = mesh(`{ backendRefs: [${reference}] }`);
      const [route] = configOf(world.state, world.router).routes[0]?.virtual_hosts[0]?.routes ?? [];
      expect(route?.route).toMatchObject({
        cluster: 'UnknownService',
        cluster_not_found_response_code: 'INTERNAL_SERVER_ERROR',
      });
    },
  );

  it('an invalid reference costs its share of the requests', () => {
    const world = mesh(
      '{ backendRefs: [{ name: web, port: 80, weight: 3 }, { name: missing, port: 80, weight: 1 }] }',
    );
    expect([0.1, 0.7, 0.8].map((random) => world.atGateway('/', {}, random))).toEqual([
      'web:80 /',
      'web:80 /',
      '500 NC',
    ]);
  });

  it.each([
    ['to: [{ group: "", kind: Service }]', 'web.other:80 /'],
    ['to: [{ group: "", kind: Service, name: web }]', 'web.other:80 /'],
    ['to: [{ group: "", kind: Service, name: api }]', '500 NC'],
  ])('a ReferenceGrant %s: %s', (granted, answer) => {
    const grant = `
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: grant, namespace: other }
spec: { from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default }], ${granted} }
`;
    const world = mesh(
      '{ backendRefs: [{ name: web, namespace: other, port: 80 }] }',
      service('web', 'other') + grant,
    );
    expect(world.atGateway('/')).toBe(answer);
  });

  it('a Service that comes later is found', () => {
    const world = mesh(`{ ${to('late')} }`);
    expect(world.atGateway('/')).toBe('500 NC');
    world.apply(service('late').replace('---', ''));
    expect(world.atGateway('/')).toBe('late:80 /');
  });
});

describe('§5.2 listeners', () => {
  const attached = (allowed: string, namespace: string): string => {
    const listener = `{ name: http, port: 80, protocol: HTTP, allowedRoutes: ${allowed} }`;
    const route = httpRoute('shop', `rules: [{ ${to('web')} }]`, namespace);
    return new GatewayApiMesh(services + service('web', 'other') + gateway(listener) + route).atGateway('/');
  };
  it.each([
    ['{}', 'default', 'web:80 /'],
    ['{}', 'other', '404'],
    ['{ namespaces: { from: All } }', 'other', 'web.other:80 /'],
    [
      '{ namespaces: { from: Selector, selector: { matchLabels: { "kubernetes.io/metadata.name": other } } } }',
      'other',
      'web.other:80 /',
    ],
    [
      '{ namespaces: { from: Selector, selector: { matchExpressions: [{ key: x, operator: Exists }] } } }',
      'other',
      '404',
    ],
    ['{ kinds: [{ kind: TCPRoute }] }', 'default', '404'],
  ])('allowedRoutes %s and a route of %s: %s', (allowed, namespace, answer) => {
    expect(attached(allowed, namespace)).toBe(answer);
  });

  it('listens as the Service of the address says, and no Gateway of another class does', () => {
    expect(configOf(mesh('{}').state, mesh('{}').router).listeners.map(({ name }) => name)).toEqual([
      '0.0.0.0_8080',
    ]);
    const other = gateway(http).replace('gatewayClassName: istio', 'gatewayClassName: nginx');
    expect(new GatewayApiMesh(services + other).atGateway('/')).toBe('no listener');
  });

  it('is gone with its Gateway', () => {
    const world = mesh(`{ ${to('web')} }`);
    world.cluster.delete({ group: 'gateway.networking.k8s.io', resource: 'gateways' }, 'default', 'gw');
    world.refresh();
    expect(world.atGateway('/')).toBe('no listener');
  });
});

describe('§5.2 GAMMA', () => {
  const forService = (reference: string, rule: string): GatewayApiMesh =>
    new GatewayApiMesh(`${services}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: inner, namespace: default }
spec: { parentRefs: [{ group: '', kind: Service, name: web ${reference} }], rules: [${rule}] }
`);

  const rule = `{ matches: [{ path: { value: /v2 } }], ${to('beta')} }`;
  it.each([
    ['', '/v2/a', 80, 'beta:80 /v2/a'],
    ['', '/v1', 80, '404'],
    ['', '/v2', 81, 'beta:80 /v2'],
    [', port: 80', '/v2', 80, 'beta:80 /v2'],
    [', port: 80', '/v1', 80, '404'],
    [', port: 80', '/v2', 81, 'web:81 /v2'],
    [', port: 80', '/v1', 81, 'web:81 /v1'],
  ])('a parent Service%s: %s at port %i goes to %s', (reference, path, port, answer) => {
    expect(forService(reference, rule).inMesh(path, port)).toBe(answer);
  });

  it('is not for other services, nor for gateways', () => {
    const world = forService('', rule);
    expect(world.inMesh('/v1', 80, { host: 'api' })).toBe('api:80 /v1');
    expect(world.atGateway('/v2')).toBe('no listener');
  });
});
