import { blackholeChain } from '../listener/filter-chains.ts';
import { inboundListenerFilters } from '../listener/listener-filters.ts';
import { inboundPassthrough, inboundSource } from '../cluster/static-clusters.ts';
import { commonHttpOptionsOf, connectionPoolOf } from '../cluster/connection-pool.ts';
import { destinationRulePath } from '../cluster/outbound-clusters.ts';
import { httpOptionsOf } from '../cluster/http-options.ts';
import { inFieldOrder } from '../cluster/field-order.ts';
import { inboundChains, passthroughChains } from './inbound-chains.ts';
import { listenerAccessLogs } from '../listener/access-log.ts';
import { meshConfigFor } from '../proxy-mesh-config.ts';
import { policyFor } from '../cluster/traffic-policy.ts';
import { serviceTargets, type ServiceTarget } from './service-targets.ts';
import { socketAddress } from '../outbound/outbound-listeners.ts';
import type { Cluster, Listener } from '../../envoy/config.ts';
import type { MeshSnapshot } from '../model.ts';
import type { ProxyNode } from '../proxy-node.ts';

export interface Inbound {
  /** Host names of the services the pod stands behind. */
  readonly services: readonly string[];
  readonly listener: Listener;
  readonly clusters: readonly Cluster[];
}

/** What a sidecar accepts for its pod: a filter chain and a cluster per port, the oldest service deciding each. */
export function inbound(snapshot: MeshSnapshot, proxy: ProxyNode): Inbound {
  const log = meshConfigFor(snapshot, proxy.type, proxy, 'SERVER');
  const { mode, ports: ownModes } = snapshot.security.mutualTls(proxy);
  const security = snapshot.security.filters(proxy);
  const targets = serviceTargets(snapshot, proxy);
  const ports = [...new Set(targets.map(({ targetPort }) => targetPort))].toSorted((a, b) => a - b);
  const byPort = ports.map((port) => targets.filter(({ targetPort }) => targetPort === port));
  const chains = [
    blackholeChain('virtualInbound-blackhole', 15006),
    ...passthroughChains(undefined, mode, security, log),
    ...[...ownModes].flatMap(([port, own]) =>
      ports.includes(port) ? [] : passthroughChains(port, own, security, log),
    ),
    ...byPort.flatMap(([first]) =>
      first === undefined ? [] : inboundChains(first, ownModes.get(first.targetPort) ?? mode, security, log),
    ),
  ];
  const listener: Listener = {
    name: 'virtualInbound',
    address: socketAddress('0.0.0.0', 15006),
    filter_chains: chains,
    listener_filters: inboundListenerFilters(chains),
    listener_filters_timeout: '0s',
    traffic_direction: 'INBOUND',
    continue_on_listener_filters_timeout: true,
    ...listenerAccessLogs(log),
  };
  return {
    services: [...new Set(targets.map(({ service }) => service.hostname))],
    listener,
    clusters: [inboundPassthrough, ...byPort.flatMap((group) => inboundCluster(group, snapshot, proxy))],
  };
}

/** The longest time that a proxy takes. */
const never = '9223372035s';

/** To the application in the same pod. Only the connection pool of a DestinationRule holds here. */
function inboundCluster(
  targets: readonly ServiceTarget[],
  snapshot: MeshSnapshot,
  proxy: ProxyNode,
): Cluster[] {
  const [first] = targets;
  if (first === undefined) return [];
  const { service, port, targetPort } = first;
  const name = `inbound|${targetPort}||`;
  const rule = snapshot.destinationRules.find(service, proxy, 'inbound');
  const { connectionPool } = policyFor(rule, undefined, port.port);
  const services = targets
    .filter((target) => target.port.port === port.port)
    .map((target) => ({
      host: target.service.hostname,
      name: target.service.name,
      namespace: target.service.namespace,
    }));
  return [
    inFieldOrder({
      name,
      type: 'ORIGINAL_DST',
      ...connectionPoolOf(connectionPool),
      ...httpOptionsOf(port.protocol, true, commonHttpOptionsOf(connectionPool)),
      lb_policy: 'CLUSTER_PROVIDED',
      cleanup_interval: never,
      upstream_bind_config: inboundSource,
      metadata: {
        filter_metadata: {
          istio: { ...(rule?.trafficPolicy && { config: destinationRulePath(rule) }), services },
        },
      },
      common_lb_config: {},
      alt_stat_name: `${name};`,
    }),
  ];
}
