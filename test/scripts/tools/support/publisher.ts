// A publisher on loopback: files with checksums, and the ways in which a download goes wrong.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export class Publisher implements AsyncDisposable {
  /** By path; what has no entry is 404. */
  readonly answers: Map<string, Answer> = new Map();
  /** `GET /kind`, with the range where one was asked for. */
  readonly requests: string[] = [];
  readonly #server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    this.requests.push([method, url, headers.range].filter(Boolean).join(' '));
    const answer = this.answers.get(url);
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });

  static async open(): Promise<Publisher> {
    const publisher = new Publisher();
    publisher.#server.listen(0, '127.0.0.1');
    await once(publisher.#server, 'listening');
    return publisher;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A file and its checksum, in the given form. */
  publish(path: string, body: Buffer, checksum: { suffix: string; text: (hex: string) => string }): void {
    this.answers.set(path, file(body));
    const hex = createHash('sha256').update(body).digest('hex');
    this.answers.set(`${path}${checksum.suffix}`, (_, response) => response.end(checksum.text(hex)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}

/** The whole, or what is left from the position that is asked for. */
export const file =
  (body: Buffer): Answer =>
  ({ headers }, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    if (start >= body.length) response.writeHead(416).end();
    else
      response
        .writeHead(start > 0 ? 206 : 200, { 'content-length': body.length - start })
        .end(body.subarray(start));
  };

/** Promises the whole, and breaks off after `bytes`; each request gets as many. */
export const broken =
  (body: Buffer, bytes: number): Answer =>
  ({ headers }, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const end = start + bytes;
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': body.length - start });
    response.write(body.subarray(start, end), () => {
      if (end >= body.length) response.end();
      else response.destroy();
    });
  };

/** A proxy that opens tunnels, and notes where to. */
export async function openProxy(): Promise<AsyncDisposable & { url: string; tunnels: readonly string[] }> {
  const tunnels: string[] = [];
  const server = createServer((_, response) => response.writeHead(400).end());
  server.on('connect', ({ url = '' }, socket) => {
    tunnels.push(url);
    const [host = '', port] = url.split(':');
    const far = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const side of [far, socket]) side.on('error', () => undefined);
    far.pipe(socket).pipe(far);
    socket.on('close', () => far.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
