import type { Duplex } from 'node:stream';
import type { Address, ConnectOptions } from '../../network/network.ts';
import type { MutualTls } from '../../network/network.ts';

/**
 * The parts of `VirtualSocket` the proxy uses, which `net.Socket` has too (it lacks `mtls`).
 */
export interface ProxySocket extends Duplex {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly mtls?: MutualTls | undefined;
  /** Set when the proxy has ended the client's own TLS here. */
  readonly tls?: { readonly serverName: string | undefined } | undefined;
  setNoDelay(noDelay?: boolean): unknown;
  resetAndDestroy(): unknown;
  /** Ends, and is destroyed when all is written. */
  destroySoon(): void;
}

/** `PodNetwork.connect`. */
export type Connect = (destination: Address, options?: ConnectOptions) => Promise<ProxySocket>;

/** `PodNetwork.resolve`. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export function localAddress(socket: ProxySocket): Address {
  return { ip: plainIp(socket.localAddress), port: socket.localPort ?? 0 };
}

export function remoteAddress(socket: ProxySocket): Address {
  return { ip: plainIp(socket.remoteAddress), port: socket.remotePort ?? 0 };
}

/** A dual-stack socket shows IPv4 peers as `::ffff:10.0.0.1`. */
function plainIp(ip: string | undefined): string {
  return ip?.startsWith('::ffff:') === true ? ip.slice(7) : (ip ?? '');
}
