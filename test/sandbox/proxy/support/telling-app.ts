import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReadRequest } from './strict-reader.ts';

export interface TellingApp extends AsyncDisposable {
  readonly port: number;
  /** Requests that came whole. */
  readonly seen: readonly ReadRequest[];
}

/** An app that reads as tolerantly as Node can, and answers with what it was asked. */
export async function startTellingApp(): Promise<TellingApp> {
  const seen: ReadRequest[] = [];
  const server = createServer({ insecureHTTPParser: true, keepAliveTimeout: 0 }, (request, response) => {
    void bodyOf(request).then((body) => {
      if (body === undefined) return;
      const asked = { method: request.method ?? '', path: request.url ?? '', body };
      seen.push(asked);
      response.setHeader('x-seen', '1');
      response.end(JSON.stringify(asked));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  let body = '';
  request.setEncoding('latin1');
  request.on('data', (chunk: string) => (body += chunk));
  return new Promise((resolve) => {
    request.on('end', () => resolve(body));
    request.on('error', () => resolve(undefined));
  });
}
