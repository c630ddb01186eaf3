import type { Address } from '../../network/network.ts';
import type { StreamInfo } from '../stream/stream-info.ts';
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
    protocol: undefined,
    requestHeaders: undefined,
    method: undefined,
    path: undefined,
    authority: undefined,
    responseHeaders: undefined,
    responseCode: 0,
    flags: [],
    details: undefined,
    transportFailure: undefined,
    bytesReceived: 0,
    bytesSent: 0,
    upstreamHost: undefined,
    upstreamLocal: undefined,
    upstreamPrincipal: undefined,
    upstreamCluster: undefined,
    upstreamAnswered: false,
    routeName: undefined,
    attempts: 0,
  };
}
