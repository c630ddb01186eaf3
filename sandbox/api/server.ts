// The Kubernetes API of the sandbox over HTTPS, on 127.0.0.1 only.
//
// Served: discovery (also aggregated), OpenAPI v2 and v3, get, list, watch, create, update, the four kinds of patch,
// delete and deletecollection, status, scale, log, exec, portforward, proxy, binding, eviction, token, finalize, tables and
// warnings. Refused, never ignored: attach and ephemeral containers (NotImplemented). Protobuf is answered in JSON.

import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { guard } from './http/guard.ts';
import { handle } from './http/handle.ts';
import type { ApiContext, ApiRequest } from './http/request.ts';
import { identityWarnings } from './http/identity.ts';
import { locationOf } from './http/location.ts';
import { respondError } from './http/respond.ts';
import { upgrade } from './http/upgrade.ts';
import type { Access } from './tls/kubeconfig.ts';

export interface ApiServerOptions extends Omit<ApiContext, 'closing'> {
  /** 0 for any free one. */
  readonly port: number;
}

export interface ApiServer {
  /** How to reach it: what `kubeconfig()` takes. */
  readonly access: Access;
  readonly port: number;
  /** Ends watches and streams and every connection. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. Rejects with Node's error (EADDRINUSE) when the port is taken. */
export async function startApiServer({ port, ...parts }: ApiServerOptions): Promise<ApiServer> {
  const closing = new AbortController();
  // Every watch listens for it.
  setMaxListeners(0, closing.signal);
  const context: ApiContext = { ...parts, closing: closing.signal };
  const { caPem, certificatePem, keyPem, token } = context.credentials;
  const server = createServer({ cert: certificatePem, key: keyPem, ALPNProtocols: ['http/1.1'] });
  // Watches are silent for minutes.
  server.requestTimeout = 0;
  // Clients keep connections for 90 s (Go); closing first would make them send into a closed one.
  server.keepAliveTimeout = 120_000;
  server.on('request', (message, response) => void answer(context, message, response));
  server.on('upgrade', (message: IncomingMessage, socket, head) => {
    socket.on('error', () => socket.destroy());
    upgrade(context, message, socket, head);
  });
  await listen(server, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    access: { server: `https://127.0.0.1:${bound}`, caPem, token },
    port: bound,
    close: () => close(server, closing),
  };
}

async function answer(
  context: ApiContext,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request: ApiRequest = {
    message,
    response,
    ...locationOf(message),
    warnings: identityWarnings(message),
  };
  try {
    guard(message, context.credentials.token);
    await handle(context, request);
  } catch (error) {
    // Whoever left in the middle of a body hears nothing any more.
    if (message.destroyed && !message.complete) return;
    respondError(context, request, error);
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server, closing: AbortController): Promise<void> {
  closing.abort(new Error('the API server is closing'));
  return new Promise((resolve) => {
    server.close(() => resolve());
    setImmediate(() => server.closeAllConnections());
  });
}
