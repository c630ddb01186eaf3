// Pods with the proxy's own program on the sandbox's network: webapp calls web, whose application listens on 3000.

import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import { seededRandom } from '../../../../sandbox/clock/clock.ts';
import type { Cluster, FilterChain, ProxyConfig } from '../../../../sandbox/envoy/config.ts';
import type { PodIdentity, RunningContainer } from '../../../../sandbox/kubelet/program.ts';
import { createNetwork, type AttachedPod, type Network } from '../../../../sandbox/network/create-network.ts';
import type { PodNetwork } from '../../../../sandbox/network/network.ts';
import { proxyProgram } from '../../../../sandbox/proxy/program.ts';
import { workloadOfPod } from '../../../../sandbox/telemetry/workload-of-pod.ts';
import { ManualClock, settled } from '../../../support/manual-clock.ts';
import { atGateway, cluster, istioLog, listener, manager, routes, toWeb, web } from './config.ts';

export interface Pod {
  readonly identity: PodIdentity;
  readonly network: AttachedPod;
  readonly logs: string[];
  readonly running: RunningContainer;
}

/** `plain` is a pod without a proxy. */
class World implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly network: Network = createNetwork({ clock: this.clock, random: seededRandom(3) });
  readonly pods: Pod[] = [];
  readonly plain = this.network.attach({ namespace: 'shop', name: 'plain', serviceAccount: 'plain' });
  readonly seen: IncomingHttpHeaders[] = [];
  /** Answers of `/hold` that wait. */
  readonly held: (() => void)[] = [];

  async start(
    app: string,
    type: 'sidecar' | 'router',
    config?: (ip: string) => ProxyConfig,
    annotations: PodIdentity['annotations'] = {},
  ): Promise<Pod> {
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
      annotations,
    };
    const logs: string[] = [];
    const program = proxyProgram({
      bootstrap: [],
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
      certificates: async () => Promise.resolve([]),
      configDump: async ({ config: current }) => Promise.resolve({ configs: [current] }),
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

  /** Kills every pod; throws when something was left behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const pod of this.pods) pod.running.kill();
    for (const pod of this.pods) await pod.running.exited;
    for (const pod of this.pods) pod.network.detach();
    if (this.clock.pending > 0) throw new Error(`${this.clock.pending} timers were left`);
    for (let turn = 0; turn < 10 && this.network.openEnds > 0; turn += 1) await settled();
    if (this.network.openEnds > 0) throw new Error(`${this.network.openEnds} ends of connections were left`);
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

export function clientConfig(ip: string, edge = false): ProxyConfig {
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
    ...(match?.transport_protocol === 'tls' && {
      transport_socket: { name: 'envoy.transport_sockets.tls' as const },
    }),
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

export async function get(
  from: PodNetwork,
  address: { ip: string; port: number },
  path: string,
  method = 'GET',
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }> {
  const socket = await from.connect(address);
  return new Promise((resolve, reject) => {
    const asked = request(
      { createConnection: () => socket, method, path, headers: { host: 'web', connection: 'close' } },
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

export async function startWorld(
  strict = false,
  speaks: 'mutual TLS' | 'plain text' = 'mutual TLS',
): Promise<World & { readonly client: Pod; readonly server: Pod }> {
  const world = new World();
  const server = await world.start('web', 'sidecar', () => serverConfig(strict));
  const client = await world.start('webapp', 'sidecar', () => {
    const config = clientConfig(server.network.ip);
    return speaks === 'mutual TLS' ? config : { ...config, clusters: [cluster(web)] };
  });
  world.serve(server);
  return Object.assign(world, { client, server });
}
