import { describe, expect, it } from 'vitest';
import { web } from './support/config.ts';
import { clientConfig, get, startWorld } from './support/world.ts';

function series(text: string, name: string): Record<string, string>[] {
  return [...text.matchAll(new RegExp(`^${name}\\{(.*)\\} 1$`, 'gm'))].map(([, labels = '']) =>
    Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value])),
  );
}

describe('two sidecars on the pod network', () => {
  it('speak mutual TLS, and log both sides as Istio does (facts §8.1)', async () => {
    await using world = await startWorld();
    const { client, server } = world;
    const answer = await get(client.network, { ip: server.network.ip, port: 80 }, '/api/items');
    expect(answer).toMatchObject({ status: 200, body: 'hello', headers: { server: 'envoy' } });
    expect(answer.headers).not.toHaveProperty('x-envoy-decorator-operation');
    expect(world.seen[0]?.['x-forwarded-client-cert']).toMatch(
      /^By=spiffe:\/\/cluster\.local\/ns\/shop\/sa\/web;Hash=\w{64};Subject="";URI=spiffe:\/\/cluster\.local\/ns\/shop\/sa\/webapp$/,
    );
    const id = world.seen[0]?.['x-request-id'];
    const a = client.network.ip.replaceAll('.', '\\.');
    const b = server.network.ip.replaceAll('.', '\\.');
    const start = String.raw`^\[2025-04-01T10:00:00\.000Z\] "GET /api/items HTTP/1\.1" 200 - via_upstream - "-" 0 5 0 0 "-" "-" "${id}" "web" "${b}:3000" `;
    expect(client.logs.at(-1)).toMatch(
      new RegExp(
        String.raw`${start}outbound\|80\|\|web\.shop\.svc\.cluster\.local ${a}:\d+ ${b}:80 ${a}:\d+ - default$`,
      ),
    );
    expect(server.logs.at(-1)).toMatch(
      new RegExp(
        String.raw`${start}inbound\|3000\|\| 127\.0\.0\.6:\d+ ${b}:3000 ${a}:\d+ outbound_\.80_\._\.web\.shop\.svc\.cluster\.local default$`,
      ),
    );
  });

  it('leave the ports alone that annotations of their pod exclude', async () => {
    await using world = await startWorld();
    const pod = await world.start('bare', 'sidecar', () => clientConfig('10.0.0.1'), {
      'traffic.sidecar.istio.io/excludeInboundPorts': '3000',
      'traffic.sidecar.istio.io/excludeOutboundPorts': '3000',
    });
    world.serve(pod);
    const answer = await get(world.plain, { ip: pod.network.ip, port: 3000 }, '/');
    const out = await get(pod.network, { ip: world.server.network.ip, port: 3000 }, '/');
    expect([answer.status, out.status]).toEqual([200, 200]);
    // The other end has a proxy that takes plain text too; this one has seen neither connection.
    expect(pod.logs.filter((line) => line.startsWith('['))).toEqual([]);
  });

  it('count the request on both sides, with every label (facts §8.3)', async () => {
    await using world = await startWorld();
    const { client, server } = world;
    await get(client.network, { ip: server.network.ip, port: 80 }, '/');
    const ends = {
      source_workload: 'webapp',
      source_workload_namespace: 'shop',
      source_principal: 'spiffe://cluster.local/ns/shop/sa/webapp',
      source_app: 'webapp',
      source_version: 'v1',
      source_canonical_service: 'webapp',
      source_canonical_revision: 'v1',
      source_cluster: 'Kubernetes',
      destination_workload: 'web',
      destination_workload_namespace: 'shop',
      destination_principal: 'spiffe://cluster.local/ns/shop/sa/web',
      destination_app: 'web',
      destination_version: 'v1',
      destination_service: 'web.shop.svc.cluster.local',
      destination_service_name: 'web',
      destination_service_namespace: 'shop',
      destination_canonical_service: 'web',
      destination_canonical_revision: 'v1',
      destination_cluster: 'Kubernetes',
      request_protocol: 'http',
      response_code: '200',
      grpc_response_status: '',
      response_flags: '-',
    };
    for (const [pod, reporter, security] of [
      [client, 'source', 'unknown'],
      [server, 'destination', 'mutual_tls'],
    ] as const) {
      const { body } = await get(world.plain, { ip: pod.network.ip, port: 15_020 }, '/stats/prometheus');
      expect(series(body, 'istio_requests_total')).toEqual([
        { reporter, ...ends, connection_security_policy: security },
      ]);
      expect(body).toContain('# TYPE istio_request_duration_milliseconds histogram\n');
      expect(body).toMatch(/^istio_response_bytes_sum\{.*\} 5$/m);
      expect(body).toContain('istio_build{component="proxy",tag="1.25.1"} 1');
    }
  });

  it('know nothing of a client without a proxy, and take its plain text', async () => {
    await using world = await startWorld();
    const { server } = world;
    const answer = await get(world.plain, { ip: server.network.ip, port: 3000 }, '/');
    expect(answer.status).toBe(200);
    expect(world.seen[0]).not.toHaveProperty('x-forwarded-client-cert');
    const { body } = await get(world.plain, { ip: server.network.ip, port: 15_090 }, '/stats/prometheus');
    expect(series(body, 'istio_requests_total')).toMatchObject([
      {
        reporter: 'destination',
        source_workload: 'unknown',
        source_principal: 'unknown',
        destination_workload: 'web',
        connection_security_policy: 'none',
      },
    ]);
  });

  it('reset a plain-text client where only mutual TLS is taken (facts §7.1)', async () => {
    await using world = await startWorld(true);
    const { server } = world;
    await expect(get(world.plain, { ip: server.network.ip, port: 3000 }, '/')).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    expect(server.logs.at(-1)).toMatch(
      /"- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - /,
    );
  });

  it('answers 503 UC, 95 bytes, to its own client when the server takes no plain text (facts §4.4)', async () => {
    await using world = await startWorld(true, 'plain text');
    const { client, server } = world;
    const answer = await get(client.network, { ip: server.network.ip, port: 80 }, '/');
    expect(answer.status).toBe(503);
    expect(answer.body).toBe(
      'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
    );
    expect(client.logs.at(-1)).toContain(
      ' 503 UC upstream_reset_before_response_started{connection_termination} ',
    );
  });
});

describe('the ports of the container', () => {
  it('answers health, statistics and Envoy’s admin paths', async () => {
    await using world = await startWorld();
    const { client, server } = world;
    await get(client.network, { ip: server.network.ip, port: 80 }, '/');
    const ask = (port: number, path: string) => get(client.network, { ip: '127.0.0.1', port }, path);
    expect((await ask(15_021, '/healthz/ready')).status).toBe(200);
    expect((await ask(15_020, '/app-health/app/readyz')).status).toBe(200);
    expect((await ask(15_020, '/app-health/app/livez')).status).toBe(500);
    expect((await ask(15_000, '/ready')).body).toBe('LIVE\n');
    expect((await ask(15_000, '/stats')).body).toBe(
      'cluster_manager.active_clusters: 1\nlistener_manager.total_listeners_active: 1\nserver.live: 1\n',
    );
    expect(JSON.parse((await ask(15_000, '/clusters?format=json')).body)).toMatchObject({
      cluster_statuses: [{ name: web, host_statuses: [{ health_status: { eds_health_status: 'HEALTHY' } }] }],
    });
    expect((await ask(15_000, '/config_dump')).body).toContain('"virtual_hosts"');
    expect((await ask(15_000, '/nothing')).status).toBe(404);
    expect(client.logs[0]).toBe('2025-04-01T10:00:00.000Z\tinfo\tEnvoy proxy is ready');
  });

  it.each([
    ['sidecar.istio.io/statsInclusionPrefixes', 'cluster.outbound,http'],
    ['sidecar.istio.io/statsInclusionSuffixes', 'upstream_rq_total'],
    ['sidecar.istio.io/statsInclusionRegexps', 'cluster.outbound.*'],
    ['proxy.istio.io/config', '{ proxyStatsMatcher: { inclusionPrefixes: [cluster.outbound] } }'],
  ])('keep the statistics of clusters where %s says so (facts §8.3)', async (annotation, value) => {
    await using world = await startWorld();
    const pod = await world.start('asking', 'sidecar', () => clientConfig(world.server.network.ip), {
      [annotation]: value,
    });
    await get(pod.network, { ip: world.server.network.ip, port: 80 }, '/');
    const path = '/stats?filter=web.*upstream_rq_total';
    const { body } = await get(pod.network, { ip: '127.0.0.1', port: 15_000 }, path);
    expect(body).toBe(`cluster.${web};.upstream_rq_total: 1\n`);
  });

  it('at a gateway, listens where its listeners do, and reports as source only', async () => {
    await using world = await startWorld();
    const gateway = await world.start('ingress', 'router', () => clientConfig(world.server.network.ip, true));
    const answer = await get(world.plain, { ip: gateway.network.ip, port: 80 }, '/');
    expect(answer).toMatchObject({ status: 200, headers: { server: 'istio-envoy' } });
    expect(world.seen[0]).toMatchObject({
      'x-forwarded-for': world.plain.ip,
      'x-envoy-external-address': world.plain.ip,
    });
    const { body } = await get(world.plain, { ip: gateway.network.ip, port: 15_090 }, '/stats/prometheus');
    expect(series(body, 'istio_requests_total')).toMatchObject([
      { reporter: 'source', destination_workload: 'web' },
    ]);
  });

  it('is not ready before its first configuration', async () => {
    await using world = await startWorld();
    const pod = await world.start('late', 'sidecar');
    expect((await get(pod.network, { ip: '127.0.0.1', port: 15_021 }, '/healthz/ready')).status).toBe(503);
    expect((await get(pod.network, { ip: '127.0.0.1', port: 15_000 }, '/ready')).body).toBe(
      'PRE_INITIALIZING\n',
    );
  });

  it('finishes what is under way when it is stopped, and exits with 0', async () => {
    await using world = await startWorld();
    const { client, server } = world;
    const asked = get(client.network, { ip: server.network.ip, port: 80 }, '/hold');
    await expect.poll(() => world.held.length).toBe(1);
    client.running.stop();
    world.held[0]?.();
    expect((await asked).body).toBe('held');
    expect(await client.running.exited).toBe(0);
    world.pods.splice(world.pods.indexOf(client), 1);
  });

  it('ends at the latest 5 seconds after it was stopped', async () => {
    await using world = await startWorld();
    const { client, server } = world;
    const asked = get(client.network, { ip: server.network.ip, port: 80 }, '/hold');
    await expect.poll(() => world.held.length).toBe(1);
    const broken = asked.catch((error: unknown) => error);
    client.running.stop();
    await world.clock.advance(5000);
    expect(await client.running.exited).toBe(0);
    expect(await broken).toMatchObject({ message: 'socket hang up' });
    world.pods.splice(world.pods.indexOf(client), 1);
  });
});
