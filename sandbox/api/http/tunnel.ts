// SPDY in a WebSocket (KEP-4006): each message is the next piece of the SPDY connection's bytes.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import { StatusError } from '../../kube/status-error.ts';
import { ws } from './on-first-use.ts';

const protocol = 'SPDY/3.1+portforward.k8s.io';

let sockets: WebSocketServer | undefined;

/** @throws BadRequest when the client does not offer the tunnel */
export function checkTunnelProtocol({ headers }: IncomingMessage): void {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  if (offered.includes(protocol)) return;
  throw new StatusError('BadRequest', `port-forward needs the WebSocket subprotocol ${protocol}`);
}

/** Accepts the WebSocket and hands its inside over. */
export function acceptTunnel(
  { message, socket, head }: { message: IncomingMessage; socket: Duplex; head: Buffer },
  use: (transport: Duplex) => void,
): void {
  sockets ??= new (ws().WebSocketServer)({ noServer: true, handleProtocols: () => protocol });
  sockets.handleUpgrade(message, socket, head, (client) => use(ws().createWebSocketStream(client)));
}
