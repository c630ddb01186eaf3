import { connectionPoolOf } from './connection-pool.ts';
import { loadBalancerOf } from './load-balancer.ts';
import { outboundCluster } from '../route/route-context.ts';
import { outlierDetectionOf } from './outlier-detection.ts';
import { policyFor } from './traffic-policy.ts';
import { sniOf, upstreamTlsOf } from './upstream-tls.ts';
import type { Cluster } from '../../envoy/config.ts';
import type { Metadata } from '../../envoy/values.ts';
import type { DestinationRule, Subset } from '../kube/destination-rule.ts';
import type { MeshService, ServicePort } from '../kube/service.ts';

/** For every port of a service the whole, then its subsets. */
export function outboundClusters(service: MeshService, rule: DestinationRule | undefined): Cluster[] {
  return service.ports
    .filter(({ protocol }) => protocol !== 'UDP')
    .flatMap((port) =>
      [undefined, ...(rule?.subsets ?? [])].map((subset) => outbound(service, port, rule, subset)),
    );
}

function outbound(
  service: MeshService,
  { port }: ServicePort,
  rule: DestinationRule | undefined,
  subset: Subset | undefined,
): Cluster {
  const { hostname } = service;
  const name = outboundCluster(hostname, port, subset?.name);
  const { loadBalancer, connectionPool, outlierDetection, tls } = policyFor(rule, subset, port);
  const balancing = loadBalancerOf(loadBalancer);
  const sni = sniOf(hostname, port, subset?.name);
  const security = upstreamTlsOf(tls, sni);
  const { transport_socket_matches: perEndpoint, ...fixed } = security;
  return {
    name,
    alt_stat_name: `${name};`,
    ...balancing,
    ...connectionPoolOf(connectionPool),
    ...outlierDetectionOf(outlierDetection),
    ...fixed,
    // Addresses that only the client knows have no endpoint metadata to choose by.
    ...(balancing.type === 'EDS' && perEndpoint && { transport_socket_matches: perEndpoint }),
    metadata: metadataOf(service, rule, subset),
  };
}

function metadataOf(
  { hostname, name, namespace }: MeshService,
  rule: DestinationRule | undefined,
  subset: Subset | undefined,
): Metadata {
  return {
    filter_metadata: {
      istio: {
        ...(rule && { config: destinationRulePath(rule) }),
        services: [{ host: hostname, name, namespace }],
        ...(subset && { subset: subset.name }),
      },
    },
  };
}

/** Where istioctl reads which DestinationRule a cluster is from. */
export const destinationRulePath = ({ namespace, name }: DestinationRule): string =>
  `/apis/networking.istio.io/v1/namespaces/${namespace}/destination-rule/${name}`;
