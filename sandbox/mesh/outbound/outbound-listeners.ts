import { isIP } from 'node:net';
import { connectionManager, tcpProxy } from '../listener/filters.ts';
import { blackholeChain, handshakeLimit } from '../listener/filter-chains.ts';
import { outboundListenerFilters } from '../listener/listener-filters.ts';
import { isHttp } from '../protocol.ts';
import { listenerAccessLogs } from '../listener/access-log.ts';
import { outboundCluster } from '../route/route-context.ts';
import type { FilterChain, Listener } from '../../envoy/config.ts';
import type { MeshConfig } from '../mesh-config.ts';
import type { MeshService, ServicePort } from '../kube/service.ts';
import type { ServiceEndpoints } from '../model/service-endpoints.ts';

export const httpMatch = {
  transport_protocol: 'raw_buffer',
  application_protocols: ['http/1.1', 'h2c'],
} as const;

/** Where iptables sends all that leaves the pod; the listener of the original address takes over, if there is one. */
export function virtualOutbound(mesh: MeshConfig): Listener {
  return {
    name: 'virtualOutbound',
    address: socketAddress('0.0.0.0', 15001),
    filter_chains: [
      blackholeChain('virtualOutbound-blackhole', 15001),
      { ...fallThrough(mesh), name: 'virtualOutbound-catchall-tcp' },
    ],
    use_original_dst: true,
    traffic_direction: 'OUTBOUND',
    ...listenerAccessLogs(mesh),
  };
}

/** The listeners that are a service's own: its TCP ports, and those whose protocol has to be sniffed. */
export function serviceListeners(
  service: MeshService,
  endpoints: ServiceEndpoints,
  mesh: MeshConfig,
): Listener[] {
  return service.ports
    .filter(({ protocol }) => !isHttp(protocol) && protocol !== 'UDP')
    .flatMap((port) => {
      const members = (endpoints.get(port.key) ?? []).map(({ address }) => address);
      const addresses = service.headless ? members.toSorted() : ownAddresses(service);
      return [...new Set(addresses)].map((address) => serviceListener(service, port, address, mesh));
    });
}

/** A Kubernetes service is listened for by its first address, a ServiceEntry by all that are no block. */
const ownAddresses = ({ registry, addresses }: MeshService): readonly string[] =>
  registry === 'Kubernetes' ? addresses.slice(0, 1) : addresses.filter((address) => isIP(address) !== 0);

function serviceListener(
  { hostname }: MeshService,
  { port, protocol }: ServicePort,
  address: string,
  mesh: MeshConfig,
): Listener {
  const tcp: FilterChain = { filters: [tcpProxy(outboundCluster(hostname, port), mesh)], ...handshakeLimit };
  if (protocol !== 'unknown') return listener(address, port, [tcp]);
  const manager = connectionManager({
    direction: 'sidecar-outbound',
    prefix: `outbound_${address}_${port}`,
    routes: `${hostname}:${port}`,
    log: mesh,
  });
  const http = { filter_chain_match: httpMatch, filters: [manager], ...handshakeLimit };
  return listener(address, port, [http], tcp);
}

/** @param rest takes what none of the chains takes */
export const listener = (
  address: string,
  port: number,
  chains: readonly FilterChain[],
  rest?: FilterChain,
): Listener => {
  const filters = outboundListenerFilters(chains);
  return {
    name: `${address}_${port}`,
    address: socketAddress(address, port),
    filter_chains: chains,
    ...(filters.length > 0 && { listener_filters: filters }),
    listener_filters_timeout: '0s',
    traffic_direction: 'OUTBOUND',
    continue_on_listener_filters_timeout: true,
    ...(rest && { default_filter_chain: rest }),
    bind_to_port: false,
  };
};

export const fallThrough = (mesh: MeshConfig): FilterChain => ({
  filters: [
    tcpProxy(
      mesh.outboundTrafficPolicy === 'REGISTRY_ONLY' ? 'BlackHoleCluster' : 'PassthroughCluster',
      mesh,
    ),
  ],
});

export const socketAddress = (address: string, port: number): Listener['address'] => ({
  socket_address: { address, port_value: port },
});
