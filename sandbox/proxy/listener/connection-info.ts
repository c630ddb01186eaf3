import type { Address } from '../../network/network.ts';
import { noOutcome, type StreamInfo } from '../stream/stream-info.ts';
import { localAddress, remoteAddress, type ProxySocket } from '../upstream/connector.ts';

/** What is known of a connection that carries no request. */
export function connectionInfo(
  socket: ProxySocket,
  destination: Address | undefined,
  startMs: number,
): StreamInfo {
  const remote = remoteAddress(socket);
  return {
    startMs,
    downstreamLocal: destination ?? localAddress(socket),
    downstreamDirect: remote,
    downstreamRemote: remote,
    mtls: socket.mtls,
    serverName: socket.mtls?.sni ?? socket.tls?.serverName,
    protocol: undefined,
    requestHeaders: undefined,
    method: undefined,
    path: undefined,
    authority: undefined,
    ...noOutcome(),
  };
}
