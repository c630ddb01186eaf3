// Envoy's messages (github.com/envoyproxy/envoy, api/envoy/**.proto) with the fields that mesh/ writes, and their
// numbers. One is `name number type`; `[]` stands for repeated, `{}` for a map of texts to it, and `?` for one that is
// written even when it has its type's zero. Packages are those of envoy, and pb is google.protobuf; a type without one
// is of the same.

export const envoyMessages = `
package admin.v3
  BootstrapConfigDump: bootstrap 1 config.bootstrap.v3.Bootstrap
  ClustersConfigDump: dynamic_active_clusters 3 ClustersConfigDump.DynamicCluster[]
  ClustersConfigDump.DynamicCluster: cluster 2 pb.Any
  EcdsConfigDump:
  ListenersConfigDump: dynamic_listeners 3 ListenersConfigDump.DynamicListener[]
  ListenersConfigDump.DynamicListener: name 1 string, active_state 2 ListenersConfigDump.DynamicListenerState
  ListenersConfigDump.DynamicListenerState: listener 2 pb.Any
  RoutesConfigDump: dynamic_route_configs 3 RoutesConfigDump.DynamicRouteConfig[]
  RoutesConfigDump.DynamicRouteConfig: route_config 2 pb.Any
  ScopedRoutesConfigDump:
  SecretsConfigDump: dynamic_active_secrets 2 SecretsConfigDump.DynamicSecret[]
  SecretsConfigDump.DynamicSecret: name 1 string, secret 4 pb.Any
package config.accesslog.v3
  AccessLog: name 1 string, filter 2 AccessLogFilter, typed_config 4 pb.Any
  AccessLogFilter: response_flag_filter 9 ResponseFlagFilter
  ResponseFlagFilter: flags 1 string[]
package config.bootstrap.v3
  Bootstrap:
package config.cluster.v3
  enum Cluster.DiscoveryType: STATIC 0, STRICT_DNS 1, LOGICAL_DNS 2, EDS 3, ORIGINAL_DST 4
  enum Cluster.DnsLookupFamily: AUTO 0, V4_ONLY 1, V6_ONLY 2, V4_PREFERRED 3, ALL 4
  enum Cluster.LbPolicy: ROUND_ROBIN 0, LEAST_REQUEST 1, RING_HASH 2, RANDOM 3, MAGLEV 5, CLUSTER_PROVIDED 6,
    LOAD_BALANCING_POLICY_CONFIG 7
  CircuitBreakers: thresholds 1 CircuitBreakers.Thresholds[]
  CircuitBreakers.Thresholds: max_connections 2 pb.UInt32Value, max_pending_requests 3 pb.UInt32Value,
    max_requests 4 pb.UInt32Value, max_retries 5 pb.UInt32Value, track_remaining 6 bool
  Cluster: name 1 string, type 2 Cluster.DiscoveryType?, eds_cluster_config 3 Cluster.EdsClusterConfig,
    connect_timeout 4 pb.Duration, lb_policy 6 Cluster.LbPolicy, max_requests_per_connection 9 pb.UInt32Value,
    circuit_breakers 10 CircuitBreakers, dns_refresh_rate 16 pb.Duration, dns_lookup_family 17 Cluster.DnsLookupFamily,
    outlier_detection 19 OutlierDetection, cleanup_interval 20 pb.Duration,
    upstream_bind_config 21 config.core.v3.BindConfig, ring_hash_lb_config 23 Cluster.RingHashLbConfig,
    transport_socket 24 config.core.v3.TransportSocket, metadata 25 config.core.v3.Metadata,
    common_lb_config 27 Cluster.CommonLbConfig, alt_stat_name 28 string,
    load_assignment 33 config.endpoint.v3.ClusterLoadAssignment, typed_extension_protocol_options 36 pb.Any{},
    respect_dns_ttl 39 bool, transport_socket_matches 43 Cluster.TransportSocketMatch[],
    maglev_lb_config 52 Cluster.MaglevLbConfig, typed_dns_resolver_config 55 config.core.v3.TypedExtensionConfig,
    dns_jitter 58 pb.Duration
  Cluster.CommonLbConfig: healthy_panic_threshold 1 type.v3.Percent
  Cluster.EdsClusterConfig: eds_config 1 config.core.v3.ConfigSource, service_name 2 string
  Cluster.MaglevLbConfig: table_size 1 pb.UInt64Value
  Cluster.RingHashLbConfig: minimum_ring_size 1 pb.UInt64Value
  Cluster.TransportSocketMatch: name 1 string, match 2 pb.Struct, transport_socket 3 config.core.v3.TransportSocket
  OutlierDetection: consecutive_5xx 1 pb.UInt32Value, interval 2 pb.Duration, base_ejection_time 3 pb.Duration,
    max_ejection_percent 4 pb.UInt32Value, enforcing_consecutive_5xx 5 pb.UInt32Value,
    enforcing_success_rate 6 pb.UInt32Value, consecutive_gateway_failure 10 pb.UInt32Value,
    enforcing_consecutive_gateway_failure 11 pb.UInt32Value, split_external_local_origin_errors 12 bool,
    consecutive_local_origin_failure 13 pb.UInt32Value
package config.core.v3
  enum ApiConfigSource.ApiType: DEPRECATED_AND_UNAVAILABLE_DO_NOT_USE 0, REST 1, GRPC 2, DELTA_GRPC 3,
    AGGREGATED_GRPC 5, AGGREGATED_DELTA_GRPC 6
  enum ApiVersion: AUTO 0, V2 1, V3 2
  enum HeaderValueOption.HeaderAppendAction: APPEND_IF_EXISTS_OR_ADD 0, ADD_IF_ABSENT 1, OVERWRITE_IF_EXISTS_OR_ADD 2,
    OVERWRITE_IF_EXISTS 3
  enum HealthStatus: UNKNOWN 0, HEALTHY 1, UNHEALTHY 2, DRAINING 3, TIMEOUT 4, DEGRADED 5
  enum TrafficDirection: UNSPECIFIED 0, INBOUND 1, OUTBOUND 2
  Address: socket_address 1 SocketAddress
  AggregatedConfigSource:
  ApiConfigSource: api_type 1 ApiConfigSource.ApiType, grpc_services 4 GrpcService[],
    set_node_on_first_message_only 7 bool, transport_api_version 8 ApiVersion
  BindConfig: source_address 1 SocketAddress
  CidrRange: address_prefix 1 string, prefix_len 2 pb.UInt32Value
  ConfigSource: api_config_source 2 ApiConfigSource, ads 3 AggregatedConfigSource, initial_fetch_timeout 4 pb.Duration,
    resource_api_version 6 ApiVersion
  DataSource: inline_bytes 2 bytes?, inline_string 3 string?
  GrpcService: envoy_grpc 1 GrpcService.EnvoyGrpc
  GrpcService.EnvoyGrpc: cluster_name 1 string, authority 2 string
  HeaderValue: key 1 string, value 2 string
  HeaderValueOption: header 1 HeaderValue, append_action 3 HeaderValueOption.HeaderAppendAction
  Http1ProtocolOptions:
  Http2ProtocolOptions:
  HttpProtocolOptions: idle_timeout 1 pb.Duration, max_requests_per_connection 6 pb.UInt32Value
  Metadata: filter_metadata 1 pb.Struct{}
  RuntimeFractionalPercent: default_value 1 type.v3.FractionalPercent
  SocketAddress: address 2 string, port_value 3 uint32?
  SubstitutionFormatString: json_format 2 pb.Struct, text_format_source 5 DataSource
  TransportSocket: name 1 string, typed_config 3 pb.Any
  TypedExtensionConfig: name 1 string, typed_config 2 pb.Any
package config.endpoint.v3
  ClusterLoadAssignment: cluster_name 1 string, endpoints 2 LocalityLbEndpoints[]
  Endpoint: address 1 config.core.v3.Address
  LbEndpoint: endpoint 1 Endpoint, health_status 2 config.core.v3.HealthStatus, metadata 3 config.core.v3.Metadata,
    load_balancing_weight 4 pb.UInt32Value
  LocalityLbEndpoints: lb_endpoints 2 LbEndpoint[], load_balancing_weight 3 pb.UInt32Value
package config.listener.v3
  Filter: name 1 string, typed_config 4 pb.Any
  FilterChain: filter_chain_match 1 FilterChainMatch, filters 3 Filter[],
    transport_socket 6 config.core.v3.TransportSocket, name 7 string, transport_socket_connect_timeout 9 pb.Duration
  FilterChainMatch: prefix_ranges 3 config.core.v3.CidrRange[], destination_port 8 pb.UInt32Value,
    transport_protocol 9 string, application_protocols 10 string[], server_names 11 string[]
  Listener: name 1 string, address 2 config.core.v3.Address, filter_chains 3 FilterChain[],
    use_original_dst 4 pb.BoolValue, listener_filters 9 ListenerFilter[], listener_filters_timeout 15 pb.Duration,
    traffic_direction 16 config.core.v3.TrafficDirection, continue_on_listener_filters_timeout 17 bool,
    access_log 22 config.accesslog.v3.AccessLog[], default_filter_chain 25 FilterChain, bind_to_port 26 pb.BoolValue,
    ignore_global_conn_limit 31 bool, bypass_overload_manager 35 bool
  ListenerFilter: name 1 string, typed_config 3 pb.Any, filter_disabled 4 ListenerFilterChainMatchPredicate
  ListenerFilterChainMatchPredicate: or_match 1 ListenerFilterChainMatchPredicate.MatchSet,
    destination_port_range 5 type.v3.Int32Range
  ListenerFilterChainMatchPredicate.MatchSet: rules 1 ListenerFilterChainMatchPredicate[]
package config.rbac.v3
  enum RBAC.Action: ALLOW 0, DENY 1, LOG 2
  Permission: and_rules 1 Permission.Set, or_rules 2 Permission.Set, any 3 bool?, header 4 config.route.v3.HeaderMatcher,
    destination_ip 5 config.core.v3.CidrRange, destination_port 6 uint32?, metadata 7 type.matcher.v3.MetadataMatcher,
    not_rule 8 Permission, requested_server_name 9 type.matcher.v3.StringMatcher,
    url_path 10 type.matcher.v3.PathMatcher, uri_template 13 config.core.v3.TypedExtensionConfig
  Permission.Set: rules 1 Permission[]
  Policy: permissions 1 Permission[], principals 2 Principal[]
  Principal: and_ids 1 Principal.Set, or_ids 2 Principal.Set, any 3 bool?, authenticated 4 Principal.Authenticated,
    header 6 config.route.v3.HeaderMatcher, metadata 7 type.matcher.v3.MetadataMatcher, not_id 8 Principal,
    direct_remote_ip 10 config.core.v3.CidrRange, remote_ip 11 config.core.v3.CidrRange
  Principal.Authenticated: principal_name 2 type.matcher.v3.StringMatcher
  Principal.Set: ids 1 Principal[]
  RBAC: action 1 RBAC.Action, policies 2 Policy{}
package config.route.v3
  enum RedirectAction.RedirectResponseCode: MOVED_PERMANENTLY 0, FOUND 1, SEE_OTHER 2, TEMPORARY_REDIRECT 3,
    PERMANENT_REDIRECT 4
  enum RouteAction.ClusterNotFoundResponseCode: SERVICE_UNAVAILABLE 0, NOT_FOUND 1, INTERNAL_SERVER_ERROR 2
  enum VirtualHost.TlsRequirementType: NONE 0, EXTERNAL_ONLY 1, ALL 2
  Decorator: operation 1 string
  DirectResponseAction: status 1 uint32, body 2 config.core.v3.DataSource
  HeaderMatcher: name 1 string, present_match 7 bool?, invert_match 8 bool,
    string_match 13 type.matcher.v3.StringMatcher, treat_missing_header_as_empty 14 bool
  QueryParameterMatcher: name 1 string, string_match 5 type.matcher.v3.StringMatcher, present_match 6 bool?
  RedirectAction: host_redirect 1 string, path_redirect 2 string?, response_code 3 RedirectAction.RedirectResponseCode,
    https_redirect 4 bool?, prefix_rewrite 5 string?, scheme_redirect 7 string?, port_redirect 8 uint32
  RetryPolicy: retry_on 1 string, num_retries 2 pb.UInt32Value, per_try_timeout 3 pb.Duration,
    retry_priority 4 RetryPolicy.RetryPriority, retry_host_predicate 5 RetryPolicy.RetryHostPredicate[],
    host_selection_retry_max_attempts 6 int64, retriable_status_codes 7 uint32[],
    retry_back_off 8 RetryPolicy.RetryBackOff
  RetryPolicy.RetryBackOff: base_interval 1 pb.Duration, max_interval 2 pb.Duration
  RetryPolicy.RetryHostPredicate: name 1 string, typed_config 3 pb.Any
  RetryPolicy.RetryPriority: name 1 string, typed_config 3 pb.Any
  Route: match 1 RouteMatch, route 2 RouteAction, redirect 3 RedirectAction, metadata 4 config.core.v3.Metadata,
    decorator 5 Decorator, direct_response 7 DirectResponseAction,
    request_headers_to_add 9 config.core.v3.HeaderValueOption[],
    response_headers_to_add 10 config.core.v3.HeaderValueOption[], response_headers_to_remove 11 string[],
    request_headers_to_remove 12 string[], typed_per_filter_config 13 pb.Any{}, name 14 string, stat_prefix 19 string
  RouteAction: cluster 1 string?, weighted_clusters 3 WeightedCluster, prefix_rewrite 5 string,
    host_rewrite_literal 6 string?, timeout 8 pb.Duration, retry_policy 9 RetryPolicy,
    hash_policy 15 RouteAction.HashPolicy[], cluster_not_found_response_code 20 RouteAction.ClusterNotFoundResponseCode,
    max_grpc_timeout 23 pb.Duration, request_mirror_policies 30 RouteAction.RequestMirrorPolicy[],
    regex_rewrite 32 type.matcher.v3.RegexMatchAndSubstitute, max_stream_duration 36 RouteAction.MaxStreamDuration
  RouteAction.HashPolicy: header 1 RouteAction.HashPolicy.Header, cookie 2 RouteAction.HashPolicy.Cookie,
    connection_properties 3 RouteAction.HashPolicy.ConnectionProperties,
    query_parameter 5 RouteAction.HashPolicy.QueryParameter
  RouteAction.HashPolicy.ConnectionProperties: source_ip 1 bool
  RouteAction.HashPolicy.Cookie: name 1 string, ttl 2 pb.Duration, path 3 string
  RouteAction.HashPolicy.Header: header_name 1 string
  RouteAction.HashPolicy.QueryParameter: name 1 string
  RouteAction.MaxStreamDuration: max_stream_duration 1 pb.Duration, grpc_timeout_header_max 2 pb.Duration
  RouteAction.RequestMirrorPolicy: cluster 1 string, runtime_fraction 3 config.core.v3.RuntimeFractionalPercent,
    trace_sampled 4 pb.BoolValue
  RouteConfiguration: name 1 string, virtual_hosts 2 VirtualHost[], validate_clusters 7 pb.BoolValue,
    max_direct_response_body_size_bytes 11 pb.UInt32Value, ignore_port_in_host_matching 14 bool
  RouteMatch: prefix 1 string?, path 2 string?, case_sensitive 4 pb.BoolValue, headers 6 HeaderMatcher[],
    query_parameters 7 QueryParameterMatcher[], runtime_fraction 9 config.core.v3.RuntimeFractionalPercent,
    safe_regex 10 type.matcher.v3.RegexMatcher, dynamic_metadata 13 type.matcher.v3.MetadataMatcher[],
    path_separated_prefix 14 string?
  VirtualHost: name 1 string, domains 2 string[], routes 3 Route[], require_tls 4 VirtualHost.TlsRequirementType,
    include_request_attempt_count 14 bool
  WeightedCluster: clusters 1 WeightedCluster.ClusterWeight[]
  WeightedCluster.ClusterWeight: name 1 string, weight 2 pb.UInt32Value,
    request_headers_to_add 4 config.core.v3.HeaderValueOption[],
    response_headers_to_add 5 config.core.v3.HeaderValueOption[], response_headers_to_remove 6 string[],
    request_headers_to_remove 9 string[], host_rewrite_literal 11 string?
package config.trace.v3
  OpenTelemetryConfig: grpc_service 1 config.core.v3.GrpcService, service_name 2 string
  Tracing.Http: name 1 string, typed_config 3 pb.Any
package extensions.access_loggers.file.v3
  FileAccessLog: path 1 string, log_format 5 config.core.v3.SubstitutionFormatString
package extensions.filters.common.fault.v3
  FaultDelay: fixed_delay 3 pb.Duration, percentage 4 type.v3.FractionalPercent
package extensions.filters.http.cors.v3
  Cors:
  CorsPolicy: allow_origin_string_match 1 type.matcher.v3.StringMatcher[], allow_methods 2 string,
    allow_headers 3 string, expose_headers 4 string, max_age 5 string, allow_credentials 6 pb.BoolValue,
    filter_enabled 7 config.core.v3.RuntimeFractionalPercent, forward_not_matching_preflights 10 pb.BoolValue
package extensions.filters.http.fault.v3
  FaultAbort: http_status 2 uint32?, percentage 3 type.v3.FractionalPercent, grpc_status 5 uint32?
  HTTPFault: delay 1 extensions.filters.common.fault.v3.FaultDelay, abort 2 FaultAbort
package extensions.filters.http.grpc_stats.v3
  FilterConfig: emit_filter_state 1 bool, stats_for_all_methods 3 pb.BoolValue
package extensions.filters.http.jwt_authn.v3
  JwtAuthentication: providers 1 JwtProvider{}, rules 2 RequirementRule[], bypass_cors_preflight 4 bool
  JwtClaimToHeader: header_name 1 string, claim_name 2 string
  JwtHeader: name 1 string, value_prefix 2 string
  JwtProvider: issuer 1 string, audiences 2 string[], local_jwks 4 config.core.v3.DataSource, forward 5 bool,
    from_headers 6 JwtHeader[], from_params 7 string[], forward_payload_header 8 string, payload_in_metadata 9 string,
    from_cookies 13 string[], claim_to_headers 15 JwtClaimToHeader[], clear_route_cache 17 bool,
    normalize_payload_in_metadata 18 JwtProvider.NormalizePayload
  JwtProvider.NormalizePayload: space_delimited_claims 1 string[]
  JwtRequirement: provider_name 1 string?, requires_any 3 JwtRequirementOrList, requires_all 4 JwtRequirementAndList,
    allow_missing 6 pb.Empty
  JwtRequirementAndList: requirements 1 JwtRequirement[]
  JwtRequirementOrList: requirements 1 JwtRequirement[]
  RequirementRule: match 1 config.route.v3.RouteMatch, requires 2 JwtRequirement
package extensions.filters.http.rbac.v3
  RBAC: rules 1 config.rbac.v3.RBAC, shadow_rules 2 config.rbac.v3.RBAC, shadow_rules_stat_prefix 3 string
package extensions.filters.http.router.v3
  Router:
package extensions.filters.listener.http_inspector.v3
  HttpInspector:
package extensions.filters.listener.original_dst.v3
  OriginalDst:
package extensions.filters.listener.tls_inspector.v3
  TlsInspector: initial_read_buffer_size 2 pb.UInt32Value
package extensions.filters.network.http_connection_manager.v3
  enum HttpConnectionManager.ForwardClientCertDetails: SANITIZE 0, FORWARD_ONLY 1, APPEND_FORWARD 2, SANITIZE_SET 3,
    ALWAYS_FORWARD_ONLY 4
  enum HttpConnectionManager.PathWithEscapedSlashesAction: IMPLEMENTATION_SPECIFIC_DEFAULT 0, KEEP_UNCHANGED 1,
    REJECT_REQUEST 2, UNESCAPE_AND_REDIRECT 3, UNESCAPE_AND_FORWARD 4
  enum HttpConnectionManager.ServerHeaderTransformation: OVERWRITE 0, APPEND_IF_ABSENT 1, PASS_THROUGH 2
  HttpConnectionManager: stat_prefix 2 string, rds 3 Rds, route_config 4 config.route.v3.RouteConfiguration,
    http_filters 5 HttpFilter[], tracing 7 HttpConnectionManager.Tracing,
    http_protocol_options 8 config.core.v3.Http1ProtocolOptions,
    http2_protocol_options 9 config.core.v3.Http2ProtocolOptions, server_name 10 string,
    access_log 13 config.accesslog.v3.AccessLog[], use_remote_address 14 pb.BoolValue,
    forward_client_cert_details 16 HttpConnectionManager.ForwardClientCertDetails,
    set_current_client_cert_details 17 HttpConnectionManager.SetCurrentClientCertDetails, proxy_100_continue 18 bool,
    upgrade_configs 23 HttpConnectionManager.UpgradeConfig[], stream_idle_timeout 24 pb.Duration,
    normalize_path 30 pb.BoolValue, server_header_transformation 34 HttpConnectionManager.ServerHeaderTransformation,
    request_id_extension 36 RequestIDExtension,
    path_with_escaped_slashes_action 45 HttpConnectionManager.PathWithEscapedSlashesAction
  HttpConnectionManager.SetCurrentClientCertDetails: subject 1 pb.BoolValue, cert 3 bool, dns 4 bool, uri 5 bool
  HttpConnectionManager.Tracing: client_sampling 3 type.v3.Percent, random_sampling 4 type.v3.Percent,
    overall_sampling 5 type.v3.Percent, custom_tags 8 type.tracing.v3.CustomTag[],
    provider 9 config.trace.v3.Tracing.Http
  HttpConnectionManager.UpgradeConfig: upgrade_type 1 string
  HttpFilter: name 1 string, typed_config 4 pb.Any
  Rds: config_source 1 config.core.v3.ConfigSource, route_config_name 2 string
  RequestIDExtension: typed_config 1 pb.Any
package extensions.filters.network.rbac.v3
  RBAC: rules 1 config.rbac.v3.RBAC, shadow_rules 2 config.rbac.v3.RBAC, stat_prefix 3 string,
    shadow_rules_stat_prefix 5 string
package extensions.filters.network.tcp_proxy.v3
  TcpProxy: stat_prefix 1 string, cluster 2 string?, access_log 5 config.accesslog.v3.AccessLog[]
package extensions.network.dns_resolver.cares.v3
  CaresDnsResolverConfig: udp_max_queries 5 pb.UInt32Value
package extensions.path.match.uri_template.v3
  UriTemplateMatchConfig: path_template 1 string
package extensions.request_id.uuid.v3
  UuidRequestIdConfig: use_request_id_for_trace_sampling 2 pb.BoolValue
package extensions.retry.host.previous_hosts.v3
  PreviousHostsPredicate:
package extensions.retry.priority.previous_priorities.v3
  PreviousPrioritiesConfig: update_frequency 1 int32
package extensions.transport_sockets.raw_buffer.v3
  RawBuffer:
package extensions.transport_sockets.tls.v3
  enum TlsParameters.TlsProtocol: TLS_AUTO 0, TLSv1_0 1, TLSv1_1 2, TLSv1_2 3, TLSv1_3 4
  CertificateValidationContext: trusted_ca 1 config.core.v3.DataSource,
    match_subject_alt_names 9 type.matcher.v3.StringMatcher[]
  CommonTlsContext: tls_params 1 TlsParameters, alpn_protocols 4 string[],
    tls_certificate_sds_secret_configs 6 SdsSecretConfig[],
    combined_validation_context 8 CommonTlsContext.CombinedCertificateValidationContext
  CommonTlsContext.CombinedCertificateValidationContext: default_validation_context 1 CertificateValidationContext,
    validation_context_sds_secret_config 2 SdsSecretConfig
  DownstreamTlsContext: common_tls_context 1 CommonTlsContext, require_client_certificate 2 pb.BoolValue
  SdsSecretConfig: name 1 string, sds_config 2 config.core.v3.ConfigSource
  Secret: name 1 string, tls_certificate 2 TlsCertificate, validation_context 4 CertificateValidationContext
  TlsCertificate: certificate_chain 1 config.core.v3.DataSource, private_key 2 config.core.v3.DataSource
  TlsParameters: tls_minimum_protocol_version 1 TlsParameters.TlsProtocol,
    tls_maximum_protocol_version 2 TlsParameters.TlsProtocol, cipher_suites 3 string[]
  UpstreamTlsContext: common_tls_context 1 CommonTlsContext, sni 2 string
package extensions.upstreams.http.v3
  HttpProtocolOptions: common_http_protocol_options 1 config.core.v3.HttpProtocolOptions,
    explicit_http_config 3 HttpProtocolOptions.ExplicitHttpConfig,
    use_downstream_protocol_config 4 HttpProtocolOptions.UseDownstreamHttpConfig
  HttpProtocolOptions.ExplicitHttpConfig: http_protocol_options 1 config.core.v3.Http1ProtocolOptions,
    http2_protocol_options 2 config.core.v3.Http2ProtocolOptions
  HttpProtocolOptions.UseDownstreamHttpConfig: http_protocol_options 1 config.core.v3.Http1ProtocolOptions,
    http2_protocol_options 2 config.core.v3.Http2ProtocolOptions
package type.matcher.v3
  ListMatcher: one_of 1 ValueMatcher
  MetadataMatcher: filter 1 string, path 2 MetadataMatcher.PathSegment[], value 3 ValueMatcher, invert 4 bool
  MetadataMatcher.PathSegment: key 1 string?
  OrMatcher: value_matchers 1 ValueMatcher[]
  PathMatcher: path 1 StringMatcher
  RegexMatchAndSubstitute: pattern 1 RegexMatcher, substitution 2 string
  RegexMatcher: regex 2 string
  StringMatcher: exact 1 string?, prefix 2 string?, suffix 3 string?, safe_regex 5 RegexMatcher, ignore_case 6 bool,
    contains 7 string?
  ValueMatcher: string_match 3 StringMatcher, present_match 5 bool?, list_match 6 ListMatcher, or_match 7 OrMatcher
package type.metadata.v3
  MetadataKey: key 1 string, path 2 MetadataKey.PathSegment[]
  MetadataKey.PathSegment: key 1 string?
  MetadataKind: request 1 MetadataKind.Request
  MetadataKind.Request:
package type.tracing.v3
  CustomTag: tag 1 string, literal 2 CustomTag.Literal, metadata 5 CustomTag.Metadata
  CustomTag.Literal: value 1 string
  CustomTag.Metadata: kind 1 type.metadata.v3.MetadataKind, metadata_key 2 type.metadata.v3.MetadataKey
package type.v3
  enum FractionalPercent.DenominatorType: HUNDRED 0, TEN_THOUSAND 1, MILLION 2
  FractionalPercent: numerator 1 uint32, denominator 2 FractionalPercent.DenominatorType
  Int32Range: start 1 int32, end 2 int32
  Percent: value 1 double
`;
