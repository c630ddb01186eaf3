// Istio lets every proxy ask for traces, of one request in a hundred unless Telemetry says otherwise. Nothing is traced here;
// the settings are seen in /config_dump.

import type { Listener, FilterChain, NetworkFilter } from '../../envoy/config.ts';
import type { ProxyNode } from '../proxy-node.ts';

export function withTracing(listener: Listener, node: ProxyNode): Listener {
  const tracing = tracingOf(node);
  const chain = (one: FilterChain): FilterChain => ({
    ...one,
    filters: one.filters.map((filter) => traced(filter, tracing)),
  });
  const { default_filter_chain: last } = listener;
  return {
    ...listener,
    filter_chains: listener.filter_chains.map(chain),
    ...(last && { default_filter_chain: chain(last) }),
  };
}

function traced(filter: NetworkFilter, tracing: object): NetworkFilter {
  if (filter.name !== 'envoy.filters.network.http_connection_manager') return filter;
  const { '@type': type, stat_prefix, rds, route_config, http_filters, ...rest } = filter.typed_config;
  const typed_config = {
    '@type': type,
    stat_prefix,
    ...(rds && { rds }),
    ...(route_config && { route_config }),
    http_filters,
    tracing,
    ...rest,
  };
  return { ...filter, typed_config };
}

/** Spans carry whose they are, and what policies that are only tried would have done. */
const tracingOf = ({ labels, namespace }: ProxyNode): object => ({
  client_sampling: { value: 100 },
  random_sampling: { value: 1 },
  overall_sampling: { value: 100 },
  custom_tags: [
    ...triedPolicies,
    literal('istio.canonical_revision', labels['service.istio.io/canonical-revision'] ?? 'latest'),
    literal('istio.canonical_service', labels['service.istio.io/canonical-name'] ?? 'unknown'),
    literal('istio.cluster_id', 'Kubernetes'),
    literal('istio.mesh_id', 'cluster.local'),
    literal('istio.namespace', namespace),
  ],
});

const literal = (tag: string, value: string): object => ({ tag, literal: { value } });

const triedPolicies = ['allow', 'deny'].flatMap((action) =>
  [
    ['name', 'effective_policy_id'],
    ['result', 'engine_result'],
  ].map(([what = '', key = '']) => ({
    tag: `istio.authorization.dry_run.${action}_policy.${what}`,
    metadata: {
      kind: { request: {} },
      metadata_key: {
        key: 'envoy.filters.http.rbac',
        path: [{ key: `istio_dry_run_${action}_shadow_${key}` }],
      },
    },
  })),
);
