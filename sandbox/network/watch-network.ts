// Feeds the network from the cluster's Services and EndpointSlices, as kube-proxy and CoreDNS do for themselves.

import type { Cluster } from '../kube/cluster.ts';
import { endpointSlices, services, type EndpointSlice, type Service } from '../kube/resources.ts';
import type { Network } from './create-network.ts';
import type { EndpointGroup, ServiceRoute } from './service-table.ts';

/** Returns the function that stops it; what the network knows by then, it keeps. */
export function watchNetwork(cluster: Pick<Cluster, 'watch'>, network: Network): () => void {
  const stops = [
    cluster.watch(services, ({ type, object }) => {
      const route = serviceRoute(object);
      if (type === 'DELETED') network.services.removeService(route.namespace, route.name);
      else network.services.setService(route);
    }),
    cluster.watch(endpointSlices, ({ type, object }) => {
      const group = endpointGroup(object);
      if (type === 'DELETED' || group === undefined) {
        network.services.removeEndpoints(object.metadata.namespace ?? '', object.metadata.name);
      } else {
        network.services.setEndpoints(group);
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function serviceRoute({ metadata, spec = {} }: Service): ServiceRoute {
  const clusterIps = spec.clusterIPs ?? (spec.clusterIP === undefined ? [] : [spec.clusterIP]);
  const alias = spec.type === 'ExternalName' ? spec.externalName : undefined;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    clusterIps: alias === undefined ? clusterIps.filter((ip) => ip !== 'None' && ip !== '') : [],
    ...(alias === undefined ? {} : { externalName: alias }),
    ports: (spec.ports ?? [])
      .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
      .map(({ name = '', port, nodePort }) =>
        nodePort === undefined || nodePort === 0 ? { name, port } : { name, port, nodePort },
      ),
  };
}

/** Undefined for a slice that belongs to no service. */
function endpointGroup({ metadata, ports, endpoints }: EndpointSlice): EndpointGroup | undefined {
  const service = metadata.labels?.['kubernetes.io/service-name'];
  if (service === undefined) return undefined;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    service,
    ports: (ports ?? []).flatMap(({ name = '', port }) => (port === undefined ? [] : [{ name, port }])),
    // Tools that write slices by hand may leave them out: EndpointSlice's `endpoints` and `addresses` are then empty.
    endpoints: ((endpoints as EndpointSlice['endpoints'] | undefined) ?? []).flatMap(
      ({ addresses, conditions = {}, hostname }) =>
        addresses.map((ip) => ({
          ip,
          ready: conditions.ready ?? true,
          draining: conditions.serving === true && conditions.terminating === true,
          ...(hostname === undefined ? {} : { hostname }),
        })),
    ),
  };
}
