import { assignment, membersOf } from './load-assignments.ts';
import { commonHttpOptionsOf, connectionPoolOf } from './connection-pool.ts';
import { fromAds } from '../from-ads.ts';
import { httpOptionsOf } from './http-options.ts';
import { inFieldOrder } from './field-order.ts';
import { loadBalancerOf } from './load-balancer.ts';
import { outboundCluster } from '../route/route-context.ts';
import { outlierDetectionOf } from './outlier-detection.ts';
import { policyFor } from './traffic-policy.ts';
import { sniOf, upstreamTlsOf, upstreamTlsToOriginal } from './upstream-tls.ts';
import type { Cluster } from '../../envoy/config.ts';
import type { Metadata } from '../../envoy/values.ts';
import type { ClientTls, DestinationRule, Subset } from '../kube/destination-rule.ts';
import type { MeshService, ServicePort } from '../kube/service.ts';
import type { ProxyNode } from '../proxy-node.ts';
import type { ServiceEndpoints } from '../model/service-endpoints.ts';

export interface OutboundService {
  readonly service: MeshService;
  readonly rule: DestinationRule | undefined;
  readonly endpoints: ServiceEndpoints;
  /** Identities of all workloads behind it. */
  readonly accounts: readonly string[];
}

/** For every port of a service the whole, then its subsets. */
export function outboundClusters(of: OutboundService, proxyType: ProxyNode['type']): Cluster[] {
  const { service, rule, endpoints } = of;
  return service.ports
    .filter(({ protocol }) => protocol !== 'UDP')
    .flatMap((port) =>
      [undefined, ...(rule?.subsets ?? [])].flatMap((subset) => {
        const cluster = outbound(of, port, subset, proxyType);
        if (!service.discovery.endsWith('_DNS')) return cluster;
        const members = membersOf(subset, endpoints.get(port.key) ?? []);
        // Envoy has nothing to look up in a DNS cluster without endpoints: Istio does not send it.
        return members.length === 0
          ? []
          : inFieldOrder({ ...cluster, ...dns, load_assignment: assignment(cluster.name, members) });
      }),
    );
}

const dns = {
  dns_refresh_rate: '60s',
  dns_lookup_family: 'V4_ONLY',
  respect_dns_ttl: true,
  typed_dns_resolver_config: {
    name: 'envoy.network.dns_resolver.cares',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig',
      udp_max_queries: 100,
    },
  },
  dns_jitter: '0.100s',
} as const;

function outbound(
  { service, rule, endpoints, accounts }: OutboundService,
  { port, key, protocol }: ServicePort,
  subset: Subset | undefined,
  proxyType: ProxyNode['type'],
): Cluster {
  const { hostname } = service;
  const name = outboundCluster(hostname, port, subset?.name);
  const { loadBalancer, connectionPool, outlierDetection, tls } = policyFor(rule, subset, port);
  // Clients of a headless service have chosen a pod themselves. Those of a gateway have not.
  const toOriginal = service.discovery === 'ORIGINAL_DST' && proxyType === 'sidecar';
  const balancing = loadBalancerOf(toOriginal ? { simple: 'PASSTHROUGH' } : loadBalancer);
  const found =
    balancing.type === 'EDS' && service.discovery !== 'ORIGINAL_DST' ? service.discovery : balancing.type;
  const sni = sniOf(hostname, port, subset?.name);
  const security = { tls, sni, accounts, external: service.external, protocol };
  return inFieldOrder({
    name,
    ...balancing,
    type: found,
    ...(found === 'EDS' && { eds_cluster_config: { eds_config: fromAds, service_name: name } }),
    ...connectionPoolOf(connectionPool),
    ...httpOptionsOf(protocol, proxyType === 'sidecar', commonHttpOptionsOf(connectionPool)),
    ...outlierDetectionOf(outlierDetection),
    ...(balancing.type !== 'ORIGINAL_DST'
      ? upstreamTlsOf(security)
      : upstreamTlsToOriginal(security, endpoints.get(key) ?? [])),
    metadata: metadataOf(service, rule, subset, tls),
    alt_stat_name: `${name};`,
  });
}

function metadataOf(
  { hostname, name, namespace, external }: MeshService,
  rule: DestinationRule | undefined,
  subset: Subset | undefined,
  tls: ClientTls | undefined,
): Metadata {
  const ownTls = tls?.mode === 'SIMPLE' || tls?.mode === 'MUTUAL';
  return {
    filter_metadata: {
      istio: {
        ...(rule && { config: destinationRulePath(rule) }),
        services: [{ host: hostname, name, namespace }],
        ...(subset && { subset: subset.name }),
        ...(external && subset === undefined && { external: true }),
        ...(ownTls && { alpn_override: 'false' }),
      },
    },
  };
}

/** Where istioctl reads which DestinationRule a cluster is from. */
export const destinationRulePath = ({ namespace, name }: DestinationRule): string =>
  `/apis/networking.istio.io/v1/namespaces/${namespace}/destination-rule/${name}`;
