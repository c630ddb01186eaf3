import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Route } from '../../../sandbox/envoy/route.ts';
import { ask } from './support/client.ts';
import { atGateway, cluster, endpoints, toWeb, web, webConfig } from './support/config.ts';
import { startProxy, startUpstream } from './support/proxy.ts';

/** Sends one request and answers what the upstream saw of it. */
async function seen(
  route: Route,
  path = '/',
  headers: Record<string, string> = {},
  options: Parameters<typeof startProxy>[1] & {
    readonly manager?: typeof atGateway;
    direction?: 'INBOUND';
  } = {},
): Promise<IncomingMessage & { readonly log: string; readonly response: Awaited<ReturnType<typeof ask>> }> {
  let request: IncomingMessage | undefined;
  await using upstream = await startUpstream((got, response) => {
    request = got;
    response.end('ok');
  });
  const { manager, direction, ...rest } = options;
  await using mesh = await startProxy(
    webConfig([route], [upstream.port], { ...(manager && { manager }), ...(direction && { direction }) }),
    rest,
  );
  const response = await ask(mesh.port, path, { headers: { host: 'web:80', ...headers } });
  expect(response.status).toBe(200);
  return Object.assign(request as IncomingMessage, { log: mesh.logs[0] ?? '', response });
}

describe('rewrites (facts §3.2)', () => {
  it.each([
    [{ prefix: '/api' }, { prefix_rewrite: '/' }, '/api/x?q=1', '//x?q=1'],
    [{ prefix: '/api/' }, { prefix_rewrite: '/' }, '/api/x', '/x'],
    [{ path: '/api' }, { prefix_rewrite: '/new' }, '/api?q=1', '/new?q=1'],
    [{ safe_regex: { regex: '/a.*' } }, { prefix_rewrite: '/new' }, '/api/x?q=1', '/new?q=1'],
    [
      { prefix: '/' },
      { regex_rewrite: { pattern: { regex: '/v(\\d)/(.*)' }, substitution: '/\\2/\\\\\\1$' } },
      '/v2/x?q=1',
      '/x/\\2$?q=1',
    ],
  ])('matches %j, rewrites %j: %s becomes %s', async (match, action, path, expected) => {
    const got = await seen({ match, route: toWeb(action) }, path);
    expect(got.url).toBe(expected);
    expect(got.headers['x-envoy-original-path']).toBe(path);
    expect(got.log).toContain(`"GET ${path} HTTP/1.1"`);
  });

  it('rewrites the authority, and logs the new one', async () => {
    const got = await seen({ match: { prefix: '/' }, route: toWeb({ host_rewrite_literal: 'other.shop' }) });
    expect(got.headers.host).toBe('other.shop');
    expect(got.log).toContain('"other.shop"');
  });
});

describe('redirects and direct responses (facts §3.3)', () => {
  it.each([
    [{ path_redirect: '/new' }, 301, 'http://web/new?q=1'],
    [{ host_redirect: 'example.com', response_code: 'FOUND' as const }, 302, 'http://example.com/old?q=1'],
    [{ https_redirect: true, response_code: 'PERMANENT_REDIRECT' as const }, 308, 'https://web/old?q=1'],
    [{ scheme_redirect: 'https', port_redirect: 8443 }, 301, 'https://web:8443/old?q=1'],
    [{ host_redirect: 'a.com:8443', port_redirect: 443 }, 301, 'http://a.com:8443:443/old?q=1'],
    [{ port_redirect: 80 }, 301, 'http://web:80/old?q=1'],
    [{ prefix_rewrite: '/new/' }, 301, 'http://web/new/old?q=1'],
  ])('redirects by %j: %i to %s', async (redirect, status, location) => {
    await using mesh = await startProxy(webConfig([{ match: { prefix: '/' }, redirect }], []));
    const answer = await ask(mesh.port, '/old?q=1', { headers: { host: 'web' } });
    expect(answer).toMatchObject({ status, body: '', headers: { location } });
    expect(mesh.logs[0]).toContain(` ${status} - direct_response `);
    expect(mesh.logs[0]).toMatch(/"-" - - 10\.96\.0\.1:80 /);
  });

  it('answers a direct response as text/plain, unless the route says otherwise', async () => {
    const direct = { status: 418, body: { inline_string: 'Kännchen' } };
    await using mesh = await startProxy(
      webConfig(
        [
          { match: { path: '/plain' }, direct_response: direct },
          {
            match: { prefix: '/' },
            direct_response: direct,
            response_headers_to_add: [
              {
                header: { key: 'content-type', value: 'text/x' },
                append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
              },
            ],
          },
        ],
        [],
      ),
    );
    expect(await ask(mesh.port, '/plain')).toMatchObject({
      status: 418,
      body: 'Kännchen',
      headers: { 'content-type': 'text/plain', 'content-length': '9' },
    });
    expect((await ask(mesh.port, '/other')).headers['content-type']).toBe('text/x');
  });
});

describe('header operations (facts §3.4)', () => {
  const set = (key: string, value: string) => ({
    header: { key, value },
    append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' as const,
  });

  it('removes before it adds, overwrites, appends, and expands formats', async () => {
    const got = await seen(
      {
        match: { prefix: '/' },
        route: toWeb(),
        request_headers_to_add: [
          set('x-set', 'new'),
          { header: { key: 'x-add', value: 'second' } },
          set('x-gone', 'back'),
          set('x-from', '%REQ(x-add)% 100%% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%'),
          set('x-empty', '%REQ(x-missing)%'),
        ],
        request_headers_to_remove: ['X-Gone'],
        response_headers_to_add: [set('x-seen', '%RESPONSE_CODE%')],
      },
      '/',
      { 'x-set': 'old', 'x-add': 'first', 'x-gone': 'away' },
    );
    expect(got.headers).toMatchObject({
      'x-set': 'new',
      'x-add': 'first, second',
      'x-gone': 'back',
      'x-from': 'first 100% 127.0.0.1',
    });
    expect(got.headers['x-empty']).toBeUndefined();
    expect(got.response.headers['x-seen']).toBe('200');
  });

  it('lets the route win over the weighted destination, for headers and for Host', async () => {
    const got = await seen({
      match: { prefix: '/' },
      request_headers_to_add: [set('x-who', 'route')],
      route: {
        timeout: '0s',
        host_rewrite_literal: 'route.host',
        weighted_clusters: {
          clusters: [
            {
              name: web,
              weight: 1,
              host_rewrite_literal: 'cluster.host',
              request_headers_to_add: [set('x-who', 'destination'), set('x-only', 'destination')],
            },
          ],
        },
      },
    });
    expect(got.headers).toMatchObject({ 'x-who': 'route', 'x-only': 'destination', host: 'route.host' });
  });

  it('applies response operations to the proxy’s own replies', async () => {
    await using mesh = await startProxy(
      webConfig(
        [{ match: { prefix: '/' }, route: toWeb(), response_headers_to_add: [set('x-mark', 'yes')] }],
        [],
      ),
    );
    expect(await ask(mesh.port)).toMatchObject({ status: 503, headers: { 'x-mark': 'yes' } });
  });
});

describe('headers of each hop (facts §8.4, §8.5)', () => {
  const route: Route = {
    match: { prefix: '/' },
    route: toWeb({ timeout: '3s' }),
    decorator: { operation: 'web.shop.svc.cluster.local:80/*' },
  };
  const id = '0f0c2d6e-6a54-4c1e-8b1b-6f4b6f6f2a11';

  it('sets what a client’s sidecar sets, and keeps the request id', async () => {
    const got = await seen(route, '/', {
      'x-request-id': id,
      'x-envoy-retry-on': '5xx',
      'keep-alive': 'x',
      te: 'gzip',
    });
    expect(got.headers).toMatchObject({
      'x-request-id': id,
      'x-forwarded-proto': 'http',
      'x-envoy-attempt-count': '1',
      'x-envoy-expected-rq-timeout-ms': '3000',
      'x-envoy-decorator-operation': 'web.shop.svc.cluster.local:80/*',
    });
    for (const name of [
      'x-forwarded-for',
      'x-envoy-retry-on',
      'keep-alive',
      'te',
      'x-envoy-external-address',
    ]) {
      expect(Object.keys(got.headers)).not.toContain(name);
    }
    expect(got.response.headers).toMatchObject({ server: 'envoy', 'x-envoy-upstream-service-time': '0' });
  });

  it('takes a gateway’s client for external: new id, its address, and no x-envoy-* of its own', async () => {
    const got = await seen(
      route,
      '/',
      {
        'x-request-id': id,
        'x-forwarded-for': '1.2.3.4',
        'x-envoy-decorator-operation': 'mine',
        'x-forwarded-client-cert': 'me',
      },
      { manager: atGateway },
    );
    expect(got.headers).toMatchObject({
      'x-forwarded-for': '1.2.3.4,127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-envoy-external-address': '127.0.0.1',
      'x-envoy-decorator-operation': 'web.shop.svc.cluster.local:80/*',
    });
    expect(got.headers['x-request-id']).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
    expect(got.headers['x-request-id']).not.toBe(id);
    expect(got.headers).not.toHaveProperty('x-forwarded-client-cert');
    expect(got.response.headers['server']).toBe('istio-envoy');
  });

  it('at the server, names the operation to a client without a proxy only', async () => {
    const inbound = { inbound: true, direction: 'INBOUND' as const };
    const plain = await seen(route, '/', {}, inbound);
    expect(plain.response.headers['x-envoy-decorator-operation']).toBe('web.shop.svc.cluster.local:80/*');
    const meshed = await seen(route, '/', { 'x-envoy-decorator-operation': 'x' }, inbound);
    expect(meshed.response.headers).not.toHaveProperty('x-envoy-decorator-operation');
    expect(meshed.headers).not.toHaveProperty('x-envoy-decorator-operation');
  });

  it('tells the application who called with mutual TLS (facts §7.4), and believes nobody else', async () => {
    const manager = {
      forward_client_cert_details: 'APPEND_FORWARD' as const,
      set_current_client_cert_details: { subject: true, dns: true, uri: true },
    };
    const mtls = {
      sni: 'outbound_.80_._.web.shop.svc.cluster.local',
      peer: 'spiffe://cluster.local/ns/shop/sa/client',
    };
    const got = await seen(route, '/', {}, { inbound: true, direction: 'INBOUND', manager, mtls });
    expect(got.headers['x-forwarded-client-cert']).toMatch(
      /^By=spiffe:\/\/cluster\.local\/ns\/shop\/sa\/webapp;Hash=[\da-f]{64};Subject="";URI=spiffe:\/\/cluster\.local\/ns\/shop\/sa\/client$/,
    );
    expect(got.log).toContain(' outbound_.80_._.web.shop.svc.cluster.local -');
    const plain = await seen(
      route,
      '/',
      { 'x-forwarded-client-cert': 'By=me' },
      { inbound: true, direction: 'INBOUND', manager },
    );
    expect(plain.headers).not.toHaveProperty('x-forwarded-client-cert');
  });
});

describe('weights (facts §3.1)', () => {
  it('splits by relative weight, whatever the sum', async () => {
    const counts = new Map<string, number>();
    await using one = await startUpstream((_, response) => void response.end('one'));
    await using two = await startUpstream((_, response) => void response.end('two'));
    await using mesh = await startProxy(
      webConfig(
        [
          {
            match: { prefix: '/' },
            route: {
              timeout: '0s',
              weighted_clusters: {
                clusters: [
                  { name: web, weight: 3 },
                  { name: 'two', weight: 1 },
                  { name: 'none', weight: 0 },
                ],
              },
            },
          },
        ],
        [one.port],
        { more: { clusters: [cluster('two')], endpoints: [endpoints('two', [two.port])] } },
      ),
    );
    for (let turn = 0; turn < 200; turn += 1) {
      const { body } = await ask(mesh.port);
      counts.set(body, (counts.get(body) ?? 0) + 1);
    }
    // Seeded: 150 expected, standard deviation 6.
    expect(counts.get('one')).toBeGreaterThan(130);
    expect(counts.get('one')).toBeLessThan(170);
    expect([...counts.keys()].toSorted()).toEqual(['one', 'two']);
  });
});
