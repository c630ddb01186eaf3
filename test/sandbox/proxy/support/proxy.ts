// A proxy between real loopback sockets, with everything it needs and nothing it leaves behind.

import { createServer, type RequestListener, type Server } from 'node:http';
import {
  connect,
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { expect } from 'vitest';
import { seededRandom, type Random } from '../../../../sandbox/clock/clock.ts';
import type { ProxyConfig } from '../../../../sandbox/envoy/config.ts';
import type { MutualTls } from '../../../../sandbox/network/network.ts';
import { createProxy, type Proxy, type ProxyOptions } from '../../../../sandbox/proxy/proxy.ts';
import type { ProxySocket } from '../../../../sandbox/proxy/upstream/connector.ts';
import type { Workload } from '../../../../sandbox/telemetry/workload.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

export const webapp: Workload = {
  workload: 'webapp',
  namespace: 'shop',
  principal: 'spiffe://cluster.local/ns/shop/sa/webapp',
  app: 'webapp',
  version: 'v1',
  canonicalService: 'webapp',
  canonicalRevision: 'v1',
  cluster: 'Kubernetes',
};

export interface TestProxy extends AsyncDisposable {
  readonly proxy: Proxy;
  readonly clock: ManualClock;
  /** Loopback port whose connections the proxy takes. */
  readonly port: number;
  readonly url: string;
  readonly logs: string[];
  /** Bytes that it has read from its clients. */
  bytesRead(): number;
}

/** Connections arrive as the workload's own, meant for 10.96.0.1:80. */
export async function startProxy(
  config: ProxyConfig,
  options: Partial<ProxyOptions> & {
    readonly inbound?: boolean;
    readonly mtls?: MutualTls;
    readonly random?: Random;
    readonly destination?: { ip: string; port: number };
  } = {},
): Promise<TestProxy> {
  const clock = new ManualClock();
  const logs: string[] = [];
  const sockets = new Set<ProxySocket>();
  const clients: Socket[] = [];
  const proxy = createProxy({
    workload: webapp,
    ip: '127.0.0.1',
    clock,
    random: seededRandom(7),
    log: (line) => logs.push(line),
    connect: async (address) => {
      const socket = await dial(address);
      sockets.add(socket);
      return socket;
    },
    resolve: () => Promise.resolve([]),
    peerOf: () => undefined,
    ...options,
  });
  proxy.apply(config);
  const destination = options.destination ?? { ip: '10.96.0.1', port: 80 };
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    clients.push(socket);
    const taken: ProxySocket = Object.assign(socket, { mtls: options.mtls });
    if (options.inbound === true) proxy.acceptInbound(taken, destination);
    else proxy.acceptOutbound(taken, destination);
  });
  const port = await listen(server);
  return {
    proxy,
    clock,
    port,
    url: `http://127.0.0.1:${port}`,
    logs,
    bytesRead: () => clients.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    [Symbol.asyncDispose]: async () => {
      await proxy.close();
      await closed(server);
      expect(clock.pending, 'timers left by the proxy').toBe(0);
      const left = [...sockets].filter(({ destroyed }) => !destroyed);
      expect(left, 'sockets left by the proxy').toEqual([]);
    },
  };
}

/** `PodNetwork.connect` over loopback TCP; pod addresses stand for themselves only if they are 127.0.0.1. */
export function dial({ ip, port }: { ip: string; port: number }): Promise<ProxySocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: ip, port, allowHalfOpen: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

export interface Upstream extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
  /** Requests seen so far. */
  count: number;
}

export async function startUpstream(handler: RequestListener): Promise<Upstream> {
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    upstream.count += 1;
    handler(request, response);
  });
  const port = await listen(server);
  const upstream: Upstream = {
    port,
    server,
    count: 0,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await closed(server);
    },
  };
  return upstream;
}

/** A TCP server that treats each connection as told; for what no HTTP server would do. */
export async function startRawUpstream(
  treat: (socket: Socket) => void,
): Promise<{ readonly port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    treat(socket);
  });
  const port = await listen(server);
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await closed(server);
    },
  };
}

function listen(server: TcpServer): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function closed(server: TcpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
