// The corners of header operations and local replies, as test/envoy saw a real Envoy do them.

import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { HeaderValueOption, Route } from '../../../sandbox/envoy/route.ts';
import { ask, exchange, type Answer } from './support/client.ts';
import { cluster, toWeb, webConfig } from './support/config.ts';
import { startProxy, startRawUpstream, startUpstream } from './support/proxy.ts';

function add(key: string, value: string, action?: HeaderValueOption['append_action']): HeaderValueOption {
  return { header: { key, value }, ...(action && { append_action: action }) };
}

/** What the upstream saw, and what the client. */
async function through(
  route: Partial<Route>,
  headers: Record<string, string | string[]> = {},
): Promise<{ seen: IncomingMessage | undefined; answer: Answer; log: string }> {
  let seen: IncomingMessage | undefined;
  await using upstream = await startUpstream((request, response) => {
    seen = request;
    response.setHeader('x-up', 'stairs').end();
  });
  await using mesh = await startProxy(
    webConfig(
      [
        {
          match: { prefix: '/' },
          ...(route.route || route.redirect || route.direct_response ? {} : { route: toWeb() }),
          ...route,
        },
      ],
      [upstream.port],
      {
        more: { clusters: [cluster('empty')] },
      },
    ),
  );
  const answer = await ask(mesh.port, '/', { headers: { host: 'web', ...headers } });
  return { seen, answer, log: mesh.logs[0] ?? '' };
}

const faulty = {
  'envoy.filters.http.fault': {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
    abort: { http_status: 418, percentage: { numerator: 100, denominator: 'HUNDRED' } },
  },
} as const;

describe('operations on a request', () => {
  it('makes every value before it changes a header', async () => {
    const { seen } = await through(
      { request_headers_to_add: [add('x-a', 'new', 'OVERWRITE_IF_EXISTS_OR_ADD'), add('x-b', '%REQ(x-a)%')] },
      { 'x-a': 'old' },
    );
    expect(seen?.headers).toMatchObject({ 'x-a': 'new', 'x-b': 'old' });
  });

  it('adds both of two that wait for an absence', async () => {
    const { seen } = await through({
      request_headers_to_add: [add('x-a', '1', 'ADD_IF_ABSENT'), add('x-a', '2', 'ADD_IF_ABSENT')],
    });
    expect(seen?.headers['x-a']).toBe('1, 2');
  });

  it('joins what it adds to user-agent in one line', async () => {
    const { seen } = await through(
      { request_headers_to_add: [add('user-agent', 'b')] },
      { 'user-agent': 'a' },
    );
    expect(seen?.rawHeaders).toContain('a,b');
  });

  it('keeps te where it asks for trailers', async () => {
    const { seen } = await through({}, { te: 'trailers' });
    expect(seen?.headers['te']).toBe('trailers');
  });

  it('can remove the attempt count of the first try', async () => {
    const { seen } = await through({ request_headers_to_remove: ['x-envoy-attempt-count'] });
    expect(seen?.headers).not.toHaveProperty('x-envoy-attempt-count');
  });

  it('names the path from before a rewrite even where the rewrite changes nothing', async () => {
    const { seen } = await through({ route: toWeb({ prefix_rewrite: '/' }) });
    expect(seen?.headers['x-envoy-original-path']).toBe('/');
  });

  it('does not match nothing right behind a match', async () => {
    const { seen } = await through({
      route: toWeb({ regex_rewrite: { pattern: { regex: '/*' }, substitution: '/' } }),
    });
    expect(seen?.url).toBe('/');
  });
});

describe('operations on a response', () => {
  it('sees the headers it changes, and no flags as "-"', async () => {
    const { answer } = await through({
      response_headers_to_add: [add('x-copy', '%RESP(x-up)%'), add('x-flags', '%RESPONSE_FLAGS%')],
    });
    expect(answer.headers).toMatchObject({ 'x-copy': 'stairs', 'x-flags': '-' });
  });

  it('knows no status yet where the proxy answers itself', async () => {
    const { answer } = await through({
      direct_response: { status: 200 },
      response_headers_to_add: [add('x-code', '%RESPONSE_CODE%')],
    });
    expect(answer.headers['x-code']).toBe('0');
  });

  it('leaves a fault of a direct response alone', async () => {
    const { answer } = await through({
      direct_response: { status: 200 },
      typed_per_filter_config: faulty,
      response_headers_to_add: [add('x-a', '1')],
    });
    expect(answer.status).toBe(418);
    expect(answer.headers).not.toHaveProperty('x-a');
  });

  it('gives a local reply another type, but not one without a body', async () => {
    const operations = { response_headers_to_add: [add('content-type', 'a/b')] };
    const full = await through({ ...operations, route: toWeb({ cluster: 'empty' }) });
    expect(full.answer.headers['content-type']).toBe('a/b');
    const empty = await through({ ...operations, direct_response: { status: 200 } });
    expect(empty.answer.headers).not.toHaveProperty('content-type');
  });
});

describe('answers of the proxy itself', () => {
  it('says where a direct response with the status of a redirect leads: back', async () => {
    const { answer } = await through({ direct_response: { status: 307 } });
    expect(answer.headers.location).toBe('http://web/');
  });

  it('logs the cluster of a request that a fault ended', async () => {
    const { log } = await through({ typed_per_filter_config: faulty });
    expect(log).toContain('outbound|80||web.shop.svc.cluster.local');
  });

  it('does not know 418 by name, nor what an upstream calls a status', async () => {
    await using upstream = await startRawUpstream((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 Splendid\r\ncontent-length: 0\r\n\r\n'));
    });
    await using mesh = await startProxy(
      webConfig(
        [
          { match: { prefix: '/tea' }, direct_response: { status: 418 } },
          { match: { prefix: '/' }, route: toWeb() },
        ],
        [upstream.port],
      ),
    );
    const get = (path: string): Promise<string> =>
      exchange(mesh.port, `GET ${path} HTTP/1.1\r\nhost: web\r\nconnection: close\r\n\r\n`);
    expect(await get('/tea')).toMatch(/^HTTP\/1\.1 418 Unknown\r\n/);
    expect(await get('/')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('takes a scheme it does not know for that of the connection', async () => {
    const { answer } = await through(
      { redirect: { path_redirect: '/x' } },
      { 'x-forwarded-proto': 'gopher' },
    );
    expect(answer.headers.location).toBe('http://web/x');
  });

  it('leaves CORS out where nothing is forwarded', async () => {
    const { answer } = await through(
      {
        direct_response: { status: 200 },
        typed_per_filter_config: {
          'envoy.filters.http.cors': {
            '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy',
            allow_origin_string_match: [{ exact: '*' }],
          },
        },
      },
      { origin: 'https://a.test' },
    );
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });
});
