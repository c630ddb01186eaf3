// Response flags of facts §8.2 that no request through this proxy gets:
//   UR      an upstream resets one stream of several only in HTTP/2, and connections to upstreams speak HTTP/1.1
//   LR      the proxy resets a try itself only when its time is up, which is UT
//   RL      nothing of Istio's but an EnvoyFilter limits rates, and EnvoyFilters are not executed
//   UAEX    no authorization service is asked: CUSTOM denies as Istio does when it does not know the provider
//   UMSDR   Istio sets max_stream_duration for gRPC clients without a proxy only
//   OM      there is no overload manager
//   DF      belongs to the dynamic forward proxy; a cluster whose name is not resolved has no hosts: UH

import { describe, expect, it } from 'vitest';
import { deadPort } from '../../support/dead-ports.ts';
import { ask } from './support/client.ts';
import { defaultRetries, toWeb, web, webConfig } from './support/config.ts';
import { afterRetries } from './support/after-retries.ts';
import { startProxy, startRawUpstream, startUpstream } from './support/proxy.ts';

/** Status, flags and details of a log line. */
function outcome(line: string | undefined): string {
  return /" (\d+ \S+ \S+) /.exec(line ?? '')?.[1] ?? '';
}

describe('answers the proxy gives itself (facts §4.5, §8.2)', () => {
  it('answers 404, empty, NR for a path no route matches', async () => {
    await using mesh = await startProxy(webConfig([{ match: { path: '/only' }, route: toWeb() }], []));
    const answer = await ask(mesh.port, '/other');
    expect(answer).toMatchObject({
      status: 404,
      body: '',
      headers: { server: 'envoy', 'content-length': '0' },
    });
    expect(outcome(mesh.logs[0])).toBe('404 NR route_not_found');
  });

  it.each([
    ['SERVICE_UNAVAILABLE', 503],
    ['INTERNAL_SERVER_ERROR', 500],
  ] as const)('answers %s for a cluster that does not exist: %i, empty, NC', async (code, status) => {
    await using mesh = await startProxy(
      webConfig(
        [
          {
            match: { prefix: '/' },
            route: toWeb({ cluster: 'none', cluster_not_found_response_code: code }),
          },
        ],
        [],
      ),
    );
    expect(await ask(mesh.port)).toMatchObject({ status, body: '' });
    expect(mesh.logs[0]).toContain(`" ${status} NC cluster_not_found - "-"`);
    expect(mesh.logs[0]).toMatch(/"-" - - 10\.96\.0\.1:80/);
  });

  it('answers 503 with 19 bytes, UH, for a cluster without endpoints', async () => {
    await using mesh = await startProxy(webConfig([{ match: { prefix: '/' }, route: toWeb() }], []));
    const answer = await ask(mesh.port);
    expect(answer).toMatchObject({ status: 503, body: 'no healthy upstream' });
    expect(answer.body).toHaveLength(19);
    expect(answer.headers['content-type']).toBe('text/plain');
    expect(outcome(mesh.logs[0])).toBe('503 UH no_healthy_upstream');
    expect(mesh.logs[0]).toContain(`"-" ${web} - 10.96.0.1:80`);
  });

  it('answers 503 with 167 bytes, UF, when nobody listens, and the failure is not retried', async () => {
    await using mesh = await startProxy(webConfig([{ match: { prefix: '/' }, route: toWeb() }], [deadPort]));
    const answer = await ask(mesh.port);
    expect(answer.status).toBe(503);
    expect(answer.body).toBe(
      'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, ' +
        'transport failure reason: delayed connect error: Connection refused',
    );
    expect(answer.body).toHaveLength(167);
    expect(outcome(mesh.logs[0])).toBe(
      '503 UF upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}',
    );
    expect(mesh.logs[0]).toContain('"delayed_connect_error:_Connection_refused"');
    expect(mesh.logs[0]).toContain(`"127.0.0.1:${deadPort}"`);
  });

  it('answers 503 with 190 bytes, URX,UF, when the default retries were used up', async () => {
    await using mesh = await startProxy(
      webConfig([{ match: { prefix: '/' }, route: toWeb({ retry_policy: defaultRetries }) }], [deadPort]),
    );
    const answer = await afterRetries(mesh, ask(mesh.port));
    expect(answer.body).toHaveLength(190);
    expect(answer.body).toContain('headers. retried and the latest reset reason: remote connection failure');
    expect(outcome(mesh.logs[0])).toMatch(/^503 URX,UF upstream_reset_before_response_started\{/);
    expect(mesh.proxy.clusters.get(web)?.stats).toMatchObject({ upstream_rq_retry: 2, upstream_rq_total: 3 });
  });

  it('answers 503 with 95 bytes, UC, when the upstream closes before it responds', async () => {
    await using upstream = await startRawUpstream((socket) => socket.once('data', () => socket.end()));
    await using mesh = await startProxy(
      webConfig([{ match: { prefix: '/' }, route: toWeb() }], [upstream.port]),
    );
    const answer = await ask(mesh.port);
    expect(answer.body).toBe(
      'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
    );
    expect(answer.body).toHaveLength(95);
    expect(outcome(mesh.logs[0])).toBe(
      '503 UC upstream_reset_before_response_started{connection_termination}',
    );
  });

  it('answers 502, UPE, when the upstream speaks no HTTP', async () => {
    await using upstream = await startRawUpstream((socket) =>
      socket.once('data', () => socket.write('SSH-2.0\r\n\r\n')),
    );
    await using mesh = await startProxy(
      webConfig([{ match: { prefix: '/' }, route: toWeb() }], [upstream.port]),
    );
    expect(await ask(mesh.port)).toMatchObject({ status: 502 });
    expect(outcome(mesh.logs[0])).toBe('502 UPE upstream_reset_before_response_started{protocol_error}');
  });

  it('answers 503 with 81 bytes, UO and x-envoy-overloaded when a circuit breaker is open', async () => {
    let release = (): void => undefined;
    await using upstream = await startUpstream((_, response) => {
      release = () => response.end('late');
    });
    await using mesh = await startProxy(
      webConfig(
        [{ match: { prefix: '/' }, route: toWeb({ retry_policy: { retry_on: '5xx' } }) }],
        [upstream.port],
        {
          cluster: { circuit_breakers: { thresholds: [{ max_connections: 1, max_pending_requests: 1 }] } },
        },
      ),
    );
    const first = ask(mesh.port, '/first');
    await expect.poll(() => upstream.count).toBe(1);
    const second = ask(mesh.port, '/second');
    await expect.poll(() => mesh.proxy.clusters.get(web)?.stats.upstream_rq_pending_active).toBe(1);
    const overflowed = await ask(mesh.port, '/third');
    expect(overflowed).toMatchObject({ status: 503, headers: { 'x-envoy-overloaded': 'true' } });
    expect(overflowed.body).toBe(
      'upstream connect error or disconnect/reset before headers. reset reason: overflow',
    );
    expect(overflowed.body).toHaveLength(81);
    expect(outcome(mesh.logs[0])).toBe('503 UO upstream_reset_before_response_started{overflow}');
    expect(mesh.proxy.clusters.get(web)?.stats).toMatchObject({
      upstream_rq_pending_overflow: 1,
      upstream_rq_retry: 0,
    });
    release();
    expect((await first).body).toBe('late');
    await expect.poll(() => upstream.count).toBe(2);
    release();
    expect((await second).body).toBe('late');
  });

  it('answers 504 with 24 bytes, UT, when the route times out', async () => {
    await using upstream = await startUpstream(() => undefined);
    await using mesh = await startProxy(
      webConfig([{ match: { prefix: '/' }, route: toWeb({ timeout: '2s' }) }], [upstream.port]),
    );
    const asked = ask(mesh.port);
    await expect.poll(() => upstream.count).toBe(1);
    await mesh.clock.advance(1999);
    expect(mesh.logs).toEqual([]);
    await mesh.clock.advance(1);
    const answer = await asked;
    expect(answer).toMatchObject({ status: 504, body: 'upstream request timeout' });
    expect(answer.body).toHaveLength(24);
    expect(outcome(mesh.logs[0])).toBe('504 UT response_timeout');
  });

  it('logs code 0, DC, when the client leaves first, and drops the upstream request', async () => {
    let gone = false;
    await using upstream = await startUpstream((request) => {
      request.socket.on('close', () => (gone = true));
    });
    await using mesh = await startProxy(
      webConfig([{ match: { prefix: '/' }, route: toWeb() }], [upstream.port]),
    );
    const left = new AbortController();
    const asked = ask(mesh.port, '/', { signal: left.signal });
    await expect.poll(() => upstream.count).toBe(1);
    left.abort();
    await expect(asked).rejects.toThrow('aborted');
    await expect.poll(() => gone).toBe(true);
    expect(outcome(mesh.logs[0])).toBe('0 DC downstream_remote_disconnect');
  });
});
