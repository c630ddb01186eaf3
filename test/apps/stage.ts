import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { AppContext, CreateApp } from '../../apps/app.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** Where a test puts services on: real sockets on 127.0.0.1, names by a list, time by hand. */
export class Stage {
  readonly clock = new ManualClock();
  readonly log: string[] = [];
  /** Draws in turn; the last one is drawn for ever. */
  draws: readonly number[] = [0.99];
  readonly #addresses = new Map<string, number>();

  static open(): Stage {
    return new Stage();
  }

  /** Starts a service and answers with its base URL. With `as` others reach it by that name and the service's port. */
  async start(create: CreateApp, env: Record<string, string> = {}, as?: string): Promise<string> {
    const app = create(this.context(env));
    const server = createServer((socket) => app.server.emit('connection', socket));
    const port = await listen(server);
    if (as !== undefined) this.#addresses.set(`${as}:${app.port}`, port);
    return `http://127.0.0.1:${port}`;
  }

  /** Puts up an upstream of the test's own under a name such as `ratings:9080`. Returns the requests it has had. */
  async upstream(name: string, listener: RequestListener): Promise<IncomingMessage[]> {
    const requests: IncomingMessage[] = [];
    const server = createHttpServer((request, response) => {
      requests.push(request);
      listener(request, response);
    });
    this.#addresses.set(name, await listen(server));
    return requests;
  }

  context(env: Record<string, string>): AppContext {
    return {
      env,
      hostname: 'pod-1',
      log: (line) => this.log.push(line),
      random: () => {
        const [next = 0, ...rest] = this.draws;
        if (rest.length > 0) this.draws = rest;
        return next;
      },
      now: () => this.clock.now(),
      after: (ms, callback) => {
        const timer = this.clock.after(ms, callback);
        return () => timer.clear();
      },
      connect: (host, port) => this.#connect(`${host}:${port}`),
    };
  }

  async #connect(name: string): Promise<Socket> {
    const port = this.#addresses.get(name);
    if (port === undefined)
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  }
}

/** An upstream that takes requests and never answers. */
export const silent: RequestListener = () => undefined;

/** An upstream that answers every request alike. */
export function saying(status: number, body: string): RequestListener {
  return (_request, response) => {
    response.writeHead(status).end(body);
  };
}

/** What a client reads that sends `text` and waits for the end of the connection. */
export async function exchange(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(text);
  let received = '';
  for await (const chunk of socket) received += String(chunk);
  return received;
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}
