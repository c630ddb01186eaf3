import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { badRequest } from '../registry/refusals.ts';
import { ws } from './on-first-use.ts';

/** A request to upgrade, with what has been read past it. */
export interface UpgradeRequest {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** The first subprotocol offered that is served. @throws BadRequest when it offers none of them */
export function offeredProtocol({ headers }: IncomingMessage, served: readonly string[]): string {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  const protocol = offered.find((each) => served.includes(each));
  if (protocol !== undefined) return protocol;
  throw badRequest(`one of the WebSocket subprotocols ${served.join(', ')} is required`);
}

/** Accepts the WebSocket in a subprotocol that was offered. Messages may have a megabyte. */
export function acceptWebSocket(
  { message, socket, head }: UpgradeRequest,
  protocol: string,
  use: (client: WebSocket) => void,
): void {
  const server = new (ws().WebSocketServer)({
    noServer: true,
    maxPayload: 1024 * 1024,
    handleProtocols: () => protocol,
  });
  server.handleUpgrade(message, socket, head, use);
}
