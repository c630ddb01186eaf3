import { handshakeLimit } from '../listener/filter-chains.ts';
import { tlsInspector } from '../listener/listener-filters.ts';
import { connectionManager } from '../listener/filters.ts';
import { entryOf } from '../model/multi-map.ts';
import { listenerAccessLogs } from '../listener/access-log.ts';
import { socketAddress } from '../outbound/outbound-listeners.ts';
import { sdsSecret } from '../listener/istio-tls-context.ts';
import type { FilterChain, HttpFilter, Listener } from '../../envoy/config.ts';
import type { MergedServers } from './merged-servers.ts';
import type { MeshConfig } from '../mesh-config.ts';

/** One per address and port, with a filter chain for all HTTP, or for each HTTPS server. */
export function gatewayListeners(
  merged: readonly MergedServers[],
  mesh: MeshConfig,
  security: readonly HttpFilter[],
): Listener[] {
  const byAddress = new Map<string, MergedServers[]>();
  for (const servers of merged) {
    const name = `${servers.bind === '' ? '0.0.0.0' : servers.bind}_${servers.port}`;
    entryOf(byAddress, name, (): MergedServers[] => []).push(servers);
  }
  return [...byAddress].map(([name, own]) => {
    const [address = '', port = ''] = name.split('_');
    return {
      name,
      address: socketAddress(address, Number(port)),
      filter_chains: own.map((servers) => filterChain(servers, name, mesh, security)),
      ...(own.some(({ tls }) => tls !== undefined) && { listener_filters: [tlsInspector] }),
      traffic_direction: 'OUTBOUND',
      ...listenerAccessLogs(mesh),
    };
  });
}

function filterChain(
  { routeName, tls }: MergedServers,
  name: string,
  mesh: MeshConfig,
  security: readonly HttpFilter[],
): FilterChain {
  const manager = connectionManager({
    direction: 'gateway',
    prefix: `outbound_${name}`,
    routes: routeName,
    log: mesh,
    policies: security,
  });
  const filters = [manager];
  if (tls === undefined) return { filters, ...handshakeLimit };
  return {
    ...(tls.serverNames.length > 0 && { filter_chain_match: { server_names: tls.serverNames } }),
    filters,
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
        common_tls_context: {
          alpn_protocols: ['h2', 'http/1.1'],
          tls_certificate_sds_secret_configs: [sdsSecret(secretName(tls.credentialName))],
        },
        require_client_certificate: false,
      },
    },
    ...handshakeLimit,
  };
}

/** As Istio calls a Secret of the gateway's own namespace in SDS. */
export const secretName = (credentialName: string): string => `kubernetes://${credentialName}`;
