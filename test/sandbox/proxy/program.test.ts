import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../sandbox/clock/clock.ts';
import type { Cluster, FilterChain, ProxyConfig } from '../../../sandbox/envoy/config.ts';
import type { PodIdentity, RunningContainer } from '../../../sandbox/kubelet/program.ts';
import { createNetwork, type AttachedPod, type Network } from '../../../sandbox/network/create-network.ts';
import type { PodNetwork } from '../../../sandbox/network/network.ts';
import { proxyProgram } from '../../../sandbox/proxy/program.ts';
import { workloadOfPod } from '../../../sandbox/telemetry/workload-of-pod.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { atGateway, cluster, istioLog, listener, manager, routes, toWeb, web } from './support/config.ts';

interface Pod {
  readonly identity: PodIdentity;
  readonly network: AttachedPod;
  readonly logs: string[];
  readonly running: RunningContainer;
}

/** Two pods with sidecars, one without: webapp and plain call web, whose application listens on 3000. */
class World implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly network: Network = createNetwork({ clock: this.clock, random: seededRandom(3) });
  readonly pods: Pod[] = [];
  readonly plain = this.network.attach({ namespace: 'shop', name: 'plain', serviceAccount: 'plain' });
  readonly seen: IncomingHttpHeaders[] = [];
  /** Answers of `/hold` that wait. */
  readonly held: (() => void)[] = [];

  async start(app: string, type: 'sidecar' | 'router', config?: (ip: string) => ProxyConfig): Promise<Pod> {
    const name = `${app}-5d5d5d5d5d-abcde`;
    const network = this.network.attach({ namespace: 'shop', name, serviceAccount: app });
    const identity: PodIdentity = {
      name,
      namespace: 'shop',
      uid: app,
      ip: network.ip,
      nodeName: 'node',
      serviceAccount: app,
      labels: { app, version: 'v1', 'pod-template-hash': '5d5d5d5d5d' },
      annotations: {},
    };
    const logs: string[] = [];
    const program = proxyProgram({
      nodeOf: () => ({
        type,
        name,
        namespace: 'shop',
        ip: network.ip,
        labels: identity.labels,
        serviceAccount: app,
        ports: [],
      }),
      subscribe: (_, push) => {
        if (config !== undefined) push(config(network.ip));
        return () => undefined;
      },
      peerOf: (ip) => {
        const peer = this.pods.find((pod) => pod.network.ip === ip);
        return peer && workloadOfPod(peer.identity);
      },
      configDump: (current) => ({ configs: [current] }),
      appProbe: (_, container, probe) =>
        Promise.resolve(container === 'app' && probe === 'readyz' ? 200 : 500),
    });
    const running = await program({
      pod: identity,
      container: 'istio-proxy',
      image: 'docker.io/istio/proxyv2:1.25.1',
      command: [],
      args: [],
      env: {},
      network,
      clock: this.clock,
      random: seededRandom(5),
      log: (line) => logs.push(line),
    });
    const pod = { identity, network, logs, running };
    this.pods.push(pod);
    return pod;
  }

  serve(pod: Pod): void {
    const server = createServer((got, response) => {
      this.seen.push(got.headers);
      if (got.url === '/hold') this.held.push(() => response.end('held'));
      else response.end('hello');
    });
    pod.network.listen(3000, (socket) => server.emit('connection', socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pod of this.pods) pod.running.kill();
    for (const pod of this.pods) expect(await pod.running.exited).toBe(137);
    await expect.poll(() => this.network.openEnds).toBe(0);
    for (const pod of this.pods) pod.network.detach();
    expect(this.clock.pending, 'timers left').toBe(0);
  }
}

const inbound = 'inbound|3000||';
const service = { host: 'web.shop.svc.cluster.local', name: 'web', namespace: 'shop' };
const services = { filter_metadata: { istio: { services: [service] } } };

const istioMutual: Pick<Cluster, 'transport_socket_matches'> = {
  transport_socket_matches: [
    {
      name: 'tlsMode-istio',
      match: { tlsMode: 'istio' },
      transport_socket: {
        name: 'envoy.transport_sockets.tls',
        typed_config: { '@type': 'tls', sni: 'outbound_.80_._.web.shop.svc.cluster.local' },
      },
    },
  ],
};

function clientConfig(ip: string, edge = false): ProxyConfig {
  return {
    listeners: [listener(edge ? atGateway : {})],
    routes: [routes([{ name: 'default', match: { prefix: '/' }, route: toWeb() }])],
    clusters: [cluster(web, { ...istioMutual, metadata: services })],
    endpoints: [
      {
        cluster_name: web,
        endpoints: [
          {
            lb_endpoints: [
              {
                endpoint: { address: { socket_address: { address: ip, port_value: 3000 } } },
                metadata: { filter_metadata: { 'envoy.transport_socket_match': { tlsMode: 'istio' } } },
              },
            ],
          },
        ],
      },
    ],
  };
}

function serverConfig(strict: boolean): ProxyConfig {
  const http = manager({
    route_config: {
      name: inbound,
      virtual_hosts: [
        {
          name: 'inbound|http|80',
          domains: ['*'],
          routes: [{ name: 'default', match: { prefix: '/' }, route: { cluster: inbound, timeout: '0s' } }],
        },
      ],
    },
    server_header_transformation: 'PASS_THROUGH',
    forward_client_cert_details: 'APPEND_FORWARD',
    set_current_client_cert_details: { subject: true, dns: true, uri: true },
  });
  const chain = (match: FilterChain['filter_chain_match']): FilterChain => ({
    filter_chain_match: { destination_port: 3000, ...match },
    filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: http }],
  });
  return {
    listeners: [
      {
        name: 'virtualInbound',
        address: { socket_address: { address: '0.0.0.0', port_value: 15_006 } },
        traffic_direction: 'INBOUND',
        filter_chains: [
          chain({ transport_protocol: 'tls', application_protocols: ['istio', 'istio-http/1.1'] }),
          ...(strict ? [] : [chain({ transport_protocol: 'raw_buffer' as const })]),
        ],
        access_log: [istioLog],
      },
    ],
    routes: [],
    clusters: [
      {
        name: inbound,
        alt_stat_name: `${inbound};`,
        type: 'ORIGINAL_DST',
        lb_policy: 'CLUSTER_PROVIDED',
        upstream_bind_config: { source_address: { address: '127.0.0.6', port_value: 0 } },
        metadata: services,
      },
    ],
    endpoints: [],
  };
}

async function get(
  from: PodNetwork,
  address: { ip: string; port: number },
  path: string,
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }> {
  const socket = await from.connect(address);
  return new Promise((resolve, reject) => {
    const asked = request(
      { createConnection: () => socket as never, path, headers: { host: 'web', connection: 'close' } },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

async function startWorld(strict = false): Promise<World & { readonly client: Pod; readonly server: Pod }> {
  const world = new World();
  const server = await world.start('web', 'sidecar', () => serverConfig(strict));
  const client = await world.start('webapp', 'sidecar', () => clientConfig(server.network.ip));
  world.serve(server);
  return Object.assign(world, { client, server });
}

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
    expect((await ask(15_000, '/stats?filter=web.*upstream_rq_total')).body).toBe(
      `cluster.${web};.upstream_rq_total: 1\n`,
    );
    expect(JSON.parse((await ask(15_000, '/clusters?format=json')).body)).toMatchObject({
      cluster_statuses: [{ name: web, host_statuses: [{ health_status: { eds_health_status: 'HEALTHY' } }] }],
    });
    expect((await ask(15_000, '/config_dump')).body).toContain('"virtual_hosts"');
    expect((await ask(15_000, '/nothing')).status).toBe(404);
    expect(client.logs[0]).toBe('2025-04-01T10:00:00.000Z\tinfo\tEnvoy proxy is ready');
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
    const broken = expect(asked).rejects.toThrow('socket hang up');
    client.running.stop();
    await world.clock.advance(5000);
    expect(await client.running.exited).toBe(0);
    await broken;
    world.pods.splice(world.pods.indexOf(client), 1);
  });
});
