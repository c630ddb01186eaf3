// Executes Envoy-shaped configuration for real HTTP/1.1 and TCP.
//
// Implemented: what sandbox/envoy/*.ts describes. Refused with the field's name: any other filter, format operator,
// retry condition or escaped-slash action. Read and dropped, as Envoy does by default: HTTP/1.1 trailers.
// Not there: HTTP/2 and HTTP/3, TLS but that of a gateway's clients, success-rate outlier detection, tracing.

import type { Clock, Random } from '../clock/clock.ts';
import type { ProxyConfig } from '../envoy/config.ts';
import type { Address } from '../network/network.ts';
import { TelemetryReporter, type PeerOf } from '../telemetry/reporter.ts';
import type { Workload } from '../telemetry/workload.ts';
import { accept } from './listener/accept.ts';
import { endsMutualTls } from './listener/filter-chain.ts';
import { Listeners, type CompiledListener, type ListenerRuntime } from './listener/listeners.ts';
import { OpenConnections } from './listener/open-connections.ts';
import { TlsSecrets } from './listener/tls-secrets.ts';
import { routeTable, type RouteTable } from './route/route-table.ts';
import { Clusters } from './upstream/clusters.ts';
import type { Connect, ProxySocket, Resolve } from './upstream/connector.ts';

export interface ProxyOptions {
  /** The workload this proxy stands for. */
  readonly workload: Workload;
  /** Its address, as this proxy adds it to x-forwarded-for of what it sends on its own. */
  readonly ip: string;
  readonly clock: Clock;
  readonly random: Random;
  /** One line of the access log, without its line break. */
  readonly log: (line: string) => void;
  /** `PodNetwork.connect`. */
  readonly connect: Connect;
  /** `PodNetwork.resolve`, for clusters whose endpoints are names. */
  readonly resolve: Resolve;
  readonly peerOf: PeerOf;
}

export interface Proxy {
  /**
   * Puts a configuration in force at once and as a whole; what did not change keeps its state. Requests under way end
   * as they began.
   * @throws ConfigError naming the field that cannot be executed; the previous configuration stays
   */
  apply(config: ProxyConfig): void;
  /** The configuration in force. */
  readonly config: ProxyConfig | undefined;
  /** Takes a connection the workload opened towards `destination`. */
  acceptOutbound(socket: ProxySocket, destination: Address): void;
  /** Takes a connection to the workload's port `destination.port`. */
  acceptInbound(socket: ProxySocket, destination: Address): void;
  /** Whether a connection to the workload's port with this server name finds the other end of its mutual TLS here. */
  endsMutualTls(destination: Address, serverName: string): boolean;
  /** Takes a connection to a listener that is bound to `port`: a gateway's. */
  acceptListener(port: number): (socket: ProxySocket) => void;
  /** Ports of bound listeners. */
  readonly ports: readonly number[];
  readonly clusters: Clusters;
  readonly telemetry: TelemetryReporter;
  /** Lets requests under way finish, for at most `drainMs` (default 0: not at all), then ends every connection. */
  close(drainMs?: number): Promise<void>;
}

export function createProxy(options: ProxyOptions): Proxy {
  const { clock, random, log, connect, resolve, workload, ip, peerOf } = options;
  const clusters = new Clusters({ clock, random, connect, resolve });
  const telemetry = new TelemetryReporter(workload, peerOf);
  const open = new OpenConnections();
  const secrets = new TlsSecrets();
  let routes = new Map<string, RouteTable>();
  let draining = false;
  let current: ProxyConfig | undefined;
  const runtime: ListenerRuntime = {
    clock,
    random,
    log,
    connect,
    secrets,
    clusters,
    telemetry,
    principal: workload.principal,
    ip,
    route: (name) => routes.get(name),
    get draining() {
      return draining;
    },
  };
  const listeners = new Listeners(runtime);
  const take = (
    listener: () => CompiledListener | undefined,
    socket: ProxySocket,
    destination: Address | undefined,
  ): void => {
    accept(draining ? none : listener, socket, destination, open, () => clock.now());
  };
  return {
    apply: (config) => {
      const nextRoutes = new Map(config.routes.map((route) => [route.name, routeTable(route)]));
      const commits = [clusters.plan(config), listeners.plan(config.listeners)];
      routes = nextRoutes;
      secrets.set(config.secrets ?? []);
      for (const commit of commits) commit();
      current = config;
      open.review();
    },
    get config() {
      return current;
    },
    acceptOutbound: (socket, destination) => take(() => listeners.outbound(destination), socket, destination),
    acceptInbound: (socket, destination) => take(() => listeners.inbound(), socket, destination),
    endsMutualTls: (destination, serverName) => endsMutualTls(listeners.inbound(), destination, serverName),
    acceptListener: (port) => (socket) => take(() => listeners.onPort(port), socket, undefined),
    get ports() {
      return listeners.ports;
    },
    clusters,
    telemetry,
    close: async (drainMs = 0) => {
      draining = true;
      await open.drain(clock, drainMs);
      open.destroy();
      clusters.close();
    },
  };
}

const none = (): undefined => undefined;
