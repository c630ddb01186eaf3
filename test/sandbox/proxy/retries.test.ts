import { describe, expect, it } from 'vitest';
import type { RetryPolicy } from '../../../sandbox/envoy/route.ts';
import { afterRetries } from './support/after-retries.ts';
import { ask } from './support/client.ts';
import { defaultRetries, toWeb, web, webConfig } from './support/config.ts';
import { startProxy, startRawUpstream, startUpstream } from './support/proxy.ts';

const withRetries = (retry_policy: RetryPolicy, timeout: `${string}s` = '0s') => [
  { match: { prefix: '/' }, route: toWeb({ retry_policy, timeout }) },
];

describe('what is tried again (facts §3.6)', () => {
  it.each([
    ['5xx', 500, true],
    ['5xx', 404, false],
    ['gateway-error', 503, true],
    ['gateway-error', 500, false],
    ['retriable-4xx', 409, true],
    ['retriable-4xx', 400, false],
    ['retriable-status-codes', 418, true],
    ['retriable-status-codes', 503, false],
    ['connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes', 503, false],
    ['reset', 503, false],
  ])('retry_on %s and an answer %i: %s', async (retry_on, status, retried) => {
    const attempts: unknown[] = [];
    await using upstream = await startUpstream((request, response) => {
      attempts.push(request.headers['x-envoy-attempt-count']);
      response.statusCode = attempts.length === 1 ? status : 200;
      response.end(`answer ${attempts.length}`);
    });
    await using mesh = await startProxy(
      webConfig(withRetries({ retry_on, num_retries: 3, retriable_status_codes: [418] }), [upstream.port]),
    );
    const answer = await afterRetries(mesh, ask(mesh.port));
    expect(answer.status).toBe(retried ? 200 : status);
    expect(attempts).toEqual(retried ? ['1', '2'] : ['1']);
    expect(mesh.logs).toHaveLength(1);
    expect(mesh.proxy.clusters.get(web)?.stats).toMatchObject({
      upstream_rq_retry: retried ? 1 : 0,
      upstream_rq_retry_success: retried ? 1 : 0,
    });
  });

  it('makes N retries, then passes the last answer on with URX (facts §8.2)', async () => {
    await using upstream = await startUpstream((_, response) => {
      response.statusCode = 500;
      response.end('Something is wrong');
    });
    await using mesh = await startProxy(
      webConfig(withRetries({ retry_on: '5xx', num_retries: 3 }), [upstream.port]),
    );
    expect(await afterRetries(mesh, ask(mesh.port))).toMatchObject({
      status: 500,
      body: 'Something is wrong',
    });
    expect(upstream.count).toBe(4);
    expect(mesh.logs[0]).toContain(' 500 URX via_upstream ');
    expect(mesh.proxy.clusters.get(web)?.stats).toMatchObject({
      upstream_rq_retry: 3,
      upstream_rq_retry_limit_exceeded: 1,
    });
  });

  it.each([
    ['reset', true],
    ['5xx', true],
    ['connect-failure', false],
    ['reset-before-request', false],
  ])('retry_on %s and an upstream that closes without an answer: %s', async (retry_on, retried) => {
    let tries = 0;
    await using upstream = await startRawUpstream((socket) => {
      tries += 1;
      const first = tries === 1;
      socket.once('data', () => socket.end(first ? '' : 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
    });
    await using mesh = await startProxy(
      webConfig(withRetries({ retry_on, num_retries: 1 }), [upstream.port]),
    );
    expect((await afterRetries(mesh, ask(mesh.port))).status).toBe(retried ? 200 : 503);
  });

  it('tells each try how much of the timeout is left', async () => {
    const told: unknown[] = [];
    await using upstream = await startUpstream((request, response) => {
      told.push(request.headers['x-envoy-expected-rq-timeout-ms']);
      response.statusCode = 503;
      response.end();
    });
    await using mesh = await startProxy(
      webConfig(withRetries({ retry_on: '5xx', num_retries: 1 }, '10s'), [upstream.port]),
    );
    await afterRetries(mesh, ask(mesh.port));
    expect(told[0]).toBe('10000');
    expect(Number(told[1])).toBeLessThan(10_000);
  });

  it('repeats a POST with its body', async () => {
    const bodies: string[] = [];
    await using upstream = await startUpstream((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        bodies.push(body);
        response.statusCode = bodies.length === 1 ? 503 : 200;
        response.end();
      });
    });
    await using mesh = await startProxy(webConfig(withRetries({ retry_on: '5xx' }), [upstream.port]));
    expect(
      (await afterRetries(mesh, ask(mesh.port, '/', { method: 'POST', body: 'once more' }))).status,
    ).toBe(200);
    expect(bodies).toEqual(['once more', 'once more']);
  });

  it('does not repeat a body above 1 MiB', async () => {
    await using upstream = await startUpstream((request, response) => {
      request.resume().on('end', () => {
        response.statusCode = 503;
        response.end();
      });
    });
    await using mesh = await startProxy(webConfig(withRetries({ retry_on: '5xx' }), [upstream.port]));
    const body = Buffer.alloc(1024 * 1024 + 1);
    expect((await afterRetries(mesh, ask(mesh.port, '/', { method: 'POST', body }))).status).toBe(503);
    expect(upstream.count).toBe(1);
    expect(mesh.logs[0]).toContain(' 503 - via_upstream ');
  });

  it('does not repeat an answer with x-envoy-overloaded', async () => {
    await using upstream = await startUpstream((_, response) => {
      response.writeHead(503, { 'x-envoy-overloaded': 'true' });
      response.end();
    });
    await using mesh = await startProxy(webConfig(withRetries({ retry_on: '5xx' }), [upstream.port]));
    expect((await afterRetries(mesh, ask(mesh.port))).status).toBe(503);
    expect(upstream.count).toBe(1);
  });

  it('goes to a host that has not failed this request', async () => {
    await using bad = await startUpstream((_, response) => {
      response.statusCode = 503;
      response.end();
    });
    await using good = await startUpstream((_, response) => void response.end('good'));
    await using mesh = await startProxy(
      webConfig(
        withRetries({ ...defaultRetries, retry_on: '5xx', host_selection_retry_max_attempts: '50' }),
        [bad.port, good.port],
        {
          cluster: { lb_policy: 'RANDOM' },
        },
      ),
    );
    for (let turn = 0; turn < 20; turn += 1)
      expect((await afterRetries(mesh, ask(mesh.port))).body).toBe('good');
    expect(bad.count).toBeGreaterThan(3);
    expect(mesh.proxy.clusters.get(web)?.stats.upstream_rq_retry).toBe(bad.count);
  });

  it('stops at max_retries, with UO', async () => {
    await using upstream = await startUpstream((_, response) => {
      response.statusCode = 503;
      response.end();
    });
    await using mesh = await startProxy(
      webConfig(withRetries({ retry_on: '5xx', num_retries: 3 }), [upstream.port], {
        cluster: { circuit_breakers: { thresholds: [{ max_retries: 0 }] } },
      }),
    );
    expect((await ask(mesh.port)).status).toBe(503);
    expect(mesh.logs[0]).toContain(' 503 UO via_upstream ');
    expect(mesh.proxy.clusters.get(web)?.stats.upstream_rq_retry_overflow).toBe(1);
  });

  it('waits up to (2^n − 1) × 25 ms before the nth retry', async () => {
    await using upstream = await startUpstream((_, response) => {
      response.statusCode = 503;
      response.end();
    });
    await using mesh = await startProxy(
      webConfig(withRetries({ retry_on: '5xx', num_retries: 2 }), [upstream.port]),
      {
        random: () => 0.999,
      },
    );
    const asked = ask(mesh.port);
    await expect.poll(() => mesh.proxy.clusters.get(web)?.stats.upstream_rq_retry).toBe(1);
    await mesh.clock.advance(23);
    expect(upstream.count).toBe(1);
    await mesh.clock.advance(1);
    await expect.poll(() => mesh.proxy.clusters.get(web)?.stats.upstream_rq_retry).toBe(2);
    await mesh.clock.advance(73);
    expect(upstream.count).toBe(2);
    await mesh.clock.advance(1);
    expect((await asked).status).toBe(503);
    expect(upstream.count).toBe(3);
  });
});

describe('time limits', () => {
  it('retries a try that exceeds per_try_timeout, when retry_on covers it', async () => {
    await using upstream = await startUpstream((_, response) => {
      if (upstream.count > 1) response.end('second');
    });
    await using mesh = await startProxy(
      webConfig(withRetries({ retry_on: '5xx', num_retries: 3, per_try_timeout: '2s' }), [upstream.port]),
    );
    const asked = ask(mesh.port);
    await expect.poll(() => upstream.count).toBe(1);
    await mesh.clock.advance(2000);
    await expect.poll(() => mesh.proxy.clusters.get(web)?.stats.upstream_rq_retry).toBe(1);
    await mesh.clock.advance(300);
    expect((await asked).body).toBe('second');
    expect(mesh.proxy.clusters.get(web)?.stats.upstream_rq_per_try_timeout).toBe(1);
  });

  it('answers 504 UT upstream_per_try_timeout when retry_on does not (facts §8.2)', async () => {
    await using upstream = await startUpstream(() => undefined);
    await using mesh = await startProxy(
      webConfig(withRetries({ retry_on: 'connect-failure', per_try_timeout: '2s' }), [upstream.port]),
    );
    const asked = ask(mesh.port);
    await expect.poll(() => upstream.count).toBe(1);
    await mesh.clock.advance(2000);
    expect(await asked).toMatchObject({ status: 504, body: 'upstream request timeout' });
    expect(mesh.logs[0]).toContain(' 504 UT upstream_per_try_timeout ');
  });

  it('lets the route’s timeout end all tries together', async () => {
    await using upstream = await startUpstream(() => undefined);
    await using mesh = await startProxy(
      webConfig(withRetries({ retry_on: '5xx', num_retries: 9, per_try_timeout: '2s' }, '3s'), [
        upstream.port,
      ]),
    );
    const asked = ask(mesh.port);
    await expect.poll(() => upstream.count).toBe(1);
    await mesh.clock.advance(2000);
    await expect.poll(() => mesh.proxy.clusters.get(web)?.stats.upstream_rq_retry).toBe(1);
    await mesh.clock.advance(300);
    await expect.poll(() => upstream.count).toBe(2);
    await mesh.clock.advance(700);
    expect((await asked).status).toBe(504);
    expect(mesh.logs[0]).toContain(' 504 UT response_timeout ');
    expect(upstream.count).toBe(2);
  });
});
