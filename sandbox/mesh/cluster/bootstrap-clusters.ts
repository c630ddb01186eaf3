// The clusters that a proxy starts with, before istiod tells it any: Istio's bootstrap. Nothing of the traffic goes there;
// they are seen in /config_dump, in /clusters, and so by istioctl proxy-config.

import type { BootstrapCluster } from '../../envoy/config.ts';

const overHttp2 = {
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
    '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    explicit_http_config: { http2_protocol_options: {} },
  },
};

const atPort = (port: number): BootstrapCluster['address'] => ({
  socket_address: { address: '127.0.0.1', port_value: port },
});
const threshold = { max_connections: 100_000, max_pending_requests: 100_000, max_requests: 100_000 };

export const bootstrapClusters: readonly BootstrapCluster[] = [
  bootstrapCluster('prometheus_stats', '0.250s', atPort(15_000)),
  bootstrapCluster('agent', '0.250s', atPort(15_020)),
  bootstrapCluster(
    'sds-grpc',
    '1s',
    { pipe: { path: './var/run/secrets/workload-spiffe-uds/socket' } },
    { typed_extension_protocol_options: overHttp2 },
  ),
  bootstrapCluster(
    'xds-grpc',
    '1s',
    { pipe: { path: './etc/istio/proxy/XDS' } },
    {
      circuit_breakers: {
        thresholds: [
          { priority: 'DEFAULT', ...threshold },
          { priority: 'HIGH', ...threshold },
        ],
      },
      upstream_connection_options: { tcp_keepalive: { keepalive_time: 300 } },
      max_requests_per_connection: 1,
      typed_extension_protocol_options: overHttp2,
    },
  ),
];

function bootstrapCluster(
  name: string,
  timeout: string,
  address: BootstrapCluster['address'],
  more: object = {},
): BootstrapCluster {
  const endpoint = { lb_endpoints: [{ endpoint: { address } }] };
  return {
    address,
    config: {
      name,
      alt_stat_name: `${name};`,
      type: 'STATIC',
      connect_timeout: timeout,
      lb_policy: 'ROUND_ROBIN',
      load_assignment: { cluster_name: name, endpoints: [endpoint] },
      ...more,
    },
  };
}
