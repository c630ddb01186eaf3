// The part of Envoy's v3 configuration that stands between mesh/ (which writes it) and proxy/ (which executes it).
// Names and JSON are Envoy's own (api/envoy/config/**.proto, snake_case as in its /config_dump), so that a real Envoy
// can be given the same document.
//
// Fields stand in the order of their numbers there, here and where they are written: so Envoy prints them. It leaves
// out what has the default of its type: ROUND_ROBIN, OVERWRITE, ALLOW, 0 of HUNDRED.

import type { JwtAuthentication } from './jwt.ts';
import type { HttpRbac, NetworkRbac } from './rbac.ts';
import type { RouteConfiguration } from './route.ts';
import type { Secret, TransportSocket } from './tls.ts';
import type { Duration, Metadata } from './values.ts';

/** One resource set for one proxy, as istiod pushes it over LDS, RDS, CDS and EDS. */
export interface ProxyConfig {
  readonly listeners: readonly Listener[];
  readonly routes: readonly RouteConfiguration[];
  readonly clusters: readonly Cluster[];
  readonly endpoints: readonly ClusterLoadAssignment[];
  /** Certificates that filter chains name, as a gateway gets them over SDS; absent: none. */
  readonly secrets?: readonly Secret[];
}

export interface SocketAddress {
  readonly socket_address: { readonly address: string; readonly port_value: number };
}

// --- Listeners (envoy.config.listener.v3) ---

export interface Listener {
  readonly name: string;
  readonly address: SocketAddress;
  readonly filter_chains: readonly FilterChain[];
  readonly use_original_dst?: boolean;
  /** Shown; what a connection looks like is found out where a filter chain asks for it. */
  readonly listener_filters?: readonly ListenerFilter[];
  readonly listener_filters_timeout?: Duration;
  readonly traffic_direction: 'INBOUND' | 'OUTBOUND';
  readonly continue_on_listener_filters_timeout?: boolean;
  readonly access_log?: readonly AccessLog[];
  readonly default_filter_chain?: FilterChain;
  /** False: connections reach it only through a listener with `use_original_dst`. */
  readonly bind_to_port?: boolean;
}

export interface ListenerFilter {
  readonly name: string;
  readonly typed_config: { readonly '@type': string; readonly [field: string]: unknown };
  /** Connections that it does not look at. */
  readonly filter_disabled?: object;
}

export interface FilterChain {
  readonly filter_chain_match?: {
    readonly prefix_ranges?: readonly { readonly address_prefix: string; readonly prefix_len: number }[];
    readonly destination_port?: number;
    readonly transport_protocol?: 'raw_buffer' | 'tls';
    readonly application_protocols?: readonly string[];
    readonly server_names?: readonly string[];
  };
  readonly filters: readonly NetworkFilter[];
  readonly transport_socket?: TransportSocket;
  readonly name?: string;
  readonly transport_socket_connect_timeout?: Duration;
}

export type NetworkFilter =
  | {
      readonly name: 'envoy.filters.network.http_connection_manager';
      readonly typed_config: HttpConnectionManager;
    }
  | { readonly name: 'envoy.filters.network.rbac'; readonly typed_config: NetworkRbac }
  | { readonly name: 'envoy.filters.network.tcp_proxy'; readonly typed_config: TcpProxy };

export interface TcpProxy {
  readonly '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy';
  readonly stat_prefix: string;
  readonly cluster: string;
  readonly access_log?: readonly AccessLog[];
}

export interface HttpConnectionManager {
  readonly '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
  readonly stat_prefix: string;
  readonly rds?: { readonly config_source?: object; readonly route_config_name: string };
  readonly route_config?: RouteConfiguration;
  readonly http_filters: readonly HttpFilter[];
  readonly http_protocol_options?: Empty;
  readonly http2_protocol_options?: Empty;
  readonly server_name?: string;
  readonly access_log?: readonly AccessLog[];
  /** True at gateways: appends to x-forwarded-for, replaces x-request-id, strips client-sent x-envoy-*. */
  readonly use_remote_address?: boolean;
  readonly forward_client_cert_details?: 'SANITIZE' | 'SANITIZE_SET' | 'APPEND_FORWARD';
  readonly set_current_client_cert_details?: {
    readonly subject?: boolean;
    readonly cert?: boolean;
    readonly dns?: boolean;
    readonly uri?: boolean;
  };
  /** Shown; `Expect` is answered here, as Envoy does without it too. */
  readonly proxy_100_continue?: boolean;
  readonly upgrade_configs?: readonly { readonly upgrade_type: string }[];
  readonly stream_idle_timeout?: Duration;
  readonly normalize_path?: boolean;
  readonly server_header_transformation?: 'OVERWRITE' | 'APPEND_IF_ABSENT' | 'PASS_THROUGH';
  readonly request_id_extension?: {
    readonly typed_config: { readonly '@type': string; readonly [field: string]: unknown };
  };
  readonly path_with_escaped_slashes_action?: string;
}

/** One of which nothing is seen from outside. */
interface ShownFilter<Name> {
  readonly name: Name;
  readonly typed_config: { readonly '@type': string; readonly [field: string]: unknown };
}

/** Filters run in order; the last is the router. New ones join this union and proxy/filters. */
export type HttpFilter =
  /** Istio's own: proxies tell each other of their workloads. */
  | ShownFilter<'istio.metadata_exchange'>
  | ShownFilter<'envoy.filters.http.grpc_stats'>
  | ShownFilter<'istio.alpn'>
  | { readonly name: 'envoy.filters.http.jwt_authn'; readonly typed_config: JwtAuthentication }
  | { readonly name: 'envoy.filters.http.rbac'; readonly typed_config: HttpRbac }
  | {
      readonly name: 'envoy.filters.http.fault';
      readonly typed_config: {
        readonly '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault';
      };
    }
  | {
      readonly name: 'envoy.filters.http.cors';
      readonly typed_config: {
        readonly '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors';
      };
    }
  | {
      /** Istio's own: istio_requests_total and its kin. */
      readonly name: 'istio.stats';
      readonly typed_config: {
        readonly '@type': 'type.googleapis.com/stats.PluginConfig';
        readonly reporter?: 'SERVER_GATEWAY';
      };
    }
  | {
      readonly name: 'envoy.filters.http.router';
      readonly typed_config: {
        readonly '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router';
      };
    };

/** Text format, with Envoy's `%OPERATOR%`s; a line ends with "\n". */
export interface AccessLog {
  readonly name: 'envoy.access_loggers.file';
  /** Absent: everything is logged. */
  readonly filter?: { readonly response_flag_filter: { readonly flags: readonly string[] } };
  readonly typed_config: {
    readonly '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog';
    readonly path: string;
    readonly log_format:
      | { readonly text_format_source: { readonly inline_string: string } }
      /** Formats by key. */
      | { readonly json_format: Readonly<Record<string, string>> };
  };
}

// --- Clusters and endpoints (envoy.config.cluster.v3, envoy.config.endpoint.v3) ---

export interface Cluster {
  readonly name: string;
  readonly type: 'STATIC' | 'STRICT_DNS' | 'LOGICAL_DNS' | 'EDS' | 'ORIGINAL_DST';
  readonly eds_cluster_config?: { readonly eds_config: object; readonly service_name: string };
  readonly connect_timeout?: Duration;
  readonly lb_policy?:
    | 'ROUND_ROBIN'
    | 'LEAST_REQUEST'
    | 'RANDOM'
    | 'RING_HASH'
    | 'MAGLEV'
    | 'CLUSTER_PROVIDED';
  readonly circuit_breakers?: { readonly thresholds: readonly CircuitBreakerThresholds[] };
  /** Of STRICT_DNS and LOGICAL_DNS; absent: 5s. */
  readonly dns_refresh_rate?: Duration;
  readonly dns_lookup_family?: 'V4_ONLY';
  readonly outlier_detection?: OutlierDetection;
  /** Of ORIGINAL_DST: when hosts that nobody went to are forgotten. They never are here. */
  readonly cleanup_interval?: Duration;
  readonly upstream_bind_config?: {
    readonly source_address: { readonly address: string; readonly port_value: number };
  };
  /** Numbers of 64 bits are texts in JSON. */
  readonly ring_hash_lb_config?: { readonly minimum_ring_size?: string };
  readonly transport_socket?: TransportSocket;
  /** `istio`: `config` (the DestinationRule), `services: [{ host, name, namespace }]`. */
  readonly metadata?: Metadata;
  readonly common_lb_config?: {
    /** Per cent; absent: 50. */
    readonly healthy_panic_threshold?: { readonly value?: number };
  };
  readonly alt_stat_name?: string;
  readonly load_assignment?: ClusterLoadAssignment;
  readonly typed_extension_protocol_options?: {
    readonly 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': HttpProtocolOptions;
  };
  /** Names are looked up again when their records end. */
  readonly respect_dns_ttl?: boolean;
  /** Chooses a socket by the endpoint's `envoy.transport_socket_match` metadata; first match wins. */
  readonly transport_socket_matches?: readonly {
    readonly name: string;
    readonly match: Readonly<Record<string, string>>;
    readonly transport_socket: TransportSocket;
  }[];
  readonly maglev_lb_config?: { readonly table_size?: string };
  /** Of STRICT_DNS and LOGICAL_DNS: which resolver, and how much later than `dns_refresh_rate` it may be; not executed. */
  readonly typed_dns_resolver_config?: object;
  readonly dns_jitter?: Duration;
}

/** Which protocol is spoken is shown, and not executed: between services it is HTTP/1.1. */
export interface HttpProtocolOptions {
  readonly '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
  readonly common_http_protocol_options?: {
    /** Absent: 3600s. */
    readonly idle_timeout?: Duration;
    readonly max_requests_per_connection?: number;
  };
  readonly explicit_http_config?:
    | { readonly http_protocol_options: Empty }
    | { readonly http2_protocol_options: Empty };
  readonly use_downstream_protocol_config?: {
    readonly http_protocol_options: Empty;
    readonly http2_protocol_options: Empty;
  };
}

type Empty = Readonly<Record<string, never>>;

/** One that the proxy starts with: shown, and not executed. */
export interface BootstrapCluster {
  readonly address: SocketAddress | { readonly pipe: { readonly path: string } };
  readonly config: { readonly name: string; readonly [field: string]: unknown };
}

/** Absent numbers are unlimited (4294967295 when written by Istio). */
export interface CircuitBreakerThresholds {
  readonly max_connections?: number;
  readonly max_pending_requests?: number;
  readonly max_requests?: number;
  readonly max_retries?: number;
  readonly track_remaining?: boolean;
}

export interface OutlierDetection {
  readonly consecutive_5xx?: number;
  readonly interval?: Duration;
  readonly base_ejection_time?: Duration;
  readonly max_ejection_percent?: number;
  readonly enforcing_consecutive_5xx?: number;
  readonly enforcing_success_rate?: number;
  readonly consecutive_gateway_failure?: number;
  readonly enforcing_consecutive_gateway_failure?: number;
  readonly split_external_local_origin_errors?: boolean;
  readonly consecutive_local_origin_failure?: number;
}

export interface ClusterLoadAssignment {
  readonly cluster_name: string;
  readonly endpoints: readonly {
    readonly lb_endpoints: readonly LbEndpoint[];
    readonly load_balancing_weight?: number;
  }[];
}

export interface LbEndpoint {
  readonly endpoint: { readonly address: SocketAddress };
  readonly health_status?: 'HEALTHY' | 'UNHEALTHY' | 'DRAINING';
  /** `istio.workload`: "name;namespace;canonical-name;canonical-revision;cluster"; `envoy.transport_socket_match.tlsMode`. */
  readonly metadata?: Metadata;
  readonly load_balancing_weight?: number;
}
