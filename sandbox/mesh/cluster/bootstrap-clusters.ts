// The clusters that a proxy starts with, before istiod tells it any: Istio's bootstrap. Nothing of the traffic goes there;
// they are seen in /config_dump, in /clusters, and so by istioctl proxy-config.

import { plainHttp2 } from './http-options.ts';
import type { BootstrapCluster } from '../../envoy/config.ts';

const atPort = (port: number): BootstrapCluster['address'] => ({
  socket_address: { address: '127.0.0.1', port_value: port },
});
const socket = (path: string): BootstrapCluster['address'] => ({ pipe: { path } });
const threshold = { max_connections: 100_000, max_pending_requests: 100_000, max_requests: 100_000 };

export const bootstrapClusters: readonly BootstrapCluster[] = [
  bootstrapCluster('agent', atPort(15_020), { connect_timeout: '0.250s' }),
  bootstrapCluster('prometheus_stats', atPort(15_000), { connect_timeout: '0.250s' }),
  bootstrapCluster(
    'sds-grpc',
    socket('./var/run/secrets/workload-spiffe-uds/socket'),
    { connect_timeout: '1s' },
    plainHttp2,
  ),
  bootstrapCluster(
    'xds-grpc',
    socket('./etc/istio/proxy/XDS'),
    {
      connect_timeout: '1s',
      max_requests_per_connection: 1,
      circuit_breakers: { thresholds: [threshold, { priority: 'HIGH', ...threshold }] },
    },
    plainHttp2,
    { upstream_connection_options: { tcp_keepalive: { keepalive_time: 300 } } },
  ),
];

/**
 * Settings by where Envoy has them among the others.
 * @param first before the name in statistics
 * @param last behind the endpoints
 * @param middle between the two
 */
function bootstrapCluster(
  name: string,
  address: BootstrapCluster['address'],
  first: object,
  last: object = {},
  middle: object = {},
): BootstrapCluster {
  const endpoint = { lb_endpoints: [{ endpoint: { address } }] };
  return {
    address,
    config: {
      name,
      type: 'STATIC',
      ...first,
      alt_stat_name: `${name};`,
      ...middle,
      load_assignment: { cluster_name: name, endpoints: [endpoint] },
      ...last,
    },
  };
}
