// Routes: envoy.config.route.v3 and the per-route configuration of the HTTP filters.

import type { MetadataMatcher } from './metadata-matcher.ts';
import type { Duration, FractionalPercent, Metadata, RuntimeFractionalPercent } from './values.ts';

export interface RouteConfiguration {
  readonly name: string;
  readonly virtual_hosts: readonly VirtualHost[];
  readonly validate_clusters?: boolean;
  readonly max_direct_response_body_size_bytes?: number;
  readonly ignore_port_in_host_matching?: boolean;
}

export interface VirtualHost {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes: readonly Route[];
  readonly require_tls?: 'NONE' | 'EXTERNAL_ONLY' | 'ALL';
  readonly include_request_attempt_count?: boolean;
}

export interface Route {
  readonly match: RouteMatch;
  readonly route?: RouteAction;
  readonly redirect?: RedirectAction;
  readonly metadata?: Metadata;
  readonly decorator?: { readonly operation: string };
  readonly direct_response?: DirectResponseAction;
  readonly request_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_remove?: readonly string[];
  readonly request_headers_to_remove?: readonly string[];
  readonly typed_per_filter_config?: PerFilterConfig;
  readonly name?: string;
  readonly stat_prefix?: string;
}

export interface PerFilterConfig {
  readonly 'envoy.filters.http.fault'?: HttpFault;
  readonly 'envoy.filters.http.cors'?: CorsPolicy;
}

export interface StringMatcher {
  readonly exact?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  /** RE2; must match the whole string. */
  readonly safe_regex?: { readonly regex: string };
  readonly ignore_case?: boolean;
  readonly contains?: string;
}

export interface RouteMatch {
  /** Exactly one of `prefix`, `path`, `safe_regex` and `path_separated_prefix`. */
  readonly prefix?: string;
  readonly path?: string;
  readonly case_sensitive?: boolean;
  readonly headers?: readonly HeaderMatcher[];
  readonly query_parameters?: readonly QueryParameterMatcher[];
  readonly runtime_fraction?: RuntimeFractionalPercent;
  readonly safe_regex?: { readonly regex: string };
  /** What filters know of the request. */
  readonly dynamic_metadata?: readonly MetadataMatcher[];
  readonly path_separated_prefix?: string;
}

/** `:method`, `:scheme`, `:authority` and `:path` name the pseudo headers. */
export interface HeaderMatcher {
  readonly name: string;
  readonly present_match?: boolean;
  readonly invert_match?: boolean;
  readonly string_match?: StringMatcher;
  readonly treat_missing_header_as_empty?: boolean;
}

export interface QueryParameterMatcher {
  readonly name: string;
  readonly string_match?: StringMatcher;
  readonly present_match?: boolean;
}

export interface RouteAction {
  readonly cluster?: string;
  readonly weighted_clusters?: { readonly clusters: readonly WeightedCluster[] };
  readonly prefix_rewrite?: string;
  readonly host_rewrite_literal?: string;
  /** "0s" is no limit; absent is Envoy's 15 s. */
  readonly timeout?: Duration;
  readonly retry_policy?: RetryPolicy;
  readonly hash_policy?: readonly HashPolicy[];
  readonly cluster_not_found_response_code?: 'SERVICE_UNAVAILABLE' | 'NOT_FOUND' | 'INTERNAL_SERVER_ERROR';
  readonly max_grpc_timeout?: Duration;
  readonly request_mirror_policies?: readonly RequestMirrorPolicy[];
  readonly regex_rewrite?: { readonly pattern: { readonly regex: string }; readonly substitution: string };
  /** Shown; nothing but 0s, which is no limit, is written. */
  readonly max_stream_duration?: {
    readonly max_stream_duration: Duration;
    readonly grpc_timeout_header_max: Duration;
  };
}

export interface WeightedCluster {
  readonly name: string;
  readonly weight: number;
  readonly request_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_remove?: readonly string[];
  readonly request_headers_to_remove?: readonly string[];
  readonly host_rewrite_literal?: string;
}

export interface RetryPolicy {
  /** Comma list: "connect-failure,refused-stream,…". */
  readonly retry_on: string;
  readonly num_retries?: number;
  readonly per_try_timeout?: Duration;
  /** Chooses among priorities of endpoints, of which there is one. */
  readonly retry_priority?: {
    readonly name: 'envoy.retry_priorities.previous_priorities';
    readonly typed_config: {
      readonly '@type': 'type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig';
      readonly update_frequency: number;
    };
  };
  readonly retry_host_predicate?: readonly {
    readonly name: 'envoy.retry_host_predicates.previous_hosts';
    readonly typed_config: {
      readonly '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate';
    };
  }[];
  readonly host_selection_retry_max_attempts?: string;
  readonly retriable_status_codes?: readonly number[];
  readonly retry_back_off?: { readonly base_interval: Duration; readonly max_interval?: Duration };
}

export interface RequestMirrorPolicy {
  readonly cluster: string;
  readonly runtime_fraction?: RuntimeFractionalPercent;
  readonly trace_sampled?: boolean;
}

export interface HashPolicy {
  readonly header?: { readonly header_name: string };
  readonly cookie?: { readonly name: string; readonly ttl?: Duration; readonly path?: string };
  readonly connection_properties?: { readonly source_ip: boolean };
  readonly query_parameter?: { readonly name: string };
}

export interface HeaderValueOption {
  readonly header: { readonly key: string; readonly value: string };
  readonly append_action?: 'APPEND_IF_EXISTS_OR_ADD' | 'OVERWRITE_IF_EXISTS_OR_ADD' | 'ADD_IF_ABSENT';
}

export interface RedirectAction {
  readonly host_redirect?: string;
  readonly path_redirect?: string;
  /** Absent: MOVED_PERMANENTLY. */
  readonly response_code?:
    | 'MOVED_PERMANENTLY'
    | 'FOUND'
    | 'SEE_OTHER'
    | 'TEMPORARY_REDIRECT'
    | 'PERMANENT_REDIRECT';
  readonly https_redirect?: boolean;
  readonly prefix_rewrite?: string;
  readonly scheme_redirect?: string;
  readonly port_redirect?: number;
}

export interface DirectResponseAction {
  readonly status: number;
  /** `inline_bytes` is base64. */
  readonly body?: { readonly inline_string?: string; readonly inline_bytes?: string };
}

/** envoy.extensions.filters.http.fault.v3.HTTPFault */
export interface HttpFault {
  readonly '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault';
  readonly delay?: { readonly fixed_delay: Duration; readonly percentage: FractionalPercent };
  readonly abort?: {
    readonly http_status?: number;
    readonly percentage: FractionalPercent;
    readonly grpc_status?: number;
  };
}

/** envoy.extensions.filters.http.cors.v3.CorsPolicy */
export interface CorsPolicy {
  readonly '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy';
  readonly allow_origin_string_match?: readonly StringMatcher[];
  readonly allow_methods?: string;
  readonly allow_headers?: string;
  readonly expose_headers?: string;
  readonly max_age?: string;
  readonly allow_credentials?: boolean;
  readonly filter_enabled?: RuntimeFractionalPercent;
  readonly forward_not_matching_preflights?: boolean;
}
