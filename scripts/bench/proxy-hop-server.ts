// The servers of proxy-hop.ts: the upstream, our proxy, or httpxy. Sends its port to the parent.

import { Agent, createServer } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { createProxyServer } from 'httpxy';
import { systemClock } from '../../sandbox/clock/clock.ts';
import type { ProxyConfig } from '../../sandbox/envoy/config.ts';
import { createProxy } from '../../sandbox/proxy/proxy.ts';
import type { ProxySocket } from '../../sandbox/proxy/upstream/connector.ts';

/** Istio's default text format. */
const logFormat =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% ' +
  '%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% ' +
  '%BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" ' +
  '"%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% ' +
  '%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n';

const [kind, upstreamPort] = process.argv.slice(2);
const servers: Readonly<Record<string, () => Server>> = {
  upstream,
  mesh: () => mesh(Number(upstreamPort)),
  httpxy: () => httpxy(Number(upstreamPort)),
};
const server = servers[kind ?? '']?.();
server?.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

function upstream(): Server {
  const body = JSON.stringify({ items: Array.from({ length: 8 }, (_, id) => ({ id, name: `item ${id}` })) });
  return createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
}

function httpxy(port: number): Server {
  const proxy = createProxyServer({
    target: { host: '127.0.0.1', port },
    xfwd: true,
    agent: new Agent({ keepAlive: true, maxSockets: 256 }),
  });
  return createServer((request, response) => void proxy.web(request, response));
}

/** Routes with matches and weights, retries, outlier detection, circuit breakers, metrics and the access log: all on. */
function mesh(port: number): Server {
  let logged = 0;
  const dial = ({ ip, port: to }: { ip: string; port: number }): Promise<ProxySocket> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: ip, port: to });
      socket.once('error', reject);
      socket.once('connect', () => resolve(socket));
    });
  const proxy = createProxy({
    ip: '127.0.0.1',
    workload: {
      workload: 'webapp',
      namespace: 'shop',
      principal: 'spiffe://cluster.local/ns/shop/sa/webapp',
      app: 'webapp',
      version: 'v1',
      canonicalService: 'webapp',
      canonicalRevision: 'v1',
      cluster: 'Kubernetes',
    },
    clock: systemClock,
    random: Math.random,
    log: (line) => {
      logged += line.length;
    },
    connect: dial,
    resolve: () => Promise.resolve([]),
    peerOf: () => undefined,
  });
  proxy.apply(meshConfig(port));
  process.on('exit', () => logged);
  return createTcpServer((socket) => proxy.acceptOutbound(socket, { ip: '10.96.7.5', port: 80 }));
}

function meshConfig(port: number): ProxyConfig {
  const filter = 'type.googleapis.com/envoy.extensions.filters.http';
  const clusters = ['v1', 'v2'].map((subset) => `outbound|80|${subset}|catalog.shop.svc.cluster.local`);
  return {
    listeners: [
      {
        name: '0.0.0.0_80',
        address: { socket_address: { address: '0.0.0.0', port_value: 80 } },
        traffic_direction: 'OUTBOUND',
        filter_chains: [
          {
            filters: [
              {
                name: 'envoy.filters.network.http_connection_manager',
                typed_config: {
                  '@type':
                    'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                  stat_prefix: 'outbound_0.0.0.0_80',
                  rds: { route_config_name: '80' },
                  normalize_path: true,
                  use_remote_address: true,
                  http_filters: [
                    {
                      name: 'envoy.filters.http.fault',
                      typed_config: { '@type': `${filter}.fault.v3.HTTPFault` },
                    },
                    { name: 'envoy.filters.http.cors', typed_config: { '@type': `${filter}.cors.v3.Cors` } },
                    {
                      name: 'istio.stats',
                      typed_config: { '@type': 'type.googleapis.com/stats.PluginConfig' },
                    },
                    {
                      name: 'envoy.filters.http.router',
                      typed_config: { '@type': `${filter}.router.v3.Router` },
                    },
                  ],
                  access_log: [
                    {
                      name: 'envoy.access_loggers.file',
                      typed_config: {
                        '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
                        path: '/dev/stdout',
                        log_format: { text_format_source: { inline_string: logFormat } },
                      },
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
    routes: [
      {
        name: '80',
        ignore_port_in_host_matching: true,
        virtual_hosts: [
          {
            name: 'catalog.shop.svc.cluster.local:80',
            domains: ['catalog.shop', 'catalog.shop.svc.cluster.local'],
            include_request_attempt_count: true,
            routes: [
              {
                match: { prefix: '/', headers: [{ name: 'x-canary', string_match: { exact: 'yes' } }] },
                direct_response: { status: 404 },
              },
              {
                name: 'split',
                match: { prefix: '/api' },
                decorator: { operation: 'catalog.shop.svc.cluster.local:80/api*' },
                response_headers_to_add: [{ header: { key: 'x-served-by', value: '%UPSTREAM_HOST%' } }],
                route: {
                  weighted_clusters: { clusters: clusters.map((name) => ({ name, weight: 50 })) },
                  timeout: '10s',
                  retry_policy: { retry_on: '5xx,connect-failure', num_retries: 2, per_try_timeout: '2s' },
                },
              },
            ],
          },
        ],
      },
    ],
    clusters: clusters.map((name) => ({
      name,
      type: 'EDS',
      lb_policy: 'LEAST_REQUEST',
      outlier_detection: { consecutive_5xx: 5, max_ejection_percent: 100 },
      circuit_breakers: { thresholds: [{ max_connections: 1000, max_requests: 1000 }] },
      metadata: {
        filter_metadata: {
          istio: {
            services: [{ host: 'catalog.shop.svc.cluster.local', name: 'catalog', namespace: 'shop' }],
          },
        },
      },
    })),
    endpoints: clusters.map((name) => ({
      cluster_name: name,
      endpoints: [
        {
          lb_endpoints: [
            { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } } },
          ],
        },
      ],
    })),
  };
}
