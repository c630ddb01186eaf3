import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { CorsPolicy, HttpFault, Route } from '../../../sandbox/envoy/route.ts';
import { ask } from './support/client.ts';
import { cluster, endpoints, toWeb, webConfig } from './support/config.ts';
import { startProxy, startUpstream } from './support/proxy.ts';

const percent = (numerator: number) => ({ numerator, denominator: 'HUNDRED' as const });

function faulty(fault: Omit<HttpFault, '@type'>): readonly Route[] {
  return [
    {
      match: { prefix: '/' },
      route: toWeb({ timeout: '1s' }),
      typed_per_filter_config: {
        'envoy.filters.http.fault': {
          '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
          ...fault,
        },
      },
    },
  ];
}

describe('fault injection (facts §3.7, §8.2)', () => {
  it('aborts with 18 bytes, FI, without asking the upstream', async () => {
    await using upstream = await startUpstream((_, response) => void response.end());
    await using mesh = await startProxy(
      webConfig(faulty({ abort: { http_status: 418, percentage: percent(100) } }), [upstream.port]),
    );
    const answer = await ask(mesh.port);
    expect(answer).toMatchObject({
      status: 418,
      body: 'fault filter abort',
      headers: { 'content-type': 'text/plain' },
    });
    expect(answer.body).toHaveLength(18);
    expect(mesh.logs[0]).toContain(' 418 FI fault_filter_abort ');
    expect(upstream.count).toBe(0);
  });

  it('delays, DI, and the delay does not count in the route’s timeout; body included', async () => {
    await using upstream = await startUpstream((request, response) => void request.pipe(response));
    await using mesh = await startProxy(
      webConfig(faulty({ delay: { fixed_delay: '5s', percentage: percent(100) } }), [upstream.port]),
    );
    const asked = ask(mesh.port, '/', { method: 'POST', body: 'patience' });
    await expect.poll(() => mesh.clock.pending).toBe(2);
    await mesh.clock.advance(4999);
    expect(upstream.count).toBe(0);
    await mesh.clock.advance(1);
    expect(await asked).toMatchObject({ status: 200, body: 'patience' });
    expect(mesh.logs[0]).toContain(' 200 DI via_upstream ');
  });

  it('delays first and aborts then: DI,FI', async () => {
    await using mesh = await startProxy(
      webConfig(
        faulty({
          delay: { fixed_delay: '1s', percentage: percent(100) },
          abort: { http_status: 500, percentage: percent(100) },
        }),
        [],
      ),
    );
    const asked = ask(mesh.port);
    await expect.poll(() => mesh.clock.pending).toBe(2);
    await mesh.clock.advance(1000);
    expect((await asked).status).toBe(500);
    expect(mesh.logs[0]).toContain(' 500 DI,FI fault_filter_abort ');
  });

  it('forgets the delay of a client that leaves', async () => {
    await using mesh = await startProxy(
      webConfig(faulty({ delay: { fixed_delay: '1s', percentage: percent(100) } }), []),
    );
    const left = new AbortController();
    const asked = ask(mesh.port, '/', { signal: left.signal });
    await expect.poll(() => mesh.clock.pending).toBe(2);
    left.abort();
    await expect(asked).rejects.toThrow('aborted');
    await expect.poll(() => mesh.clock.pending).toBe(0);
    expect(mesh.logs[0]).toContain(' 0 DI,DC downstream_remote_disconnect ');
  });

  it('strikes the given share of requests', async () => {
    await using upstream = await startUpstream((_, response) => void response.end());
    await using mesh = await startProxy(
      webConfig(faulty({ abort: { http_status: 500, percentage: percent(25) } }), [upstream.port]),
    );
    let aborted = 0;
    for (let turn = 0; turn < 200; turn += 1) if ((await ask(mesh.port)).status === 500) aborted += 1;
    // Seeded: 50 expected, standard deviation 6.
    expect(aborted).toBeGreaterThan(30);
    expect(aborted).toBeLessThan(70);
  });
});

describe('CORS (facts §3.9)', () => {
  const policy: CorsPolicy = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy',
    allow_origin_string_match: [
      { exact: 'https://shop.example' },
      { safe_regex: { regex: 'https://.*\\.test' } },
    ],
    allow_methods: 'GET,PUT',
    allow_headers: 'x-a,x-b',
    expose_headers: 'x-e',
    max_age: '86400',
    allow_credentials: true,
  };
  const routes: readonly Route[] = [
    {
      match: { prefix: '/' },
      route: toWeb(),
      typed_per_filter_config: { 'envoy.filters.http.cors': policy },
    },
  ];
  const preflight = (origin: string) => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT' },
  });

  it('answers the preflight of an allowed origin itself', async () => {
    await using upstream = await startUpstream((_, response) => void response.end());
    await using mesh = await startProxy(webConfig(routes, [upstream.port]));
    expect(await ask(mesh.port, '/', preflight('https://a.test'))).toMatchObject({
      status: 200,
      body: '',
      headers: {
        'access-control-allow-origin': 'https://a.test',
        'access-control-allow-methods': 'GET,PUT',
        'access-control-allow-headers': 'x-a,x-b',
        'access-control-max-age': '86400',
        'access-control-allow-credentials': 'true',
      },
    });
    expect(upstream.count).toBe(0);
  });

  it('forwards what other origins ask, without CORS headers, and marks what allowed ones get', async () => {
    await using upstream = await startUpstream((_, response) => void response.end('app'));
    await using mesh = await startProxy(webConfig(routes, [upstream.port]));
    const refused = await ask(mesh.port, '/', preflight('https://evil.example'));
    expect(refused.body).toBe('app');
    expect(refused.headers).not.toHaveProperty('access-control-allow-origin');
    const allowed = await ask(mesh.port, '/', { headers: { origin: 'https://shop.example' } });
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-expose-headers': 'x-e',
    });
  });
});

describe('mirroring (facts §3.8)', () => {
  it('copies method, path, body and headers to the mirror, with -shadow, and ignores its answer', async () => {
    const shadows: { url: string | undefined; headers: IncomingHttpHeaders; body: string }[] = [];
    await using upstream = await startUpstream((request, response) => void request.pipe(response));
    await using mirror = await startUpstream((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        shadows.push({ url: request.url, headers: request.headers, body });
        response.statusCode = 500;
        response.end('ignored');
      });
    });
    await using mesh = await startProxy(
      webConfig(
        [
          {
            match: { prefix: '/a' },
            route: toWeb({
              prefix_rewrite: '/b',
              request_mirror_policies: [{ cluster: 'mirror' }, { cluster: 'dead' }, { cluster: 'missing' }],
            }),
          },
        ],
        [upstream.port],
        {
          more: {
            clusters: [cluster('mirror'), cluster('dead')],
            endpoints: [endpoints('mirror', [mirror.port])],
          },
        },
      ),
    );
    const answer = await ask(mesh.port, '/a', {
      method: 'POST',
      body: 'copy me',
      headers: { host: 'web:80' },
    });
    expect(answer).toMatchObject({ status: 200, body: 'copy me' });
    await expect.poll(() => shadows.length).toBe(1);
    expect(shadows[0]).toMatchObject({
      url: '/b',
      body: 'copy me',
      headers: { host: 'web-shadow:80', 'x-envoy-internal': 'true' },
    });
    expect(mesh.logs).toHaveLength(1);
  });
});

describe('consistent hashing (facts §4.2)', () => {
  it.each(['RING_HASH', 'MAGLEV'] as const)(
    '%s keeps a key at its host, and moves few when a host goes',
    async (policy) => {
      const servers = await Promise.all(
        ['a', 'b', 'c'].map((name) => startUpstream((_, response) => void response.end(name))),
      );
      const ports = servers.map(({ port }) => port);
      const config = (chosen: readonly number[]) =>
        webConfig(
          [
            {
              match: { prefix: '/' },
              route: toWeb({ hash_policy: [{ header: { header_name: 'x-user' } }] }),
            },
          ],
          chosen,
          { cluster: { lb_policy: policy } },
        );
      await using mesh = await startProxy(config(ports));
      const users = Array.from({ length: 300 }, (_, index) => `user-${index}`);
      const placed = async (): Promise<string[]> => {
        const hosts: string[] = [];
        for (const user of users)
          hosts.push((await ask(mesh.port, '/', { headers: { 'x-user': user } })).body);
        return hosts;
      };
      const before = await placed();
      expect(await placed()).toEqual(before);
      expect(new Set(before)).toEqual(new Set(['a', 'b', 'c']));
      mesh.proxy.apply(config(ports.slice(0, 2)));
      const after = await placed();
      const moved = before.filter((host, index) => host !== 'c' && after[index] !== host);
      const stayed = before.filter((host) => host !== 'c').length;
      // Taking the rest of a division would move half of them, a ring that grows by half a sixth: with 300 keys, a
      // third is six standard deviations from both.
      expect(moved.length).toBeLessThan(stayed / 3);
      for (const server of servers) await server[Symbol.asyncDispose]();
    },
  );

  it('makes a cookie where it has a ttl and the client has none, and follows it', async () => {
    const servers = await Promise.all(
      ['a', 'b', 'c'].map((name) => startUpstream((_, response) => void response.end(name))),
    );
    await using mesh = await startProxy(
      webConfig(
        [
          {
            match: { prefix: '/' },
            route: toWeb({ hash_policy: [{ cookie: { name: 'user', ttl: '60s' } }] }),
          },
        ],
        servers.map(({ port }) => port),
        { cluster: { lb_policy: 'RING_HASH' } },
      ),
    );
    const first = await ask(mesh.port);
    const made = first.headers['set-cookie']?.[0] ?? '';
    expect(made).toMatch(/^user="[\da-f]{16}"; Max-Age=60; HttpOnly$/);
    const cookie = made.slice(0, made.indexOf(';'));
    for (let turn = 0; turn < 5; turn += 1) {
      const again = await ask(mesh.port, '/', { headers: { cookie } });
      expect(again.body).toBe(first.body);
      expect(again.headers).not.toHaveProperty('set-cookie');
    }
    for (const server of servers) await server[Symbol.asyncDispose]();
  });
});
