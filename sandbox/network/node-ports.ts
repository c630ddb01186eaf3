// The node ports 30000 … 30005 on this machine, as kind's port mappings provide them.

import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Network } from './create-network.ts';

export interface NodePortOptions {
  readonly network: Network;
  /** Host port of node port 30000; the others follow. With 0 each gets any free port. */
  readonly basePort: number;
}

export interface NodePorts {
  /** Host ports in the order of the node ports 30000 … 30005. */
  readonly ports: readonly number[];
  /** Stops listening and resets what is open. */
  close(): Promise<void>;
}

const firstNodePort = 30_000;
const count = 6;

/** What the labs expect behind a node port; the sandbox has no such program. */
const missing: ReadonlyMap<number, string> = new Map([
  [30_001, 'Prometheus'],
  [30_002, 'Grafana'],
  [30_003, 'Kiali'],
  [30_004, 'tracing'],
  [30_005, 'kube-ops-view'],
]);

/**
 * Listens on 127.0.0.1. A connection that no ready endpoint takes is reset after it was accepted, as behind kind.
 * @throws an error that names the port when one is taken; then none is left open
 */
export async function openNodePorts({ network, basePort }: NodePortOptions): Promise<NodePorts> {
  const servers: Server[] = [];
  const open = new Set<Socket>();
  try {
    for (let index = 0; index < count; index += 1) {
      const accept = connectionHandler(network, firstNodePort + index);
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
        open.add(socket);
        socket.once('close', () => open.delete(socket));
        accept(socket);
      });
      await listen(server, basePort === 0 ? 0 : basePort + index);
      servers.push(server);
    }
  } catch (error) {
    await Promise.all(servers.map(close));
    throw error;
  }
  return {
    ports: servers.map((server) => (server.address() as AddressInfo).port),
    close: async () => {
      for (const socket of open) socket.resetAndDestroy();
      await Promise.all(servers.map(close));
    },
  };
}

function connectionHandler(network: Network, nodePort: number): (socket: Socket) => void {
  const program = missing.get(nodePort);
  const sorry = program === undefined ? undefined : notHere(program);
  return (socket) => {
    if (network.acceptAtNodePort(socket, nodePort)) return;
    if (sorry === undefined || network.hasNodePort(nodePort)) resetAtFirstByte(socket);
    else sorry.emit('connection', socket);
  };
}

// A reset that overtakes the client's own handshake reads as "connection refused"; the peer of a kind mapping sees a
// connection first.
function resetAtFirstByte(socket: Socket): void {
  socket.once('data', () => socket.resetAndDestroy());
  socket.once('end', () => socket.destroy());
  socket.once('error', () => socket.destroy());
}

function notHere(program: string): HttpServer {
  return createHttpServer((request, response) => {
    request.resume();
    response.writeHead(501, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
    response.end(`The sandbox has no ${program} yet; a cluster started with --engine kind has.\n`);
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${error.code})`;
      reject(new Error(`Port ${port} of 127.0.0.1 ${why}`, { cause: error }));
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
