import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules, Shop, to } from './support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop[Symbol.asyncDispose]());

const sidecar = (spec: string, metadata = 'name: default'): string => `
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { ${metadata} }
spec: { ${spec} }
`;
const registryOnly = sidecar('outboundTrafficPolicy: { mode: REGISTRY_ONLY }');

/** The pod without a proxy stands for the world outside: no service of the mesh knows this port of it. */
const outside = (port: number): { ip: string; port: number } => ({ ip: shop.pod('plain').network.ip, port });

const entry = (spec: string, metadata = 'name: out'): string => `
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { ${metadata} }
spec: { ${spec} }
`;

const requestsTotal = async (service: string): Promise<boolean> =>
  (await shop.fromAgent('webapp', 15_020, '/stats/prometheus'))
    .split('\n')
    .some(
      (line) =>
        line.startsWith('istio_requests_total') && line.includes(`destination_service_name="${service}"`),
    );

describe('outboundTrafficPolicy (facts §6)', () => {
  it('ALLOW_ANY: an unknown host goes to the address that was called, by allow_any', async () => {
    shop.pod('plain').network.listen(80, (socket) => {
      socket.resume();
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\nout');
    });
    const got = await shop.ask({ host: 'www.example.com', to: outside(80) });
    expect([got.status, got.body]).toEqual([200, 'out']);
    expect(got.log).toContain(' PassthroughCluster ');
    expect(got.log.split(' ').at(-1)).toBe('allow_any');
    expect(await requestsTotal('PassthroughCluster')).toBe(true);
  });

  it('ALLOW_ANY makes no retries there (§3.6)', async () => {
    const got = await shop.ask({ host: 'www.example.com', to: { ip: '10.200.0.1', port: 80 } });
    expect(got.status).toBe(503);
    expect(got.log).toContain(' 503 UF upstream_reset_before_response_started{remote_connection_failure|');
  });

  it('REGISTRY_ONLY: 502, empty, from envoy, by block_all', async () => {
    const got = await shop.under(registryOnly, () => shop.ask({ host: 'www.example.com', to: outside(80) }));
    expect(got).toMatchObject({ status: 502, body: '', headers: { server: 'envoy' } });
    expect(got.log).toContain(' 502 - direct_response ');
    expect(got.log.split(' ').at(-1)).toBe('block_all');
    expect(await requestsTotal('BlackHoleCluster')).toBe(true);
  });

  it.each([
    ['ALLOW_ANY', '', 'anyone'],
    ['REGISTRY_ONLY', registryOnly, ''],
  ])('%s: on a port that no service has, bytes %#', async (_, text, expected) => {
    const { network } = shop.pod('plain');
    const listener = network.listen(5432, (socket) => socket.end('anyone'));
    const got = await shop.under(text, async () => {
      const socket = await shop.pod('webapp').network.connect(outside(5432));
      let bytes = '';
      socket.on('data', (chunk: Buffer) => (bytes += chunk.toString()));
      socket.on('error', () => undefined);
      await new Promise((resolve) => socket.once('close', resolve));
      return bytes;
    });
    listener.close();
    expect(got).toBe(expected);
  });

  it('a name that nobody has is the app’s own error: no request leaves it', async () => {
    await expect(shop.pod('webapp').network.resolve('www.example.com')).rejects.toMatchObject({
      code: 'ENOTFOUND',
    });
  });
});

describe('ServiceEntry (facts §6)', () => {
  const http = (more: string): string =>
    entry(`hosts: [www.example.com], ports: [{ number: 80, name: http, protocol: HTTP }], ${more}`);
  const fixed = (): string =>
    http(`resolution: STATIC, endpoints: [{ address: ${outside(80).ip}, ports: { http: 3000 } }]`);
  const asked = { host: 'www.example.com', to: { ip: '240.240.0.1', port: 80 } };

  it('STATIC: by the Host header to its endpoints, under its own name', async () => {
    const got = await shop.under(fixed() + registryOnly, () => shop.ask(asked));
    expect([got.status, got.served]).toEqual([200, ['plain']]);
    expect(got.log).toContain(' outbound|80||www.example.com ');
    expect(await requestsTotal('www.example.com')).toBe(true);
    // [know] in the facts: who called is kept from an external service that the mesh knows.
    expect(shop.pod('plain').seen.at(-1)).not.toHaveProperty('x-envoy-peer-metadata');
    expect(shop.pod('plain').seen.at(-1)).not.toHaveProperty('x-forwarded-client-cert');
  });

  it('NONE: to the address that was called', async () => {
    const got = await shop.under(http('resolution: NONE') + registryOnly, () =>
      shop.ask({ host: 'www.example.com', to: outside(80) }),
    );
    expect(got.status).toBe(200);
    expect(got.log).toContain(' outbound|80||www.example.com ');
  });

  it('DNS: listed, but without an address is 503, not the 502 of a blocked one', async () => {
    const got = await shop.under(http('resolution: DNS') + registryOnly, () => shop.ask(asked));
    expect(got.status).toBe(503);
    expect(got.log).toContain(' 503 UH no_healthy_upstream ');
  });

  it('takes the rules of a VirtualService for its host', async () => {
    const rule = rules('{ directResponse: { status: 222 } }', 'hosts: [www.example.com]');
    expect((await shop.under(fixed() + rule, () => shop.ask(asked))).status).toBe(222);
  });

  it('exportTo: . hides it from other namespaces', async () => {
    const hidden =
      fixed().replace('hosts:', "exportTo: ['.'], hosts:") +
      sidecar('outboundTrafficPolicy: { mode: REGISTRY_ONLY }', 'name: default, namespace: istio-system');
    const statuses = await shop.under(hidden, async () => [
      (await shop.ask(asked)).status,
      (await shop.ask({ ...asked, from: shop.pod('visitor') })).status,
    ]);
    expect(statuses).toEqual([200, 502]);
  });

  it('a WorkloadEntry is an endpoint of one that selects it, on its own port of that name', async () => {
    const text = `${http('resolution: STATIC, workloadSelector: { labels: { app: vm } }')}
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: { name: vm }
spec: { address: ${outside(80).ip}, labels: { app: vm }, ports: { http: 3000 } }
`;
    expect((await shop.under(text, () => shop.ask(asked))).served).toEqual(['plain']);
  });
});

describe('Sidecar (facts §6)', () => {
  const mine = rules('{ directResponse: { status: 222 } }');

  it.each([
    ["'./*'", 222],
    ["'shop/*'", 222],
    ["'*/*'", 222],
    ["'*/web.shop.svc.cluster.local'", 222],
    ["'*/api.shop.svc.cluster.local'", 200],
    ["'~/*'", 200],
    ["'visitors/*'", 200],
  ])(
    'with egress.hosts [%s] a call to web is %i: without import it passes through, without its rules',
    async (hosts, status) => {
      const got = await shop.under(mine + sidecar(`egress: [{ hosts: [${hosts}] }]`), () => shop.ask());
      expect(got.status).toBe(status);
      expect(got.log.includes('PassthroughCluster')).toBe(status === 200);
    },
  );

  it('with REGISTRY_ONLY what is not imported is 502', async () => {
    const text = sidecar(
      "egress: [{ hosts: ['*/api.shop.svc.cluster.local'] }], outboundTrafficPolicy: { mode: REGISTRY_ONLY }",
    );
    expect((await shop.under(text, () => shop.ask())).status).toBe(502);
  });

  it.each([
    [
      'the one that selects the pod',
      `${sidecar("egress: [{ hosts: ['~/*'] }]")}${sidecar("workloadSelector: { labels: { app: webapp } }, egress: [{ hosts: ['./*'] }]", 'name: webapp')}`,
      222,
    ],
    [
      'the namespace’s before the root namespace’s',
      `${sidecar("egress: [{ hosts: ['~/*'] }]", 'name: all, namespace: istio-system')}${sidecar("egress: [{ hosts: ['./*'] }]")}`,
      222,
    ],
    [
      'the root namespace’s',
      sidecar("egress: [{ hosts: ['~/*'] }]", 'name: all, namespace: istio-system'),
      200,
    ],
    [
      'the oldest',
      `${sidecar("egress: [{ hosts: ['~/*'] }]", "name: a, creationTimestamp: '2025-04-01T10:00:01Z'")}${sidecar("egress: [{ hosts: ['./*'] }]", "name: z, creationTimestamp: '2025-04-01T10:00:00Z'")}`,
      222,
    ],
  ])('%s holds', async (_, text, status) => {
    expect((await shop.under(mine + text, () => shop.ask())).status).toBe(status);
  });

  it('lets in what the rules it names send to', async () => {
    const text =
      rules(`{ ${to('web')} }`, 'hosts: [api]') +
      sidecar("egress: [{ hosts: ['./api.shop.svc.cluster.local'] }]");
    const got = await shop.under(text, () => shop.ask({ host: 'api' }));
    expect(got.log).toContain(' outbound|80||web.shop.svc.cluster.local ');
  });
});
