import type { SecureContext } from 'node:tls';
import type { FilterChain } from '../../envoy/config.ts';
import type { Address } from '../../network/network.ts';
import { localAddress, type ProxySocket } from '../upstream/connector.ts';
import type { AcceptedConnection, NetworkFilter } from './network-filter.ts';
import type { OpenConnections } from './open-connections.ts';
import { addFlag } from '../stream/stream-info.ts';
import { connectionInfo } from './connection-info.ts';
import { byProtocol, candidates, type ConnectionTraits } from './filter-chain.ts';
import type { CompiledListener } from './listeners.ts';
import { looksLikeHttp } from './sniff.ts';
import { terminateTls } from './terminate-tls.ts';

/** Gives a connection to the filter chain that matches it, after a look at its first bytes where that decides. */
export function accept(
  listenerNow: () => CompiledListener | undefined,
  socket: ProxySocket,
  destination: Address | undefined,
  open: OpenConnections,
  nowMs: () => number,
): void {
  const { ip, port } = destination ?? localAddress(socket);
  const serverName = socket.mtls?.sni ?? socket.tls?.serverName;
  const traits = { destinationIp: ip, destinationPort: port, serverName };
  const listener = listenerNow();
  if (listener === undefined) {
    socket.on('error', () => undefined);
    socket.resetAndDestroy();
    return;
  }
  if (socket.tls === undefined && listener.credentials.size > 0) {
    endTls(listener, listenerNow, socket, destination, open, nowMs);
    return;
  }
  const { http: forHttp, tcp: forTcp } = filtersFor(listener, traits);
  const chosen = (http: boolean): void => {
    const filter = http ? forHttp : forTcp;
    if (filter === undefined) {
      refuse(listener, socket, destination, nowMs());
      return;
    }
    let accepted: AcceptedConnection | undefined;
    let closed = false;
    accepted = filter.accept(socket, destination, () => {
      closed = true;
      if (accepted !== undefined) open.delete(accepted);
    });
    if (closed) return;
    open.add(accepted, () => {
      const now = listenerNow();
      return now && filtersFor(now, traits)[http ? 'http' : 'tcp'];
    });
  };
  // A look at the bytes would keep a client waiting whose server speaks first.
  if (forHttp === forTcp) chosen(true);
  else sniff(socket, open, chosen);
}

/** The chain decides with which certificate; a server name that none is for ends the connection before that. */
function endTls(
  listener: CompiledListener,
  listenerNow: () => CompiledListener | undefined,
  socket: ProxySocket,
  destination: Address | undefined,
  open: OpenConnections,
  nowMs: () => number,
): void {
  const { ip, port } = destination ?? localAddress(socket);
  const destroy = (): void => void socket.destroy();
  const waiting: AcceptedConnection = { drain: destroy, destroy };
  open.add(waiting, () => unchanged);
  const choose = (serverName: string | undefined): SecureContext | undefined => {
    const [chain] = candidates(listener.config.filter_chains, {
      destinationIp: ip,
      destinationPort: port,
      serverName,
    });
    if (chain === undefined && serverName !== undefined) refuse(listener, socket, destination, nowMs());
    return chain && listener.credentials.get(chain)?.();
  };
  terminateTls(socket, choose, (plain) => {
    open.delete(waiting);
    if (plain !== undefined) accept(listenerNow, plain, destination, open, nowMs);
  });
}

/** What takes a connection that turns out to carry HTTP, and one that does not. */
function filtersFor(
  { config, filters }: CompiledListener,
  traits: ConnectionTraits,
): Record<'http' | 'tcp', NetworkFilter | undefined> {
  const matching = candidates(config.filter_chains, traits);
  const ofChain = (http: boolean): NetworkFilter | undefined => {
    const chain = byProtocol(matching, http, traits.serverName !== undefined);
    return filters.get(chain ?? config.default_filter_chain ?? noChain);
  };
  return { http: ofChain(true), tcp: ofChain(false) };
}

const noChain: FilterChain = { filters: [] };

/** Which filter it is for is not decided yet. */
const unchanged: NetworkFilter = { accept: () => undecided, adopt: () => true };
const undecided: AcceptedConnection = { drain: () => undefined, destroy: () => undefined };

/** Reads until the protocol is clear, and puts the bytes back. */
function sniff(socket: ProxySocket, open: OpenConnections, decided: (http: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const destroy = (): void => void socket.destroy();
  const waiting: AcceptedConnection = { drain: destroy, destroy };
  open.add(waiting, () => unchanged);
  const stop = (): void => {
    open.delete(waiting);
    socket.off('data', look);
    socket.off('end', end);
    socket.off('error', stop);
    socket.off('close', stop);
  };
  const decide = (http: boolean): void => {
    stop();
    socket.pause();
    if (seen.length > 0) socket.unshift(seen);
    // Whoever takes it resumes it, once it listens.
    decided(http);
  };
  const look = (chunk: Buffer): void => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const http = looksLikeHttp(seen);
    if (http !== undefined) decide(http);
  };
  const end = (): void => {
    stop();
    socket.destroy();
  };
  socket.on('data', look);
  socket.on('end', end);
  socket.on('error', stop);
  socket.on('close', stop);
}

/** No filter chain: the connection is reset, and the listener's log says so (facts: STRICT and a plaintext client). */
function refuse(
  listener: CompiledListener,
  socket: ProxySocket,
  destination: Address | undefined,
  nowMs: number,
): void {
  const info = connectionInfo(socket, destination, nowMs);
  addFlag(info, 'NR');
  info.details = 'filter_chain_not_found';
  socket.on('error', () => undefined);
  socket.resetAndDestroy();
  listener.writeLog(info, nowMs);
}
