// Scripted servers. What they do is written in the request: `x-script: 503;200` answers the first try with 503, the
// second with 200, and so on; the last step stays. Without a script they answer 200, and those named "bad…" 503.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** What arrived, with header lines as sent. */
export interface Arrival {
  readonly upstream: string;
  readonly line: string;
  readonly headers: readonly string[];
  body: string;
}

export interface Upstreams {
  /** By name. */
  readonly ports: ReadonlyMap<string, number>;
  arrivals(id: string): readonly Arrival[];
  /** All that arrived. */
  forget(): void;
  close(): Promise<void>;
}

/** Requests are told apart by `x-case`. */
export async function startUpstreams(names: readonly string[]): Promise<Upstreams> {
  const seen = new Map<string, Arrival[]>();
  const servers: Server[] = [];
  const upgraded = new Set<Duplex>();
  const ports = new Map<string, number>();
  for (const name of names) {
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) =>
      serve(name, request, response, seen),
    );
    server.on('upgrade', (request: IncomingMessage, socket) => {
      record(name, request, seen);
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
      upgraded.add(socket);
      socket.on('close', () => upgraded.delete(socket));
      socket.on('data', (chunk: Buffer) => {
        const text = `echo ${chunk.toString('latin1')}`;
        if (chunk.includes('stay')) socket.write(text);
        else socket.end(text);
      });
    });
    ports.set(name, await listening(server));
    servers.push(server);
  }
  return {
    ports,
    arrivals: (id) => seen.get(id) ?? [],
    forget: () => seen.clear(),
    close: async () => {
      for (const socket of upgraded) socket.destroy();
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => {
          server.close(resolve);
        });
      }
    },
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function record(
  upstream: string,
  request: IncomingMessage,
  seen: Map<string, Arrival[]>,
): { readonly arrival: Arrival; readonly attempt: number } {
  const id = String(request.headers['x-case'] ?? '');
  const arrivals = seen.get(id) ?? [];
  seen.set(id, arrivals);
  const headers: string[] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    headers.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
  }
  const line = `${request.method} ${request.url} HTTP/${request.httpVersion}`;
  const arrival: Arrival = { upstream, line, headers, body: '' };
  arrivals.push(arrival);
  const shadow = request.headers.host?.includes('-shadow') === true;
  const before = arrivals.filter((other) => isShadow(other) === shadow).length;
  return { arrival, attempt: before - 1 };
}

function isShadow({ headers }: Arrival): boolean {
  return headers.some((line) => /^host: .*-shadow/.test(line));
}

function serve(
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  seen: Map<string, Arrival[]>,
): void {
  const { arrival, attempt } = record(name, request, seen);
  const usual = name.startsWith('bad') ? '503' : '200';
  const steps = String(request.headers['x-script'] ?? usual).split(';');
  const step = steps[Math.min(attempt, steps.length - 1)] ?? '200';
  request.setEncoding('latin1');
  request.on('data', (chunk: string) => (arrival.body += chunk));
  request.on('error', () => undefined);
  const act = (): void => perform(step, name, request, response);
  if (step.endsWith('-early')) act();
  else request.on('end', act);
}

/** A step: `[delay=<ms>,](<status>[,name=value…] | reset | hang | raw=<name>)[-early]`; early is before the body. */
function perform(step: string, name: string, request: IncomingMessage, response: ServerResponse): void {
  const [first = '', ...rest] = step.split(',');
  const delay = /^delay=(\d+)$/.exec(first)?.[1];
  if (delay !== undefined) {
    setTimeout(() => perform(rest.join(','), name, request, response), Number(delay));
    return;
  }
  if (first === 'hang') return;
  if (first === 'reset' || first === 'reset-early') {
    request.socket.destroy();
    return;
  }
  const raw = /^raw=(.*)$/.exec(first)?.[1];
  if (raw !== undefined) {
    if (raw === 'stuck') request.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab');
    else request.socket.end(rawAnswers[raw] ?? '', 'latin1');
    return;
  }
  response.sendDate = false;
  for (const field of rest) {
    const equals = field.indexOf('=');
    response.appendHeader(field.slice(0, equals), field.slice(equals + 1));
  }
  const status = Number.parseInt(first, 10);
  response.writeHead(status);
  if (request.headers['x-chunks'] !== undefined) response.write('in ');
  response.end(status === 204 || status === 304 ? undefined : `from ${name}`);
}

const rawAnswers: Readonly<Record<string, string>> = {
  garbage: 'this is not HTTP\r\n\r\n',
  'half-head': 'HTTP/1.1 200 OK\r\ncontent-le',
  'half-body': 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this',
  'until-close': 'HTTP/1.1 200 OK\r\nx-kind: close\r\n\r\nthe rest',
  'http-1.0': 'HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\nold',
  informational:
    'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nafter',
  trailers:
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\nconnection: close\r\n\r\n4\r\nbody\r\n0\r\nx-sum: 1\r\n\r\n',
  'both-lengths':
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\nconnection: close\r\n\r\n4\r\nbody\r\n0\r\n\r\n',
  'two-lengths': 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nbody',
  'bad-chunk': 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nbody\r\n',
  'odd-reason': 'HTTP/1.1 299 Something Else\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
  'hop-by-hop':
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nkeep-alive: timeout=5\r\nproxy-connection: x\r\nupgrade: foo\r\nte: trailers\r\nconnection: close, x-gone\r\nx-gone: 1\r\nserver: upstream\r\ndate: Tue, 01 Apr 2025 10:00:00 GMT\r\n\r\nok',
  empty: '',
};
