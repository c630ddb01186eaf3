// The network filters of listeners: HTTP connection managers and TCP proxies, with what Istio sets on all of them.

import { accessLogs } from './access-log.ts';
import type { HttpConnectionManager, HttpFilter, NetworkFilter } from '../../envoy/config.ts';
import type { AccessLogging } from '../mesh-config.ts';
import type { RouteConfiguration } from '../../envoy/route.ts';

const httpFilters: readonly HttpFilter[] = [
  {
    name: 'envoy.filters.http.fault',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault' },
  },
  {
    name: 'envoy.filters.http.cors',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors' },
  },
  { name: 'istio.stats', typed_config: { '@type': 'type.googleapis.com/stats.PluginConfig' } },
  {
    name: 'envoy.filters.http.router',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
  },
];

type Direction = 'sidecar-outbound' | 'sidecar-inbound' | 'gateway';

type ClientSettings = Pick<
  HttpConnectionManager,
  'use_remote_address' | 'forward_client_cert_details' | 'set_current_client_cert_details'
>;

const certificateDetails = { subject: true, dns: true, uri: true };

const clientSettings: Readonly<Record<Direction, ClientSettings>> = {
  'sidecar-outbound': { use_remote_address: false },
  'sidecar-inbound': {
    use_remote_address: false,
    forward_client_cert_details: 'APPEND_FORWARD',
    set_current_client_cert_details: certificateDetails,
  },
  gateway: {
    use_remote_address: true,
    forward_client_cert_details: 'SANITIZE_SET',
    set_current_client_cert_details: certificateDetails,
  },
};

/**
 * @param routes the configuration itself, or the name of one that is pushed on its own
 * @param first filters that requests pass before all others
 */
export function connectionManager(
  direction: Direction,
  statPrefix: string,
  routes: string | RouteConfiguration,
  log: AccessLogging,
  first: readonly HttpFilter[] = [],
): NetworkFilter {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type':
        'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      stat_prefix: `${statPrefix};`,
      ...(typeof routes === 'string' ? { rds: { route_config_name: routes } } : { route_config: routes }),
      http_filters: first.length === 0 ? httpFilters : [...first, ...httpFilters],
      // Envoy's own name, "envoy", stays where applications see it of their own proxy.
      ...(direction !== 'sidecar-outbound' && { server_name: 'istio-envoy' }),
      ...accessLogs(log),
      ...clientSettings[direction],
      upgrade_configs: [{ upgrade_type: 'websocket' }],
      stream_idle_timeout: '0s',
      normalize_path: true,
      path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
    },
  };
}

/** Bytes to and from a cluster. */
export const tcpProxy = (cluster: string, log: AccessLogging): NetworkFilter => ({
  name: 'envoy.filters.network.tcp_proxy',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
    stat_prefix: cluster,
    cluster,
    ...accessLogs(log),
  },
});
