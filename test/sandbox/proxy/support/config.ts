// Small Envoy documents for tests, in the shape Istio gives them.

import type {
  AccessLog,
  Cluster,
  ClusterLoadAssignment,
  HttpConnectionManager,
  HttpProtocolOptions,
  LbEndpoint,
  Listener,
  ProxyConfig,
} from '../../../../sandbox/envoy/config.ts';
import type { Route, RouteAction, RouteConfiguration } from '../../../../sandbox/envoy/route.ts';

/** Istio's default text format (facts §8.1). */
export const istioFormat =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% ' +
  '%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% ' +
  '%BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" ' +
  '"%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% ' +
  '%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n';

export const istioLog: AccessLog = {
  name: 'envoy.access_loggers.file',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
    path: '/dev/stdout',
    log_format: { text_format_source: { inline_string: istioFormat } },
  },
};

export const web = 'outbound|80||web.shop.svc.cluster.local';

/** Istio's default policy. */
export const defaultRetries = {
  retry_on: 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes',
  num_retries: 2,
  retry_host_predicate: [
    {
      name: 'envoy.retry_host_predicates.previous_hosts',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
      },
    },
  ],
  host_selection_retry_max_attempts: '5',
} as const;

/** To `web`, without timeout and retries. */
export function toWeb(action: Partial<RouteAction> = {}): RouteAction {
  return { cluster: web, timeout: '0s', ...action };
}

export function routes(list: readonly Route[], name = '80'): RouteConfiguration {
  return {
    name,
    ignore_port_in_host_matching: true,
    virtual_hosts: [{ name: 'web', domains: ['*'], routes: list, include_request_attempt_count: true }],
  };
}

const filterType = 'type.googleapis.com/envoy.extensions.filters.http';

export function manager(changes: Partial<HttpConnectionManager> = {}): HttpConnectionManager {
  return {
    '@type':
      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'test',
    rds: { route_config_name: '80' },
    http_filters: [
      { name: 'envoy.filters.http.fault', typed_config: { '@type': `${filterType}.fault.v3.HTTPFault` } },
      { name: 'envoy.filters.http.cors', typed_config: { '@type': `${filterType}.cors.v3.Cors` } },
      { name: 'istio.stats', typed_config: { '@type': 'type.googleapis.com/stats.PluginConfig' } },
      { name: 'envoy.filters.http.router', typed_config: { '@type': `${filterType}.router.v3.Router` } },
    ],
    access_log: [istioLog],
    normalize_path: true,
    stream_idle_timeout: '0s',
    upgrade_configs: [{ upgrade_type: 'websocket' }],
    ...changes,
  };
}

/** What a gateway adds. */
export const atGateway: Partial<HttpConnectionManager> = {
  use_remote_address: true,
  server_name: 'istio-envoy',
  forward_client_cert_details: 'SANITIZE_SET',
};

export function listener(
  changes: Partial<HttpConnectionManager> = {},
  direction: Listener['traffic_direction'] = 'OUTBOUND',
): Listener {
  return {
    name: direction === 'OUTBOUND' ? '0.0.0.0_80' : 'virtualInbound',
    address: {
      socket_address: { address: '0.0.0.0', port_value: direction === 'OUTBOUND' ? 80 : 15_006 },
    },
    traffic_direction: direction,
    filter_chains: [
      {
        filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager(changes) }],
      },
    ],
  };
}

export function cluster(name = web, changes: Partial<Cluster> = {}): Cluster {
  return {
    name,
    alt_stat_name: `${name};`,
    type: 'EDS',
    connect_timeout: '10s',
    lb_policy: 'ROUND_ROBIN',
    ...changes,
  };
}

/** Settings of a cluster's HTTP connections. */
export const httpOptions = (
  common: NonNullable<HttpProtocolOptions['common_http_protocol_options']>,
): Pick<Cluster, 'typed_extension_protocol_options'> => ({
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      common_http_protocol_options: common,
      explicit_http_config: { http_protocol_options: {} },
    },
  },
});

export function endpoints(
  name: string,
  ports: readonly number[],
  changes: Partial<LbEndpoint> = {},
): ClusterLoadAssignment {
  return {
    cluster_name: name,
    endpoints: [
      {
        lb_endpoints: ports.map((port) => ({
          endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } },
          ...changes,
        })),
      },
    ],
  };
}

/** One HTTP listener on port 80, its routes, and `web` at these ports. */
export function webConfig(
  list: readonly Route[],
  ports: readonly number[],
  changes: {
    readonly manager?: Partial<HttpConnectionManager>;
    readonly cluster?: Partial<Cluster>;
    readonly direction?: Listener['traffic_direction'];
    readonly more?: Partial<ProxyConfig>;
  } = {},
): ProxyConfig {
  return {
    listeners: [listener(changes.manager, changes.direction), ...(changes.more?.listeners ?? [])],
    routes: [routes(list), ...(changes.more?.routes ?? [])],
    clusters: [cluster(web, changes.cluster), ...(changes.more?.clusters ?? [])],
    endpoints: [endpoints(web, ports), ...(changes.more?.endpoints ?? [])],
  };
}
