// How the demo services call each other: one connection per request, as their originals do. That is also what spreads
// their calls over the pods of a Service where no mesh does it.

import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AppContext } from './app.ts';

export interface Call {
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** @default 'GET' */
  readonly method?: string;
  /** `host` is `<host>:<port>` unless it is given here. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From opening the connection to the last byte of the answer. */
  readonly timeoutMs: number;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * Sends one request and reads the whole answer, whatever its status.
 * @throws Node's connection errors (ENOTFOUND, ECONNREFUSED, ECONNRESET, …), and `code: 'ETIMEDOUT'` after `timeoutMs`
 */
export function call(context: AppContext, { host, port, path, timeoutMs, ...what }: Call): Promise<Reply> {
  const { method = 'GET', headers = {}, body } = what;
  return new Promise<Reply>((resolve, reject) => {
    // A request without a socket emits no error when it is destroyed, so every way out ends here.
    const fail = (error: unknown): void => {
      stopWaiting();
      reject(error);
      request.destroy();
    };
    const stopWaiting = context.after(timeoutMs, () => fail(timedOut(host, port, timeoutMs)));
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const request = httpRequest({
      method,
      path,
      headers: { host: `${host}:${port}`, ...length, ...headers },
      createConnection: (_options, opened) => {
        context.connect(host, port).then((socket) => opened(null, socket), fail);
        return undefined;
      },
    });
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', fail);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        stopWaiting();
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    request.end(body);
  });
}

function timedOut(host: string, port: number, timeoutMs: number): Error {
  return Object.assign(new Error(`${host}:${port} did not answer within ${timeoutMs} ms`), {
    code: 'ETIMEDOUT',
  });
}
