// Requests that ask for another protocol.

import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { pods } from '../../kube/resources.ts';
import { StatusError } from '../../kube/status-error.ts';
import { notFound } from '../registry/refusals.ts';
import { qualified } from '../registry/types.ts';
import { checkExecProtocol, exec, execRequest } from './exec.ts';
import { guard } from './guard.ts';
import { notImplemented } from './handle.ts';
import { locationOf } from './location.ts';
import type { ApiContext } from './request.ts';
import { asStatusError } from './respond.ts';
import { targetOf } from './target.ts';

/** Starts `exec` over WebSocket, and refuses the rest with a Status. */
export function upgrade(context: ApiContext, message: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { path, query } = locationOf(message);
  try {
    guard(message, context.credentials.token);
    const target = targetOf(context.registry.types, path);
    if (target?.name === undefined || qualified(target.type) !== 'pods') {
      throw new StatusError('NotFound', 'the server could not find the requested resource');
    }
    if (target.subresource !== 'exec') throw notImplemented(target.subresource ?? '');
    const pod = context.registry.get(pods, target.namespace, target.name);
    if (pod === undefined) throw notFound(target.type, target.name);
    const request = execRequest(query, pod);
    // After everything else: kubectl tries SPDY when its WebSocket was refused, and shows what is said to that.
    if (message.headers.upgrade?.toLowerCase() !== 'websocket') {
      throw new StatusError(
        'NotImplemented',
        'SPDY is not available in the sandbox; use a client that speaks WebSocket (kubectl 1.31 or later)',
      );
    }
    checkExecProtocol(message);
    exec(context.runtime, pod, request, { message, socket, head }, context.closing);
  } catch (error) {
    refuse(socket, asStatusError(context, { message, path }, error));
  }
}

function refuse(socket: Duplex, error: StatusError): void {
  const body = JSON.stringify(error.toStatus());
  socket.end(
    [
      `HTTP/1.1 ${error.code} ${STATUS_CODES[error.code] ?? ''}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
