import { describe, expect, it } from 'vitest';
import { rules, Shop, to } from './support/shop.ts';

type Series = Readonly<Record<string, string>>;

/** All series of one name that a pod's proxy shows. */
async function seriesOf(shop: Shop, pod: string, name = 'istio_requests_total'): Promise<Series[]> {
  const text = await shop.fromAgent(pod, 15_020, '/stats/prometheus');
  return [...text.matchAll(new RegExp(`^${name}\\{(.*)\\} (\\d+)$`, 'gm'))].map(
    ([, labels = '', value = '']) => ({
      ...Object.fromEntries(
        [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, label = '']) => [key, label]),
      ),
      value,
    }),
  );
}

const edge = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge }
spec: { selector: { app: ingress }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }] }
${rules(`{ ${to('webapp')} }`, "hosts: ['*'], gateways: [edge]")}
`;
const strict = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default }
spec: { mtls: { mode: STRICT } }
`;
const spiffe = (namespace: string, account: string): string =>
  `spiffe://cluster.local/ns/${namespace}/sa/${account}`;

describe('istio_requests_total (facts §8.3)', () => {
  it('from a gateway to webapp to api: both ends of each call, and none of the client outside', async () => {
    await using shop = await Shop.open();
    await shop.under(edge, () => shop.askGateway('shop.com'));
    await shop.ask({ host: 'api' });
    const call = (from: string, namespace: string, host: string) => ({
      source_workload: `${from}-1`,
      source_workload_namespace: namespace,
      source_principal: spiffe(namespace, from),
      source_canonical_service: from,
      source_canonical_revision: 'latest',
      source_cluster: 'Kubernetes',
      destination_workload: `${host}-1`,
      destination_service: `${host}.shop.svc.cluster.local`,
      destination_service_name: host,
      destination_service_namespace: 'shop',
      destination_principal: spiffe('shop', host),
      request_protocol: 'http',
      response_code: '200',
      response_flags: '-',
      grpc_response_status: '',
      value: '1',
    });
    const inside = call('ingress', 'istio-system', 'webapp');
    const next = call('webapp', 'shop', 'api');
    const sent = { reporter: 'source', connection_security_policy: 'unknown' };
    const got = { reporter: 'destination', connection_security_policy: 'mutual_tls' };
    expect(await seriesOf(shop, 'ingress')).toMatchObject([{ ...inside, ...sent }]);
    expect(await seriesOf(shop, 'webapp')).toMatchObject([
      { ...inside, ...got },
      { ...next, ...sent },
    ]);
    expect(await seriesOf(shop, 'api')).toMatchObject([{ ...next, ...got }]);
  });

  it('a client without a proxy is unknown to the server, a server without one to the client', async () => {
    await using shop = await Shop.open();
    await shop.ask({ from: shop.pod('plain'), to: { ip: shop.pod('api').network.ip, port: 3000 } });
    await shop.ask({ host: 'plain' });
    expect(await seriesOf(shop, 'api')).toMatchObject([
      {
        reporter: 'destination',
        source_workload: 'unknown',
        source_principal: 'unknown',
        source_canonical_revision: 'latest',
        connection_security_policy: 'none',
      },
    ]);
    expect(await seriesOf(shop, 'webapp')).toMatchObject([
      {
        reporter: 'source',
        destination_workload: 'unknown',
        destination_principal: 'unknown',
        destination_service: 'plain.shop.svc.cluster.local',
        destination_service_name: 'plain',
      },
    ]);
  });

  it.each([
    [
      'no route at a sidecar: the Host header',
      rules('{ match: [{ uri: { exact: /x } }], directResponse: { status: 200 } }'),
      'web',
      { response_code: '404', response_flags: 'NR', destination_service: 'web' },
    ],
    [
      'no healthy host: the service',
      rules(`{ ${to('web v1')} }`) +
        `
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec: { host: web, subsets: [{ name: v1, labels: { version: v9 } }] }
`,
      'web',
      {
        response_code: '503',
        response_flags: 'UH',
        destination_service: 'web.shop.svc.cluster.local',
        destination_workload: 'unknown',
      },
    ],
    [
      'an unknown host',
      '',
      'www.example.com',
      { destination_service: 'www.example.com', destination_service_name: 'PassthroughCluster' },
    ],
    [
      'a fault',
      rules(`{ fault: { abort: { httpStatus: 418, percentage: { value: 100 } } }, ${to('web')} }`),
      'web',
      { response_code: '418', response_flags: 'FI', destination_service_name: 'web' },
    ],
  ])('of %s', async (_, text, host, expected) => {
    await using shop = await Shop.open();
    await shop.under(text, () => shop.ask({ host }));
    expect(await seriesOf(shop, 'webapp')).toMatchObject([{ reporter: 'source', ...expected }]);
  });

  it('of a gateway without a route: unknown', async () => {
    await using shop = await Shop.open();
    await shop.under(edge.replace("hosts: ['*'], gateways", 'hosts: [a.com], gateways'), () =>
      shop.askGateway('shop.com'),
    );
    expect(await seriesOf(shop, 'ingress')).toMatchObject([
      { reporter: 'source', response_code: '404', response_flags: 'NR', destination_service: 'unknown' },
    ]);
  });

  it('has nothing of a plain-text client that STRICT turns away', async () => {
    await using shop = await Shop.open();
    await shop.under(strict, async () => {
      const asked = shop.ask({ from: shop.pod('plain'), to: { ip: shop.pod('api').network.ip, port: 3000 } });
      await expect(asked).rejects.toMatchObject({ code: 'ECONNRESET' });
    });
    expect(await seriesOf(shop, 'api')).toEqual([]);
  });

  it('of TCP are connections and bytes, without a code', async () => {
    await using shop = await Shop.open();
    const socket = await shop.pod('webapp').network.connect({ ip: shop.address('api'), port: 9000 });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.end('four');
    socket.resume();
    await closed;
    const common = { source_workload: 'webapp-1', destination_service_name: 'api', request_protocol: 'tcp' };
    for (const [pod, reporter] of [
      ['webapp', 'source'],
      ['api', 'destination'],
    ] as const) {
      for (const [name, value] of [
        ['istio_tcp_connections_opened_total', '1'],
        ['istio_tcp_connections_closed_total', '1'],
        ['istio_tcp_received_bytes_total', '4'],
        ['istio_tcp_sent_bytes_total', '4'],
      ] as const) {
        const [series, ...more] = await seriesOf(shop, pod, name);
        expect(series).toMatchObject({ ...common, reporter, value });
        expect(series).not.toHaveProperty('response_code');
        expect(more).toEqual([]);
      }
    }
  });
});
