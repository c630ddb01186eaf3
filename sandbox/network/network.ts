// The cluster's network: pods have addresses of their own, and connections between them never leave the process.
// What a pod sends is the real bytes of a real protocol; only the sockets under them are ours.

import type { Duplex } from 'node:stream';

export interface Address {
  readonly ip: string;
  readonly port: number;
}

/**
 * Mutual TLS between two proxies. The sandbox carries the identities and leaves out the cryptography: bytes between
 * pods never leave the process.
 */
export interface MutualTls {
  /** Server name the client asked for: `outbound_.80_.v1_.catalog.shop.svc.cluster.local`. */
  readonly sni: string;
  /** SPIFFE URI of the other end: `spiffe://cluster.local/ns/shop/sa/webapp`. */
  readonly peer: string;
}

/** One end of a connection. Has the parts of `net.Socket` that node:http needs, on both sides. */
export interface VirtualSocket extends Duplex {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Set when the client opened the connection with `mtls`. */
  readonly mtls: MutualTls | undefined;
  setNoDelay(noDelay?: boolean): this;
  setKeepAlive(enable?: boolean, initialDelay?: number): this;
  setTimeout(ms: number, callback?: () => void): this;
  ref(): this;
  unref(): this;
  destroySoon(): void;
  /** Ends the connection with a reset: the peer's next read fails with ECONNRESET. */
  resetAndDestroy(): this;
}

/** Called for a connection; `destination` is where the client meant to go. Must take or destroy the socket. */
export type Acceptor = (socket: VirtualSocket, destination: Address) => void;

export interface Listener {
  close(): void;
}

/** What iptables does for a pod with a sidecar: both directions are handed to the proxy. */
export interface Redirect {
  readonly outbound: Acceptor;
  readonly inbound: Acceptor;
  /** Whether the proxy ends mutual TLS on its way to `destination`; when it is missing, it never does. */
  readonly endsMutualTls?: (destination: Address, serverName: string) => boolean;
  /** Destination ports that are let through besides those of every sidecar (annotations `excludeInboundPorts`, `excludeOutboundPorts`). */
  readonly excludedInbound?: ReadonlySet<number>;
  readonly excludedOutbound?: ReadonlySet<number>;
}

export interface ConnectOptions {
  /** True for the proxy's own connections (uid 1337), which are not redirected at this end. */
  readonly bypassRedirect?: boolean;
  /** Address the server shall see; default is the pod's own. Istio's inbound uses 127.0.0.6. */
  readonly sourceIp?: string;
  /** Speak mutual TLS as the pod's service account, with this server name. */
  readonly mtlsServerName?: string;
  /** Identities (SPIFFE URIs) of which the other end must have one; without it anyone will do. */
  readonly mtlsPeers?: readonly string[];
  readonly signal?: AbortSignal;
}

/** A pod's network namespace. */
export interface PodNetwork {
  readonly ip: string;
  /**
   * Cluster DNS with the pod's search domains; literal addresses and `localhost` too.
   * @throws an error with `code: 'ENOTFOUND'`
   */
  resolve(host: string): Promise<readonly string[]>;
  /**
   * Opens a connection. `127.0.0.0/8` is the pod itself (and is never redirected); a ClusterIP goes to one of the
   * service's ready endpoints, as kube-proxy does it.
   * @throws errors with Node's codes: ECONNREFUSED (nobody listens), EHOSTUNREACH (no such address), ECONNRESET,
   * EPROTO (mutual TLS to someone who speaks plain text), ERR_TLS_CERT_ALTNAME_INVALID (to someone else)
   */
  connect(destination: Address, options?: ConnectOptions): Promise<VirtualSocket>;
  /** Listens on all addresses of the pod. @throws an error with `code: 'EADDRINUSE'` */
  listen(port: number, accept: Acceptor): Listener;
  /** Installs (or with undefined removes) the redirection; inbound traffic of ports in `excluded` (15020, 15021, 15090) is let through. */
  redirect(redirect: Redirect | undefined): void;
}
