// What every demo service is under its own rules: an HTTP server that reads a request whole and answers it once.

import { createServer } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Request {
  readonly method: string;
  /** As sent: path and query. */
  readonly url: string;
  /** Without the query. */
  readonly path: string;
  /** Lower-case names; every value that was sent. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly body: string;
  /** Calls back if the client leaves before the answer is complete. */
  readonly onGone: (callback: () => void) => void;
}

export interface Answer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** Closes the connection once the answer is sent, although the answer does not announce it. */
  readonly closes?: boolean;
}

/** An answer, or none at all: the client then reads the end of the connection where a status line should be. */
export type Reaction = Answer | 'hang up';

export interface ServeOptions {
  /** How long an idle connection is kept, in milliseconds; 0 is for ever. @default 5_000, as Node's own servers */
  readonly keepAliveMs?: number;
  /** Hears what went wrong when `answer` rejects; the client gets a 500. */
  readonly log: (line: string) => void;
}

/** A server that is not listening: connections are handed to it with `server.emit('connection', socket)`. */
export function serve(
  answer: (request: Request) => Reaction | Promise<Reaction>,
  { keepAliveMs = 5_000, log }: ServeOptions,
): Server {
  const server = createServer((incoming, response) => {
    void respond(incoming, response, answer, log);
  });
  server.keepAliveTimeout = keepAliveMs;
  return server;
}

async function respond(
  incoming: IncomingMessage,
  response: ServerResponse,
  answer: (request: Request) => Reaction | Promise<Reaction>,
  log: (line: string) => void,
): Promise<void> {
  try {
    const body = await text(incoming);
    send(incoming, response, await answer(requestOf(incoming, response, body)));
  } catch (error) {
    if (incoming.destroyed && !incoming.complete) return;
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    send(incoming, response, { status: 500, headers: plainText, body: 'Internal Server Error' });
  }
}

/** @throws when the client leaves before the body is complete */
async function text(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function requestOf(incoming: IncomingMessage, response: ServerResponse, body: string): Request {
  const url = incoming.url ?? '/';
  return {
    method: incoming.method ?? 'GET',
    url,
    path: url.split('?', 1)[0] ?? '/',
    headers: incoming.headersDistinct,
    body,
    onGone: (callback) => {
      response.once('close', () => {
        if (!response.writableFinished) callback();
      });
    },
  };
}

function send(incoming: IncomingMessage, response: ServerResponse, reaction: Reaction): void {
  if (reaction === 'hang up') {
    hangUp(incoming.socket);
    return;
  }
  const { status, headers = {}, body = '', closes = false } = reaction;
  if (closes) response.once('finish', () => hangUp(incoming.socket));
  const length = status === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length }).end(body);
}

/** Says goodbye properly, then takes no further request. The socket may be any Duplex. */
function hangUp(socket: Duplex): void {
  socket.end(() => socket.destroy());
}

export const plainText = { 'Content-Type': 'text/plain; charset=utf-8' };
export const html = { 'Content-Type': 'text/html; charset=utf-8' };
export const json = { 'Content-Type': 'application/json' };

/** The first value of a header, or undefined. */
export function header(request: Request, name: string): string | undefined {
  return request.headers[name]?.[0];
}

/** Whether the kubelet asks. Its probes come every few seconds and would bury the requests that a log is read for. */
export function isProbe(request: Request): boolean {
  return header(request, 'user-agent')?.startsWith('kube-probe/') ?? false;
}
