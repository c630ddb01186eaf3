import { describe, expect, it } from 'vitest';
import type { LbEndpoint, OutlierDetection } from '../../../sandbox/envoy/config.ts';
import { deadPort, deadPorts } from '../../support/dead-ports.ts';
import { ask } from './support/client.ts';
import { endpoints, httpOptions, toWeb, web, webConfig } from './support/config.ts';
import { startProxy, startUpstream, type TestProxy, type Upstream } from './support/proxy.ts';

const everything = [{ match: { prefix: '/' }, route: toWeb() }];

async function withServers<T>(
  names: readonly string[],
  use: (servers: readonly Upstream[]) => Promise<T>,
): Promise<T> {
  const servers = await Promise.all(
    names.map((name) =>
      startUpstream((_, response) => {
        response.statusCode = name.startsWith('bad') ? 503 : 200;
        response.end(name);
      }),
    ),
  );
  try {
    return await use(servers);
  } finally {
    for (const server of servers) await server[Symbol.asyncDispose]();
  }
}

async function bodies(mesh: TestProxy, count: number): Promise<string[]> {
  const all: string[] = [];
  for (let turn = 0; turn < count; turn += 1) all.push((await ask(mesh.port)).body);
  return all;
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

describe('load balancing (facts §4.2)', () => {
  it('ROUND_ROBIN takes turns', async () => {
    await withServers(['a', 'b', 'c'], async (servers) => {
      await using mesh = await startProxy(
        webConfig(
          everything,
          servers.map(({ port }) => port),
        ),
      );
      expect(tally(await bodies(mesh, 9))).toEqual({ a: 3, b: 3, c: 3 });
    });
  });

  it('ROUND_ROBIN follows the weights of endpoints', async () => {
    await withServers(['a', 'b'], async ([a, b]) => {
      const config = webConfig(everything, []);
      const one = endpoints(web, [a?.port ?? 0], { load_balancing_weight: 3 }).endpoints;
      const two = endpoints(web, [b?.port ?? 0], { load_balancing_weight: 1 }).endpoints;
      await using mesh = await startProxy({
        ...config,
        endpoints: [{ cluster_name: web, endpoints: [...one, ...two] }],
      });
      const counts = tally(await bodies(mesh, 40));
      expect(counts['a']).toBeGreaterThanOrEqual(29);
      expect(counts['a']).toBeLessThanOrEqual(31);
    });
  });

  it('LEAST_REQUEST prefers the host with less under way', async () => {
    const waiting: (() => void)[] = [];
    let hold = (): void => undefined;
    await using slow = await startUpstream((_, response) => {
      waiting.push(() => response.end('slow'));
      hold();
    });
    await using fast = await startUpstream((_, response) => void response.end('fast'));
    await using mesh = await startProxy(
      webConfig(everything, [slow.port, fast.port], { cluster: { lb_policy: 'LEAST_REQUEST' } }),
    );
    const asked: Promise<unknown>[] = [];
    while (asked.length < 60) {
      const held = new Promise<void>((resolve) => (hold = resolve));
      const answer = ask(mesh.port);
      asked.push(answer);
      // One after the other: of requests that come at once, each finds the others under way, wherever they are.
      await Promise.race([held, answer]);
    }
    // Blind choice would give each about 30.
    expect(slow.count).toBeLessThan(26);
    for (const answer of waiting) answer();
    await Promise.all(asked);
  });

  it.each([
    ['UNHEALTHY', 0, '503 UH'],
    ['UNHEALTHY', 50, '200 -'],
    ['DRAINING', 0, '503 UH'],
  ] as const)('hosts that are all %s, panic threshold %i: %s', async (health_status, value, expected) => {
    await withServers(['a'], async ([a]) => {
      const config = webConfig(everything, [], {
        cluster: { common_lb_config: { healthy_panic_threshold: { value } } },
      });
      await using mesh = await startProxy({
        ...config,
        endpoints: [endpoints(web, [a?.port ?? 0], { health_status })],
      });
      await ask(mesh.port);
      expect(mesh.logs[0]).toContain(`" ${expected} `);
    });
  });
});

describe('outlier detection (facts §4.3)', () => {
  const noPanic = { common_lb_config: { healthy_panic_threshold: { value: 0 } } };
  const detection: OutlierDetection = {
    consecutive_5xx: 2,
    enforcing_consecutive_5xx: 100,
    interval: '10s',
    base_ejection_time: '30s',
    max_ejection_percent: 100,
  };

  it('ejects a host after consecutive 5xx, and takes it back at an interval, each time later', async () => {
    await withServers(['good', 'bad'], async (servers) => {
      await using mesh = await startProxy(
        webConfig(
          everything,
          servers.map(({ port }) => port),
          { cluster: { outlier_detection: detection, ...noPanic } },
        ),
      );
      const stats = (): unknown => mesh.proxy.clusters.get(web)?.stats['outlier_detection.ejections_active'];
      await mesh.clock.advance(10_000);
      await bodies(mesh, 4);
      expect(stats()).toBe(1);
      expect(tally(await bodies(mesh, 6))).toEqual({ good: 6 });
      await mesh.clock.advance(29_999);
      expect(stats()).toBe(1);
      await mesh.clock.advance(1);
      expect(stats()).toBe(0);
      expect(tally(await bodies(mesh, 4))).toEqual({ good: 2, bad: 2 });
      await mesh.clock.advance(59_999);
      expect(stats()).toBe(1);
      await mesh.clock.advance(1);
      expect(stats()).toBe(0);
    });
  });

  it('counts failed connects as 5xx, and answers 503 UH when every host is out', async () => {
    await using mesh = await startProxy(
      webConfig(everything, [deadPort], { cluster: { outlier_detection: detection, ...noPanic } }),
    );
    await mesh.clock.advance(2000);
    await bodies(mesh, 3);
    expect(mesh.logs.map((line) => /" (\d+ \w+) /.exec(line)?.[1])).toEqual(['503 UF', '503 UF', '503 UH']);
  });

  it.each([
    [10, 9, 0],
    [10, 10, 1],
    [50, 2, 1],
    [49, 2, 0],
  ])('with max_ejection_percent %i and %i hosts it ejects %i', async (percent, hosts, ejected) => {
    const ports = deadPorts.slice(0, hosts);
    await using mesh = await startProxy(
      webConfig(everything, ports, {
        cluster: {
          outlier_detection: { ...detection, consecutive_5xx: 1, max_ejection_percent: percent },
          ...noPanic,
        },
      }),
    );
    await bodies(mesh, 3);
    expect(mesh.proxy.clusters.get(web)?.stats['outlier_detection.ejections_active']).toBe(ejected);
  });

  it('ejects for consecutive gateway failures only where that is enforced', async () => {
    await withServers(['bad'], async ([bad]) => {
      const config = (enforcing: number) =>
        webConfig(everything, [bad?.port ?? 0], {
          cluster: {
            outlier_detection: {
              ...detection,
              consecutive_5xx: 0,
              consecutive_gateway_failure: 1,
              enforcing_consecutive_gateway_failure: enforcing,
            },
            ...noPanic,
          },
        });
      await using mesh = await startProxy(config(0));
      expect(tally(await bodies(mesh, 3))).toEqual({ bad: 3 });
      mesh.proxy.apply(config(100));
      await mesh.clock.advance(2000);
      expect(tally(await bodies(mesh, 3))).toEqual({ bad: 1, 'no healthy upstream': 2 });
    });
  });

  it('leaves a second host out only a second after the first, as Envoy merges what changes in health', async () => {
    await withServers(['bad 1', 'bad 2', 'good'], async (servers) => {
      await using mesh = await startProxy(
        webConfig(
          everything,
          servers.map(({ port }) => port),
          { cluster: { outlier_detection: { ...detection, consecutive_5xx: 1 }, ...noPanic } },
        ),
      );
      await mesh.clock.advance(2000);
      const first = tally(await bodies(mesh, 9));
      expect(Math.min(first['bad 1'] ?? 0, first['bad 2'] ?? 0)).toBe(1);
      expect(Math.max(first['bad 1'] ?? 0, first['bad 2'] ?? 0)).toBeGreaterThan(3);
      expect(mesh.proxy.clusters.get(web)?.stats).toMatchObject({ membership_healthy: 1 });
      await mesh.clock.advance(1000);
      expect(tally(await bodies(mesh, 4))).toEqual({ good: 4 });
    });
  });

  it('takes hosts that come back at the same beat back one after the other, a second apart', async () => {
    await withServers(['bad 1', 'bad 2'], async (servers) => {
      await using mesh = await startProxy(
        webConfig(
          everything,
          servers.map(({ port }) => port),
          { cluster: { outlier_detection: { ...detection, consecutive_5xx: 1 }, ...noPanic } },
        ),
      );
      await mesh.clock.advance(10_000);
      await bodies(mesh, 2);
      await mesh.clock.advance(1000);
      expect(tally(await bodies(mesh, 2))).toEqual({ 'no healthy upstream': 2 });
      await mesh.clock.advance(29_000);
      const first = tally(await bodies(mesh, 4));
      expect(Object.values(first)).toEqual([4]);
      await mesh.clock.advance(1000);
      const second = tally(await bodies(mesh, 4));
      expect([...Object.keys(first), ...Object.keys(second)].toSorted()).toEqual(['bad 1', 'bad 2']);
      await mesh.clock.advance(1000);
      expect(tally(await bodies(mesh, 2))).toEqual({ 'no healthy upstream': 2 });
    });
  });
});

describe('panic (facts §4.3)', () => {
  it.each<[readonly LbEndpoint['health_status'][], number, string[]]>([
    [['HEALTHY', 'UNHEALTHY'], 50, ['a']],
    [['HEALTHY', 'UNHEALTHY'], 51, ['a', 'b']],
    [['HEALTHY', 'DRAINING'], 100, ['a']],
    [['HEALTHY', 'UNHEALTHY', 'DRAINING'], 51, ['a', 'b', 'c']],
    [['HEALTHY', 'UNHEALTHY', 'DRAINING'], 50, ['a']],
    [['UNHEALTHY', 'UNHEALTHY'], 0, ['no healthy upstream']],
    [['DRAINING', 'DRAINING'], 0, ['no healthy upstream']],
    [['DRAINING', 'DRAINING'], 1, ['a', 'b']],
  ])('sends with hosts %j and a threshold of %i to %j', async (states, value, expected) => {
    await withServers(['a', 'b', 'c'].slice(0, states.length), async (servers) => {
      const config = webConfig(everything, [], {
        cluster: { common_lb_config: { healthy_panic_threshold: { value } } },
      });
      const list = servers.flatMap(({ port }, at) => {
        const health_status = states[at];
        return endpoints(web, [port], health_status && { health_status }).endpoints;
      });
      await using mesh = await startProxy({ ...config, endpoints: [{ cluster_name: web, endpoints: list }] });
      expect(Object.keys(tally(await bodies(mesh, 6))).toSorted()).toEqual(expected);
    });
  });
});

describe('connections to a host (facts §4.3)', () => {
  it('closes one after max_requests_per_connection', async () => {
    const sockets = new Set<unknown>();
    await using upstream = await startUpstream((request, response) => {
      sockets.add(request.socket);
      response.end();
    });
    await using mesh = await startProxy(
      webConfig(everything, [upstream.port], { cluster: httpOptions({ max_requests_per_connection: 2 }) }),
    );
    await bodies(mesh, 6);
    expect(sockets.size).toBe(3);
  });

  it('closes an idle one after idle_timeout', async () => {
    await using upstream = await startUpstream((_, response) => void response.end());
    await using mesh = await startProxy(
      webConfig(everything, [upstream.port], { cluster: httpOptions({ idle_timeout: '30s' }) }),
    );
    await ask(mesh.port);
    const stats = mesh.proxy.clusters.get(web)?.stats;
    await mesh.clock.advance(29_999);
    expect(stats?.upstream_cx_active).toBe(1);
    await mesh.clock.advance(1);
    expect(stats).toMatchObject({ upstream_cx_active: 0, upstream_cx_idle_timeout: 1 });
  });

  it('gives up connecting after connect_timeout', async () => {
    await using mesh = await startProxy(webConfig(everything, [1], { cluster: { connect_timeout: '2s' } }), {
      connect: () => new Promise(() => undefined),
    });
    const asked = ask(mesh.port);
    await expect.poll(() => mesh.proxy.clusters.get(web)?.stats.upstream_rq_pending_active).toBe(1);
    await mesh.clock.advance(2000);
    expect((await asked).body).toContain('reset reason: connection timeout');
    expect(mesh.logs[0]).toContain(' 503 UF upstream_reset_before_response_started{connection_timeout} ');
  });

  it('does not use a connection again on which the upstream said more than it was asked', async () => {
    let connections = 0;
    await using upstream = await startUpstream((_, response) => {
      response.end('ok');
      response.socket?.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil');
    });
    upstream.server.on('connection', () => (connections += 1));
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    expect(await bodies(mesh, 3)).toEqual(['ok', 'ok', 'ok']);
    expect(connections).toBe(3);
  });
});
