import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { destinationRule, rules, Shop, subsets, to, type Got } from './support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop[Symbol.asyncDispose]());

const policy = (text: string): string => destinationRule(`trafficPolicy: { ${text} }`);

/** Names of the pods that had so many requests, in order. */
async function pods(count: number, asked: Parameters<Shop['ask']>[0] = {}): Promise<string[]> {
  const names = [];
  for (let turn = 0; turn < count; turn += 1) names.push(...(await shop.ask(asked)).served);
  return names;
}

describe('which DestinationRule counts (facts §4.1)', () => {
  const toV1 = rules(`{ ${to('web v1')} }`, 'hosts: [web.shop.svc.cluster.local]');
  const host = 'web.shop.svc.cluster.local';
  const of = (namespace: string, spec: string, more = ''): string =>
    destinationRule(spec, `name: rule${more}, namespace: ${namespace}`, host);
  const v1 = 'subsets: [{ name: v1, labels: { version: v1 } }]';

  it.each([
    ['the service’s own', of('shop', v1), [200, 200]],
    ['the root namespace’s', of('istio-system', v1), [200, 200]],
    ['the client’s first, and alone', of('shop', v1) + of('visitors', 'subsets: [{ name: v2 }]'), [200, 503]],
    [
      'the service’s before the root namespace’s',
      of('shop', 'subsets: []') + of('istio-system', v1),
      [503, 503],
    ],
    ['another namespace’s never', of('elsewhere', v1), [503, 503]],
    ['one that is not exported is for its namespace', of('shop', `${v1}, exportTo: ['.']`), [200, 503]],
    [
      'two of one host and namespace together',
      of('shop', 'subsets: [{ name: v2 }]', '-a') + of('shop', v1, '-b'),
      [200, 200],
    ],
    [
      'one for some workloads: those',
      of('shop', `${v1}, workloadSelector: { matchLabels: { app: webapp } }`),
      [200, 503],
    ],
    [
      'one for other workloads not',
      of('shop', `${v1}, workloadSelector: { matchLabels: { app: other } }`),
      [503, 503],
    ],
  ])('%s', async (_, rule, expected) => {
    const statuses = await shop.under(toV1 + rule, async () => {
      const own = await shop.ask();
      return [own.status, (await shop.ask({ from: shop.pod('visitor'), host: 'web.shop' })).status];
    });
    expect(statuses).toEqual(expected);
  });

  it('the most specific host, alone', async () => {
    const wide = destinationRule(v1, 'name: wide', "'*.shop.svc.cluster.local'");
    const own = destinationRule('subsets: [{ name: v2 }]');
    expect(await shop.under(toV1 + wide, async () => (await shop.ask()).status)).toBe(200);
    expect(await shop.under(toV1 + wide + own, async () => (await shop.ask()).status)).toBe(503);
  });

  it('names the subset in the client’s log, and in the server name the server logs', async () => {
    const got = await shop.under(toV1 + subsets, () => shop.ask());
    expect(got.served).toEqual(['v1']);
    expect(got.log).toContain(' outbound|80|v1|web.shop.svc.cluster.local ');
    expect(shop.pod('v1').logs.at(-1)).toContain(' inbound|3000|| ');
    expect(shop.pod('v1').logs.at(-1)).toMatch(
      / outbound_\.80_\.v1_\.web\.shop\.svc\.cluster\.local default$/u,
    );
  });
});

describe('load balancing (facts §4.2)', () => {
  const hash = (key: string): string => policy(`loadBalancer: { consistentHash: { ${key} } }`);
  /** To how many pods so many requests with the same key go. */
  const spread = async (count: number, asked: Parameters<Shop['ask']>[0]): Promise<number> =>
    new Set(await pods(count, asked)).size;

  it('takes turns with ROUND_ROBIN', async () => {
    const names = await shop.under(policy('loadBalancer: { simple: ROUND_ROBIN }'), () => pods(6));
    expect(new Set(names.slice(0, 2)).size).toBe(2);
    expect(names).toEqual([0, 1, 0, 1, 0, 1].map((index) => names[index]));
  });

  it.each([
    '',
    policy('loadBalancer: { simple: RANDOM }'),
    policy('loadBalancer: { simple: LEAST_REQUEST }'),
  ])('picks by chance otherwise (%#)', async (text) => {
    expect(new Set(await shop.under(text, () => pods(12))).size).toBe(2);
  });

  it.each([
    ['httpHeaderName: x-user', (key: string) => ({ headers: { 'x-user': key } })],
    ['httpQueryParameterName: user', (key: string) => ({ path: `/?user=${key}` })],
    ['httpCookie: { name: user, ttl: 0s }', (key: string) => ({ headers: { cookie: `user=${key}` } })],
    ['httpHeaderName: x-user, maglev: {}', (key: string) => ({ headers: { 'x-user': key } })],
  ])('sends a key of { %s } to one pod, and keys to all', async (key, asked) => {
    await shop.under(hash(key), async () => {
      const chosen = new Set<string>();
      for (const user of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
        const names = await pods(3, asked(user));
        expect(new Set(names).size).toBe(1);
        chosen.add(names[0] ?? '');
      }
      expect(chosen.size).toBe(2);
    });
  });

  it('sends a source address to one pod', async () => {
    expect(await shop.under(hash('useSourceIp: true'), () => spread(10, {}))).toBe(1);
  });

  it('picks by chance where the header is missing', async () => {
    expect(await shop.under(hash('httpHeaderName: x-user'), () => spread(12, {}))).toBe(2);
  });

  it.each([
    ['ttl: 60s', /^user="\w+"; Max-Age=60; HttpOnly$/u],
    ['ttl: 0s', /^user="\w+"; HttpOnly$/u],
    ['path: /a, ttl: 60s', /^user="\w+"; Max-Age=60; Path=\/a; HttpOnly$/u],
  ])('makes the cookie that a client lacks, with %s, and keeps to it', async (more, cookie) => {
    await shop.under(hash(`httpCookie: { name: user, ${more} }`), async () => {
      const first = await shop.ask();
      const [made = ''] = first.headers['set-cookie'] ?? [];
      expect(made).toMatch(cookie);
      const headers = { cookie: made.split(';')[0] };
      expect(new Set([...(await pods(4, { headers })), ...first.served]).size).toBe(1);
      expect((await shop.ask({ headers })).headers).not.toHaveProperty('set-cookie');
    });
  });

  it('makes none without a ttl', async () => {
    const got = await shop.under(hash('httpCookie: { name: user }'), () => shop.ask());
    expect(got.headers).not.toHaveProperty('set-cookie');
  });

  it('holds for the rules of a VirtualService too', async () => {
    const text = hash('httpHeaderName: x-user') + rules(`{ ${to('web')} }`);
    expect(await shop.under(text, () => spread(8, { headers: { 'x-user': 'a' } }))).toBe(1);
  });
});

describe('connection pools (facts §4.3)', () => {
  it.each([
    'http: { http2MaxRequests: 1 }',
    'tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 }',
  ])(
    'beyond { %s } the answer is 503, 81 bytes, UO, x-envoy-overloaded; it is not tried again',
    async (pool) => {
      const text =
        policy(`connectionPool: { ${pool} }`) +
        rules(`{ retries: { attempts: 3, retryOn: 5xx }, ${to('web')} }`);
      await shop.under(text, async () => {
        shop.app = (_, response) => void shop.world.clock.after(1000, () => response.end('slow'));
        const asked = [shop.ask(), shop.ask(), shop.ask(), shop.ask()];
        const all = await Promise.all(asked.map((one) => shop.passing(one, 1000)));
        const refused = all.filter(({ status }) => status === 503);
        // Some, not all: each of several workers of a real Envoy counts a little differently.
        expect(refused.length).toBeGreaterThan(0);
        expect(refused.length).toBeLessThan(4);
        for (const { body, headers } of refused) {
          expect(body).toBe(
            'upstream connect error or disconnect/reset before headers. reset reason: overflow',
          );
          expect([body.length, headers['x-envoy-overloaded']]).toEqual([81, 'true']);
        }
        const lines = shop.pod('webapp').logs.filter((line) => line.includes(' 503 UO '));
        expect(lines.at(-1)).toContain(' upstream_reset_before_response_started{overflow} ');
      });
    },
  );
});

describe('outlier detection (facts §4.3)', () => {
  const outlier = (more: string): string =>
    policy(
      `loadBalancer: { simple: ROUND_ROBIN }, outlierDetection: { consecutive5xxErrors: 2, interval: 1s, baseEjectionTime: 30s, ${more} }`,
    );

  const fail = (names: readonly string[]): void => {
    shop.app = (request, response) => {
      const pod = names.find((name) => request.socket.localAddress === shop.pod(name).network.ip);
      void response.writeHead(pod === undefined ? 200 : 500).end();
    };
  };

  /** The endpoints have just come: what changes in the second after that, Envoy takes up at its end. */
  const settle = (): Promise<void> => shop.world.clock.advance(2000);

  it('with the default of 10 % ejects nothing of two pods', async () => {
    await shop.under(outlier(''), async () => {
      fail(['v1']);
      await pods(8);
      expect(new Set(await pods(4)).size).toBe(2);
    });
  });

  it('ejects a pod, and takes it back at an interval after its time', async () => {
    await shop.under(outlier('maxEjectionPercent: 100'), async () => {
      fail(['v1']);
      await settle();
      await pods(4);
      expect(new Set(await pods(4))).toEqual(new Set(['v2']));
      fail([]);
      await shop.world.clock.advance(29_000);
      expect(new Set(await pods(4))).toEqual(new Set(['v2']));
      await shop.world.clock.advance(2000);
      expect(new Set(await pods(4)).size).toBe(2);
    });
  });

  it('answers 503 UH when all are out', async () => {
    await shop.under(outlier('maxEjectionPercent: 100'), async () => {
      fail(['v1', 'v2']);
      await settle();
      await pods(4);
      await settle();
      const got = await shop.ask();
      expect(got).toMatchObject({ status: 503, body: 'no healthy upstream', served: [] });
      expect(got.log).toContain(' 503 UH no_healthy_upstream ');
    });
  });
});

describe('“no such …” (facts §4.5)', () => {
  const nowhere = subsets.replace('version: v1', 'version: v9');
  const deaf = `
---
apiVersion: v1
kind: Service
metadata: { name: deaf }
spec: { clusterIP: 10.96.1.2, ports: [{ name: http, port: 80, targetPort: 5999 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: deaf, labels: { kubernetes.io/service-name: deaf } }
ports: [{ name: http, port: 5999 }]
endpoints: [{ addresses: [POD], targetRef: { kind: Pod, name: NAME } }]
`;
  const behind = (pod: string): string =>
    deaf.replace('POD', shop.pod(pod).network.ip).replace('NAME', shop.pod(pod).name);
  const empty = deaf.replace('[{ addresses: [POD], targetRef: { kind: Pod, name: NAME } }]', '[]');
  const unready = (): string => behind('api').replace('targetRef', 'conditions: { ready: false }, targetRef');
  const call = (text: string): Promise<Got> => shop.under(text, () => shop.ask());

  it.each([
    ['a subset of no rule', () => rules(`{ ${to('web v9')} }`)],
    ['a subset a rule lacks', () => rules(`{ ${to('web v9')} }`) + subsets],
    ['a host nobody has', () => rules(`{ ${to('nobody')} }`)],
    ['a port the service lacks', () => rules(`{ ${to('web  81')} }`)],
  ])('%s: 503, empty, NC, no cluster in the log', async (_, text) => {
    const got = await call(text());
    expect(got).toMatchObject({ status: 503, body: '', served: [] });
    expect(got.log).toMatch(/ 503 NC cluster_not_found - "-" 0 0 0 - .* "web" "-" - - /u);
  });

  it.each([
    [
      'a subset no pod has',
      () => rules(`{ ${to('web v1')} }`) + nowhere,
      'outbound|80|v1|web.shop.svc.cluster.local',
    ],
    [
      'a service without endpoints',
      () => rules(`{ ${to('deaf')} }`) + empty,
      'outbound|80||deaf.shop.svc.cluster.local',
    ],
    [
      'pods that are not ready',
      () => rules(`{ ${to('deaf')} }`) + unready(),
      'outbound|80||deaf.shop.svc.cluster.local',
    ],
  ])('%s: 503, 19 bytes, UH, the cluster in the log', async (_, text, cluster) => {
    const got = await call(text());
    expect([got.status, got.body, got.body.length]).toEqual([503, 'no healthy upstream', 19]);
    expect(got.log).toContain(' 503 UH no_healthy_upstream ');
    expect(got.log).toContain(` "-" ${cluster} - `);
  });

  it('an app that does not listen, without a proxy: 503, URX,UF, Envoy’s words', async () => {
    const text = rules(`{ ${to('deaf')} }`) + behind('plain');
    const got = await shop.under(text, () => shop.passing(shop.ask(), 250));
    expect(got.status).toBe(503);
    expect(got.body).toBe(
      'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure, transport failure reason: delayed connect error: Connection refused',
    );
    expect(got.body).toHaveLength(190);
    expect(got.log).toMatch(
      / 503 URX,UF upstream_reset_before_response_started\{remote_connection_failure\|/u,
    );
    expect(got.log).toContain(' outbound|80||deaf.shop.svc.cluster.local ');
  });

  it('an app that does not listen, behind a proxy: the server’s proxy says so, the client passes it on ([know])', async () => {
    const text = rules(`{ ${to('deaf')} }`) + behind('api');
    const got = await shop.under(text, () => shop.passing(shop.ask(), 250));
    expect(got.status).toBe(503);
    expect(got.body).toContain(
      'reset reason: remote connection failure, transport failure reason: delayed connect error: Connection refused',
    );
    expect(got.log).toContain(' 503 - via_upstream ');
    expect(shop.pod('api').logs.at(-1)).toMatch(
      / 503 (?:URX,)?UF upstream_reset_before_response_started\{remote_connection_failure\|/u,
    );
  });
});
