// Requests that ask for another protocol.

import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { pods, type Pod } from '../../kube/resources.ts';
import { StatusError } from '../../kube/status-error.ts';
import { badRequest, notFound } from '../registry/refusals.ts';
import { qualified } from '../registry/types.ts';
import { exec, execProtocols, execRequest } from './exec.ts';
import { execOverSpdy, spdyExecProtocols } from './exec-spdy.ts';
import { guard } from './guard.ts';
import { notImplemented } from './handle.ts';
import { locationOf } from './location.ts';
import { ws } from './on-first-use.ts';
import { portForward, portForwardProtocol, portForwardTunnel } from './port-forward.ts';
import { channelProtocol, portForwardOverChannels, portsOf } from './port-forward-channels.ts';
import type { ApiContext } from './request.ts';
import { asStatusError } from './respond.ts';
import { acceptSpdy, negotiated } from './spdy-upgrade.ts';
import { targetOf } from './target.ts';
import { acceptWebSocket, offeredProtocol, type UpgradeRequest } from './web-socket.ts';

/** Starts `exec` and `portforward` over WebSocket or SPDY, and refuses the rest with a Status. */
export function upgrade(context: ApiContext, message: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { path, query } = locationOf(message);
  try {
    guard(message, context.credentials.token);
    const target = targetOf(context.registry.types, path);
    if (target?.name === undefined || qualified(target.type) !== 'pods') {
      throw new StatusError('NotFound', 'the server could not find the requested resource');
    }
    const start = starts[target.subresource ?? ''];
    if (start === undefined) throw notImplemented(target.subresource ?? '');
    const pod = context.registry.get(pods, target.namespace, target.name);
    if (pod === undefined) throw notFound(target.type, target.name);
    start(context, { message, socket, head, query, pod });
  } catch (error) {
    refuse(socket, asStatusError(context, { message, path }, error));
  }
}

interface Upgrade extends UpgradeRequest {
  readonly query: URLSearchParams;
  readonly pod: Pod;
}

type Start = (context: ApiContext, upgrade: Upgrade) => void;

const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket';

const startExec: Start = ({ runtime, closing }, { message, socket, head, query, pod }) => {
  const request = execRequest(query, pod);
  if (isWebSocket(message)) {
    const protocol = offeredProtocol(message, execProtocols);
    acceptWebSocket({ message, socket, head }, protocol, (client) => {
      void exec(runtime, pod, request, client, closing);
    });
    return;
  }
  const protocol = negotiated(message, spdyExecProtocols);
  const transport = endingWith(closing, acceptSpdy(socket, head, protocol));
  void execOverSpdy(runtime, pod, request, transport);
};

const startPortForward: Start = ({ runtime, closing }, { message, socket, head, query, pod }) => {
  if ((pod.spec?.nodeName ?? '') === '') {
    throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  }
  if (isWebSocket(message)) {
    const protocol = offeredProtocol(message, [portForwardTunnel, channelProtocol]);
    const ports = protocol === channelProtocol ? portsOf(query) : [];
    acceptWebSocket({ message, socket, head }, protocol, (client) => {
      if (protocol === channelProtocol) {
        endingWith(closing, socket);
        void portForwardOverChannels(runtime, pod, ports, client);
      } else {
        const transport = ws().createWebSocketStream(client);
        void portForward(runtime, pod, endingWith(closing, transport));
      }
    });
    return;
  }
  const protocol = negotiated(message, [portForwardProtocol]);
  void portForward(runtime, pod, endingWith(closing, acceptSpdy(socket, head, protocol)));
};

const starts: Readonly<Record<string, Start>> = { exec: startExec, portforward: startPortForward };

/** The transport, which the closing server takes down with it. */
function endingWith(closing: AbortSignal, transport: Duplex): Duplex {
  const end = (): void => {
    transport.destroy();
  };
  closing.addEventListener('abort', end, { once: true });
  transport.once('close', () => closing.removeEventListener('abort', end));
  return transport;
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
