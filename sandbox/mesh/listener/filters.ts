// The network filters of listeners: HTTP connection managers and TCP proxies, with what Istio sets on all of them.

import { accessLogs } from './access-log.ts';
import { fromAds } from '../from-ads.ts';
import { httpFiltersOf, type Direction } from './http-filters.ts';
import type { HttpConnectionManager, HttpFilter, NetworkFilter } from '../../envoy/config.ts';
import type { AccessLogging } from '../mesh-config.ts';
import type { RouteConfiguration } from '../../envoy/route.ts';

type ClientSettings = Pick<
  HttpConnectionManager,
  'use_remote_address' | 'forward_client_cert_details' | 'set_current_client_cert_details'
>;

const clientSettings: Readonly<Record<Direction, ClientSettings>> = {
  'sidecar-outbound': { use_remote_address: false },
  'sidecar-inbound': {
    use_remote_address: false,
    forward_client_cert_details: 'APPEND_FORWARD',
    set_current_client_cert_details: { subject: true, dns: true, uri: true },
  },
  gateway: {
    use_remote_address: true,
    forward_client_cert_details: 'SANITIZE_SET',
    set_current_client_cert_details: { subject: true, cert: true, dns: true, uri: true },
  },
};

/** What Envoy's own defaults are not, for all. */
const common = {
  proxy_100_continue: true,
  upgrade_configs: [{ upgrade_type: 'websocket' }],
  stream_idle_timeout: '0s',
  normalize_path: true,
  request_id_extension: {
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig',
      use_request_id_for_trace_sampling: true,
    },
  },
  path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
} as const;

export interface ManagerOptions {
  readonly direction: Direction;
  /** Of its statistics. */
  readonly prefix: string;
  /** The configuration itself, or the name of one that is pushed on its own. */
  readonly routes: string | RouteConfiguration;
  readonly log: AccessLogging;
  /** Filters that policies ask for. */
  readonly policies?: readonly HttpFilter[];
  /** The port is declared to speak it. */
  readonly http2?: boolean;
}

export const connectionManager = ({
  direction,
  prefix,
  routes,
  log,
  policies = [],
  http2 = false,
}: ManagerOptions): NetworkFilter => ({
  name: 'envoy.filters.network.http_connection_manager',
  typed_config: {
    '@type':
      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: `${prefix};`,
    ...(typeof routes === 'string'
      ? { rds: { config_source: fromAds, route_config_name: routes } }
      : { route_config: routes }),
    http_filters: httpFiltersOf(direction, policies),
    ...(direction === 'gateway' && { http_protocol_options: {} }),
    ...(http2 && { http2_protocol_options: {} }),
    // Envoy's own name, "envoy", stays where applications see it of their own proxy.
    ...(direction !== 'sidecar-outbound' && { server_name: 'istio-envoy' }),
    ...accessLogs(log),
    ...clientSettings[direction],
    ...common,
  },
});

/** Bytes to and from a cluster. */
export const tcpProxy = (cluster: string, log?: AccessLogging): NetworkFilter => ({
  name: 'envoy.filters.network.tcp_proxy',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
    stat_prefix: cluster,
    cluster,
    ...(log && accessLogs(log)),
  },
});
