// The HTTP filters of all connection managers, in the order in which requests pass them: what Istio's proxies tell each
// other of their workloads, then what a workload's policies ask for, then the rest.

import type { HttpFilter } from '../../envoy/config.ts';

export type Direction = 'sidecar-outbound' | 'sidecar-inbound' | 'gateway';

export const httpFiltersOf = (direction: Direction, policies: readonly HttpFilter[]): readonly HttpFilter[] =>
  policies.length === 0
    ? withoutPolicies[direction]
    : [exchange[direction], ...policies, ...afterPolicies[direction]];

/** Envoy has no types for messages of Istio's own filters. */
const exchangeOf = (value: object): HttpFilter => ({
  name: 'istio.metadata_exchange',
  typed_config: {
    '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
    type_url: 'type.googleapis.com/io.istio.http.peer_metadata.Config',
    value,
  },
});

const ways = [{ istio_headers: {} }, { workload_discovery: {} }];
const inHeaders = [{ istio_headers: {} }];

const toServers = exchangeOf({ upstream_discovery: ways, upstream_propagation: inHeaders });
const exchange: Readonly<Record<Direction, HttpFilter>> = {
  'sidecar-outbound': toServers,
  'sidecar-inbound': exchangeOf({ downstream_discovery: ways, downstream_propagation: inHeaders }),
  gateway: toServers,
};

const grpcStats: HttpFilter = {
  name: 'envoy.filters.http.grpc_stats',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.grpc_stats.v3.FilterConfig',
    emit_filter_state: true,
    stats_for_all_methods: false,
  },
};

/** What clients say in the handshake of mutual TLS, by the protocol that they will speak. */
const alpn: HttpFilter = {
  name: 'istio.alpn',
  typed_config: {
    '@type': 'type.googleapis.com/istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig',
    alpn_override: [
      { alpn_override: ['istio-http/1.0', 'istio', 'http/1.0'] },
      { upstream_protocol: 'HTTP11', alpn_override: ['istio-http/1.1', 'istio', 'http/1.1'] },
      { upstream_protocol: 'HTTP2', alpn_override: ['istio-h2', 'istio', 'h2'] },
    ],
  },
};

const others: readonly HttpFilter[] = [
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

const asClient = [grpcStats, alpn, ...others];
const afterPolicies: Readonly<Record<Direction, readonly HttpFilter[]>> = {
  'sidecar-outbound': asClient,
  'sidecar-inbound': [grpcStats, ...others],
  gateway: asClient,
};

const withoutPolicies: Readonly<Record<Direction, readonly HttpFilter[]>> = {
  'sidecar-outbound': [exchange['sidecar-outbound'], ...asClient],
  'sidecar-inbound': [exchange['sidecar-inbound'], ...afterPolicies['sidecar-inbound']],
  gateway: [exchange.gateway, ...asClient],
};
