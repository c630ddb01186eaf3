// Upgrades to SPDY/3.1 (k8s.io/apimachinery/pkg/util/httpstream), for clients from before WebSockets.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { StatusError } from '../../kube/status-error.ts';

/** The first protocol the client offers that is served. @throws BadRequest, Forbidden */
export function negotiated({ headers }: IncomingMessage, served: readonly string[]): string {
  if (headers.upgrade?.toLowerCase() !== 'spdy/3.1') {
    throw new StatusError('BadRequest', 'unable to upgrade: missing upgrade headers in request');
  }
  const offered = [headers['x-stream-protocol-version'] ?? []].flat().flatMap((each) => each.split(', '));
  if (offered.length === 0) {
    throw new StatusError('BadRequest', 'unable to upgrade: X-Stream-Protocol-Version is required');
  }
  const protocol = offered.find((each) => served.includes(each));
  if (protocol !== undefined) return protocol;
  throw new StatusError(
    'Forbidden',
    `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${served.join(' ')}]`,
  );
}

/** Answers the upgrade. The socket then speaks SPDY. */
export function acceptSpdy(socket: Duplex, head: Buffer, protocol: string): Duplex {
  socket.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Connection: Upgrade',
      'Upgrade: SPDY/3.1',
      `X-Stream-Protocol-Version: ${protocol}`,
      '\r\n',
    ].join('\r\n'),
  );
  if (head.length > 0) socket.unshift(head);
  return socket;
}
