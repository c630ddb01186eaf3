import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules, Shop, subsets, to } from './support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop[Symbol.asyncDispose]());

const escaped = (text: string): string => text.replaceAll(/[.|()?*+[\]{}\\^$]/gu, String.raw`\$&`);

describe('the access log (facts §8.1)', () => {
  it('has 22 fields, at the client and at the server', async () => {
    const text = rules(`{ name: canary, timeout: 5s, ${to('web v2')} }`) + subsets;
    const headers = {
      'user-agent': 'curl/8.5.0',
      'x-request-id': '0f0c2d6e-6a54-4c1e-8b1b-6f4b6f6f2a11',
    };
    const got = await shop.under(text, () =>
      shop.ask({ path: '/api/items?q=1', method: 'POST', body: 'twelve bytes', headers }),
    );
    const client = escaped(shop.pod('webapp').network.ip);
    const server = escaped(shop.pod('v2').network.ip);
    const called = escaped(shop.address('web'));
    const start =
      escaped(
        '[2025-04-01T10:00:00.000Z] "POST /api/items?q=1 HTTP/1.1" 200 - via_upstream - "-" 12 5 0 0 "-" "curl/8.5.0" "0f0c2d6e-6a54-4c1e-8b1b-6f4b6f6f2a11" "web" ',
      ) + `"${server}:3000" `;
    const cluster = escaped('outbound|80|v2|web.shop.svc.cluster.local');
    expect(got.log).toMatch(
      new RegExp(`^${start}${cluster} ${client}:\\d+ ${called}:80 ${client}:\\d+ - canary$`, 'u'),
    );
    expect(shop.pod('v2').logs.at(-1)).toMatch(
      new RegExp(
        `^${start}${escaped('inbound|3000||')} 127\\.0\\.0\\.6:\\d+ ${server}:3000 ${client}:\\d+ ${escaped('outbound_.80_.v2_.web.shop.svc.cluster.local')} default$`,
        'u',
      ),
    );
  });

  it('prints the path before a rewrite and the authority after it', async () => {
    const text = rules(`{ rewrite: { uri: /new, authority: other.host }, ${to('web')} }`);
    const { log } = await shop.under(text, () => shop.ask({ path: '/old' }));
    expect(log).toContain('"GET /old HTTP/1.1"');
    expect(log).toContain(' "other.host" ');
  });

  it('names the client at a gateway', async () => {
    const edge = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge }
spec: { selector: { app: ingress }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }] }
`;
    await shop.under(edge + rules(`{ ${to('web')} }`, "hosts: ['*'], gateways: [edge]"), () =>
      shop.askGateway('shop.com'),
    );
    expect(shop.pod('ingress').logs.at(-1)).toContain(` "${shop.pod('plain').network.ip}" "-" "`);
  });

  it('names InboundPassthroughCluster for a port that no service declares (§1.1)', async () => {
    const { network } = shop.pod('api');
    const listener = network.listen(5000, (socket) => {
      socket.resume();
      socket.end('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n');
    });
    const got = await shop.ask({ from: shop.pod('plain'), to: { ip: network.ip, port: 5000 } });
    listener.close();
    expect(got.status).toBe(204);
    expect(shop.pod('api').logs.at(-1)).toMatch(
      /" InboundPassthroughCluster 127\.0\.0\.6:\d+ [\d.]+:5000 [\d.]+:\d+ - default$/u,
    );
  });

  it('lists the clusters of the bootstrap beside those of the mesh (§1.1)', async () => {
    const lines = await shop.fromAgent('webapp', 15_000, '/clusters');
    expect(lines).toMatch(/^agent::127\.0\.0\.1:15020::health_flags::healthy$/mu);
    expect(lines).toMatch(/^xds-grpc::\.\/etc\/istio\/proxy\/XDS::rq_total::0$/mu);
    const { cluster_statuses: all } = JSON.parse(
      await shop.fromAgent('webapp', 15_000, '/clusters?format=json'),
    ) as { cluster_statuses: { name: string; host_statuses: unknown[] }[] };
    const own = all.filter(({ name }) => !name.includes('|'));
    expect(own.map(({ name, host_statuses: hosts }) => [name, hosts.length])).toEqual([
      ['agent', 1],
      ['prometheus_stats', 1],
      ['sds-grpc', 1],
      ['xds-grpc', 1],
      ['BlackHoleCluster', 0],
      ['PassthroughCluster', 0],
      ['InboundPassthroughCluster', 0],
    ]);
  });

  it('prints "- - -" and 0 for TCP', async () => {
    const socket = await shop.pod('webapp').network.connect({ ip: shop.address('api'), port: 9000 });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.end('four');
    socket.resume();
    await closed;
    expect(shop.pod('webapp').logs.at(-1)).toMatch(
      /^\[[^\]]+\] "- - -" 0 - - - "-" 4 4 0 - "-" "-" "-" "-" "[\d.]+:9000" outbound\|9000\|\|api\.shop\.svc\.cluster\.local [\d.]+:\d+ [\d.]+:9000 [\d.]+:\d+ - -$/u,
    );
  });

  it('is JSON where accessLogEncoding says so: numbers as numbers, null for what is not there', async () => {
    const { world } = shop;
    world.configure({ accessLogFile: '/dev/stdout', accessLogEncoding: 'JSON' });
    const got = await shop.ask({ path: '/a', headers: { 'user-agent': 'say "hi"' } });
    const none = await shop.under(rules(`{ match: [{ uri: { exact: /x } }], ${to('web')} }`), () =>
      shop.ask(),
    );
    world.configure({ accessLogFile: '/dev/stdout' });
    const [pod = ''] = got.served;
    expect(JSON.parse(got.log)).toEqual({
      start_time: '2025-04-01T10:00:00.000Z',
      method: 'GET',
      path: '/a',
      protocol: 'HTTP/1.1',
      response_code: 200,
      response_flags: '-',
      response_code_details: 'via_upstream',
      connection_termination_details: null,
      upstream_transport_failure_reason: null,
      bytes_received: 0,
      bytes_sent: 5,
      duration: 0,
      upstream_service_time: '0',
      x_forwarded_for: null,
      user_agent: 'say "hi"',
      request_id: expect.stringMatching(/^[\da-f-]{36}$/u) as string,
      authority: 'web',
      upstream_host: `${shop.pod(pod).network.ip}:3000`,
      upstream_cluster: 'outbound|80||web.shop.svc.cluster.local',
      upstream_local_address: expect.stringMatching(/^[\d.]+:\d+$/u) as string,
      downstream_local_address: `${shop.address('web')}:80`,
      downstream_remote_address: expect.stringMatching(/^[\d.]+:\d+$/u) as string,
      requested_server_name: null,
      route_name: 'default',
    });
    expect(Object.keys(JSON.parse(got.log) as object)).toEqual(
      Object.keys(JSON.parse(got.log) as object).toSorted(),
    );
    expect(JSON.parse(none.log)).toMatchObject({
      response_code: 404,
      response_flags: 'NR',
      upstream_cluster: null,
      route_name: null,
    });
  });
});
