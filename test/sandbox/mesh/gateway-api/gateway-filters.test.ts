import { describe, expect, it } from 'vitest';
import { configOf } from '../support/mesh.ts';
import { GatewayApiMesh, gateway, httpRoute, service } from './world.ts';

const http = '{ name: http, port: 80, protocol: HTTP }';
const to = (name: string, more = ''): string => `backendRefs: [{ name: ${name}, port: 80 ${more} }]`;
const services = ['web', 'api', 'beta', 'any'].map((name) => service(name)).join('');
const mesh = (rules: string, more = ''): GatewayApiMesh =>
  new GatewayApiMesh(`${services}${gateway(http)}${httpRoute('shop', `rules: [${rules}]`)}${more}`);

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
        { type: RequestMirror, requestMirror: { backendRef: { name: any, port: 80 }, fraction: { numerator: 1, denominator: 3 } } },
      ],
      timeouts: { request: 2s },
      backendRefs: [
        { name: web, port: 80, weight: 9,
          filters: [
            { type: RequestHeaderModifier, requestHeaderModifier: { remove: [x] } },
            { type: ResponseHeaderModifier, responseHeaderModifier: { remove: [y] } },
          ] },
        { name: beta, port: 80, weight: 1 },
      ],
    }`);
    const [route] = configOf(world.state, world.router).routes[0]?.virtual_hosts[0]?.routes ?? [];
    expect(route).toMatchObject({
      request_headers_to_add: [
        { header: { key: 'a', value: '1' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
        { header: { key: 'b', value: '2' } },
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
              response_headers_to_remove: ['y'],
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
          {
            cluster: 'outbound|80||any.default.svc.cluster.local',
            runtime_fraction: { default_value: { numerator: 333_333, denominator: 'MILLION' } },
          },
        ],
      },
    });
  });
});

describe('§5.2 timeouts', () => {
  it.each([
    ['{ request: 2s }', '2s'],
    ['{ request: 2s, backendRequest: 500ms }', '0.500s'],
    ['{ request: 0s }', '0s'],
    ['{ backendRequest: 1s }', '1s'],
  ])('%s limit a request to %s', (timeouts, expected) => {
    const world = mesh(`{ timeouts: ${timeouts}, ${to('web')} }`);
    const [route] = configOf(world.state, world.router).routes[0]?.virtual_hosts[0]?.routes ?? [];
    expect(route?.route?.timeout).toBe(expected);
  });
});
