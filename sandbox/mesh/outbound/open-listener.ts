// The listeners of whole ports (0.0.0.0): all HTTP services of the port, and services without an address of their own.

import { connectionManager, tcpProxy } from '../listener/filters.ts';
import { handshakeLimit } from '../listener/filter-chains.ts';
import { fallThrough, httpMatch, listener } from './outbound-listeners.ts';
import { isHttp } from '../protocol.ts';
import { isIP } from 'node:net';
import { outboundCluster } from '../route/route-context.ts';
import type { FilterChain, Listener } from '../../envoy/config.ts';
import type { MeshConfig } from '../mesh-config.ts';
import type { MeshService, ServicePort } from '../kube/service.ts';

/**
 * By port, the filter chains of a ServiceEntry's ports that are not HTTP and have no address: TLS is told by its server
 * name, blocks of addresses by the address, and what is left takes the whole port.
 */
export function openChains(service: MeshService, mesh: MeshConfig): Map<number, readonly FilterChain[]> {
  const { registry, hostname, addresses, ports } = service;
  const blocks = addresses.filter((address) => isIP(address) === 0);
  if (registry === 'Kubernetes' || blocks.length < addresses.length) return new Map();
  const open = ports.filter(({ protocol }) => !isHttp(protocol) && protocol !== 'UDP');
  return new Map(
    open.map((port) => [
      port.port,
      [
        {
          ...chainMatch(port, hostname, blocks),
          filters: [tcpProxy(outboundCluster(hostname, port.port), mesh)],
          ...handshakeLimit,
        },
      ],
    ]),
  );
}

function chainMatch(
  { tls = false }: ServicePort,
  hostname: string,
  blocks: readonly string[],
): Pick<FilterChain, 'filter_chain_match'> {
  if (!tls && blocks.length === 0) return {};
  return {
    filter_chain_match: {
      ...(blocks.length > 0 && { prefix_ranges: blocks.map(prefixRange) }),
      ...(tls && { server_names: [hostname] }),
    },
  };
}

function prefixRange(block: string): { readonly address_prefix: string; readonly prefix_len: number } {
  const [address = '', length = ''] = block.split('/');
  return { address_prefix: address, prefix_len: Number(length) };
}

/** HTTP, or else the first service, has what nobody else matches. */
export function openListener(
  port: number,
  hasHttp: boolean,
  chains: readonly FilterChain[],
  mesh: MeshConfig,
): Listener {
  const matching = distinct(chains.filter(({ filter_chain_match: match }) => match !== undefined));
  const rest = chains.find(({ filter_chain_match: match }) => match === undefined);
  const http: FilterChain = {
    filter_chain_match: httpMatch,
    filters: [
      connectionManager({
        direction: 'sidecar-outbound',
        prefix: `outbound_0.0.0.0_${port}`,
        routes: String(port),
        log: mesh,
      }),
    ],
    ...handshakeLimit,
  };
  const last = hasHttp ? http : rest;
  const passthrough = {
    filter_chain_match: {},
    ...fallThrough(mesh),
    name: 'PassthroughFilterChain',
  };
  return listener(
    '0.0.0.0',
    port,
    [...matching, ...(last === undefined ? [] : [last])],
    hasHttp || rest === undefined ? passthrough : undefined,
  );
}

/** Envoy refuses two chains that match the same. */
function distinct(chains: readonly FilterChain[]): FilterChain[] {
  const byMatch = new Map<string, FilterChain>();
  for (const chain of chains) {
    const match = JSON.stringify(chain.filter_chain_match);
    if (!byMatch.has(match)) byMatch.set(match, chain);
  }
  return [...byMatch.values()];
}
