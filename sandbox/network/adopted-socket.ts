// A real socket that plays one end of a cluster connection: the same bytes, but the cluster's addresses.

import type { Socket } from 'node:net';
import type { Address, VirtualSocket } from './network.ts';

/** Shows `remote` and `local` as the socket's addresses from now on. */
export function adoptSocket(socket: Socket, remote: Address, local: Address): VirtualSocket {
  const shown = {
    localAddress: local.ip,
    localPort: local.port,
    remoteAddress: remote.ip,
    remotePort: remote.port,
    mtls: undefined,
  };
  for (const [name, value] of Object.entries(shown)) Object.defineProperty(socket, name, { value });
  return socket as Socket & typeof shown;
}
