import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules, Shop, to } from './support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop[Symbol.asyncDispose]());

const gateway = (servers: string, metadata = 'name: edge', selector = 'app: ingress'): string => `
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { ${metadata} }
spec: { selector: { ${selector} }, servers: [${servers}] }
`;
const http = (hosts: string, more = '', port = 80): string =>
  `{ port: { number: ${port}, name: http-${port}, protocol: HTTP }, hosts: [${hosts}]${more} }`;
const edge = gateway(http("'*'"));
const route = (head: string, rule = to('web'), metadata?: string): string =>
  rules(`{ ${rule} }`, head, metadata);
const bound = route("hosts: ['*'], gateways: [edge]");
const direct = (status: number): string => `directResponse: { status: ${status} }`;

describe('what a gateway answers (facts §5.1)', () => {
  it('without a Gateway for its pods and port: nobody listens', async () => {
    const refused = { code: 'ECONNREFUSED' };
    await expect(shop.askGateway('shop.com')).rejects.toMatchObject(refused);
    const other = gateway(http("'*'"), 'name: edge', 'app: other') + bound;
    await expect(shop.under(other, () => shop.askGateway('shop.com'))).rejects.toMatchObject(refused);
    const port = gateway(http("'*'", '', 9090)) + bound;
    await expect(shop.under(port, () => shop.askGateway('shop.com'))).rejects.toMatchObject(refused);
  });

  it.each([
    ['no VirtualService', edge],
    ['a host that no server has', gateway(http('a.com')) + route('hosts: [a.com], gateways: [edge]')],
    ['a host that no VirtualService has', edge + route('hosts: [a.com], gateways: [edge]')],
    ['a VirtualService that names the gateway wrongly', edge + route("hosts: ['*'], gateways: [egde]")],
    ['… or in another namespace', edge + route("hosts: ['*'], gateways: [visitors/edge]")],
    [
      'a VirtualService outside the server’s hosts',
      gateway(http('a.com')) + route('hosts: [shop.com], gateways: [edge]'),
    ],
    ['a VirtualService for the mesh only', edge + route('hosts: [shop.com]')],
  ])('with %s: 404, empty, NR route_not_found, from istio-envoy', async (_, text) => {
    const got = await shop.under(text, () => shop.askGateway('shop.com'));
    expect(got).toMatchObject({ status: 404, body: '', served: [], headers: { server: 'istio-envoy' } });
    expect(shop.pod('ingress').logs.at(-1)).toMatch(
      /"GET \/ HTTP\/1\.1" 404 NR route_not_found - "-" 0 0 0 - "[\d.]+" "-" "[\da-f-]{36}" "shop\.com" "-" - - [\d.]+:8080 [\d.]+:\d+ - -$/u,
    );
  });

  it('a service behind it, by the port as written though it listens on the target port', async () => {
    const got = await shop.under(edge + bound, () => shop.askGateway('shop.com'));
    expect(got).toMatchObject({ status: 200, body: 'hello', headers: { server: 'istio-envoy' } });
    expect(got.headers).not.toHaveProperty('x-envoy-decorator-operation');
    expect(shop.pod('ingress').logs.at(-1)).toContain(' outbound|80||web.shop.svc.cluster.local ');
  });

  it('a port its Service does not have is listened on as it is written', async () => {
    const at = { ip: shop.pod('ingress').network.ip, port: 9090 };
    const text = gateway(http("'*'", '', 9090)) + route("hosts: ['*'], gateways: [edge]", direct(222));
    expect((await shop.under(text, () => shop.askGateway('shop.com', { to: at }))).status).toBe(222);
  });

  it('httpsRedirect: 301 to https, even without a VirtualService', async () => {
    const got = await shop.under(gateway(http('shop.com', ', tls: { httpsRedirect: true }')), () =>
      shop.askGateway('shop.com', { path: '/a?b=1' }),
    );
    expect(got).toMatchObject({ status: 301, headers: { location: 'https://shop.com/a?b=1' } });
  });

  it('of an older protocol than HTTP/1.1 nothing but 426', async () => {
    await shop.under(edge + bound, async () => {
      const socket = await shop
        .pod('plain')
        .network.connect({ ip: shop.pod('ingress').network.ip, port: 8080 });
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.end('GET / HTTP/1.0\r\nhost: shop.com\r\n\r\n');
      await new Promise((resolve) => socket.once('end', resolve));
      expect(text).toMatch(/^HTTP\/1\.[01] 426 Upgrade Required\r\n/u);
      socket.destroy();
    });
  });

  it.each([
    ['/a/../b', '/b'],
    ['/%61/b', '/a/b'],
    ['/a//b', '/a//b'],
    ['/a%2Fb', '/a%2Fb'],
  ])('normalises the path %s to %s', async (path, expected) => {
    const [pod = ''] = (await shop.under(edge + bound, () => shop.askGateway('shop.com', { path }))).served;
    expect(shop.pod(pod).paths.at(-1)).toBe(expected);
  });
});

describe('VirtualServices at a gateway (facts §1.4, §1.5)', () => {
  const statusOf = async (text: string, path = '/', host = 'shop.com'): Promise<number> =>
    (await shop.under(text, () => shop.askGateway(host, { path }))).status;

  it.each([
    ['edge', 'shop', 222],
    ['./edge', 'shop', 222],
    ['shop/edge', 'visitors', 222],
    ['edge', 'visitors', 404],
    ['edge.shop.svc.cluster.local', 'visitors', 222],
  ])('gateways: [%s] in namespace %s: %i', async (name, namespace, status) => {
    const text = route(`hosts: ['*'], gateways: [${name}]`, direct(222), `name: v, namespace: ${namespace}`);
    expect(await statusOf(edge + text)).toBe(status);
  });

  it.each([
    ["'*'", "'*'", 222],
    ["'*.com'", "'*'", 222],
    ["'*'", "'*.com'", 222],
    ['shop.com', "'*.com'", 222],
    ["'*.org'", "'*'", 404],
    ["'./*'", 'shop.com', 222],
    ["'shop/*'", 'shop.com', 222],
    ["'*/*'", 'shop.com', 222],
    ["'visitors/*'", 'shop.com', 404],
    ['SHOP.com', "'*'", 222],
  ])('server hosts [%s] and hosts [%s]: %i', async (server, hosts, status) => {
    const text = gateway(http(server)) + route(`hosts: [${hosts}], gateways: [edge]`, direct(222));
    expect(await statusOf(text)).toBe(status);
  });

  it('of one host are merged, by name of one second, what takes everything last', async () => {
    const head = 'hosts: [shop.com], gateways: [edge]';
    const text =
      edge +
      route(head, direct(201), 'name: a') +
      route(head, `match: [{ uri: { prefix: /b } }], ${direct(202)}`, 'name: b') +
      route(head, `match: [{ uri: { prefix: /b } }], ${direct(203)}`, 'name: c');
    expect(await statusOf(text, '/b')).toBe(202);
    expect(await statusOf(text, '/x')).toBe(201);
    // A private one comes first, however young.
    const own = route(
      `${head}, exportTo: ['.']`,
      `match: [{ uri: { prefix: /b } }], ${direct(204)}`,
      'name: d, namespace: istio-system',
    ).replace('[edge]', '[shop/edge]');
    expect(await statusOf(text + own, '/b')).toBe(204);
  });

  it('match.gateways takes a rule for its gateway alone, match.port is the port as written', async () => {
    const head = 'hosts: [web], gateways: [edge, mesh]';
    const match = (text: string): string => route(head, `match: [{ ${text} }], ${direct(222)}`);
    const both = (text: string): Promise<number[]> =>
      shop.under(edge + text, async () => [
        (await shop.askGateway('web.shop.svc.cluster.local')).status,
        (await shop.ask()).status,
      ]);
    expect(await both(match('gateways: [edge]'))).toEqual([222, 200]);
    expect(await both(match('gateways: [mesh]'))).toEqual([404, 222]);
    expect(await both(match('port: 80'))).toEqual([222, 222]);
    expect(await both(match('port: 8080'))).toEqual([404, 200]);
  });

  it('a service of several ports needs one in the destination: 503 NC', async () => {
    // Each of the shop’s services has a port 9000 too, so the gateway’s own port is taken: 80, or here 9090.
    const at = { ip: shop.pod('ingress').network.ip, port: 9090 };
    const text = gateway(http("'*'", '', 9090));
    const ask = (rule: string): Promise<number> =>
      shop.under(
        text + route("hosts: ['*'], gateways: [edge]", rule),
        async () => (await shop.askGateway('shop.com', { to: at })).status,
      );
    expect([await ask(to('web')), await ask(to('web  80'))]).toEqual([503, 200]);
  });
});

describe('several Gateways of one port (facts §5.1)', () => {
  it('are served together', async () => {
    const text =
      gateway(http('a.com'), 'name: a') +
      gateway(http('b.com'), 'name: b') +
      route("hosts: ['*'], gateways: [a, b]", direct(222));
    const statuses = await shop.under(text, async () => [
      (await shop.askGateway('a.com')).status,
      (await shop.askGateway('b.com')).status,
    ]);
    expect(statuses).toEqual([222, 222]);
  });

  it('of conflicting protocols: the oldest stays', async () => {
    const tcp = gateway(
      "{ port: { number: 80, name: tcp, protocol: TCP }, hosts: ['*'] }",
      "name: tcp, creationTimestamp: '2025-04-01T11:00:00Z'",
    );
    expect((await shop.under(edge + tcp + bound, () => shop.askGateway('shop.com'))).status).toBe(200);
  });
});
