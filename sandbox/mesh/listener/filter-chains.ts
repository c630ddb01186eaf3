// What filter chains of several listeners have in common.

import { tcpProxy } from './filters.ts';
import type { FilterChain } from '../../envoy/config.ts';

/** A handshake may not take longer: of gateways, and of a sidecar's own services. */
export const handshakeLimit = { transport_socket_connect_timeout: '15s' } as const;

/** For connections to the very port that iptables redirects to: whoever opens them goes round in circles. Nothing is logged. */
export const blackholeChain = (name: string, port: number): FilterChain => ({
  filter_chain_match: { destination_port: port },
  filters: [tcpProxy('BlackHoleCluster')],
  name,
});
