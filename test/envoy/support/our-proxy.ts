import { createServer, type AddressInfo, type Server } from 'node:net';
import { seededRandom, systemClock } from '../../../sandbox/clock/clock.ts';
import type { ProxyConfig } from '../../../sandbox/envoy/config.ts';
import { createProxy } from '../../../sandbox/proxy/proxy.ts';
import { dial, webapp } from '../../sandbox/proxy/support/proxy.ts';

export interface RunningProxy {
  /** By the name of the listener. */
  readonly ports: ReadonlyMap<string, number>;
  readonly logs: readonly string[];
  stop(): Promise<void>;
}

/** The sandbox's proxy behind loopback ports, as at a gateway. */
export async function startOurs(config: ProxyConfig): Promise<RunningProxy> {
  const logs: string[] = [];
  const proxy = createProxy({
    workload: webapp,
    ip: '127.0.0.1',
    clock: systemClock,
    random: seededRandom(11),
    log: (line) => logs.push(line),
    connect: dial,
    resolve: () => Promise.resolve([]),
    peerOf: () => undefined,
  });
  proxy.apply(config);
  const servers: Server[] = [];
  const ports = new Map<string, number>();
  for (const { name, address } of config.listeners) {
    const take = proxy.acceptListener(address.socket_address.port_value);
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, take);
    ports.set(name, await listening(server));
    servers.push(server);
  }
  return {
    ports,
    logs,
    stop: async () => {
      await proxy.close();
      for (const server of servers) server.close();
    },
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
