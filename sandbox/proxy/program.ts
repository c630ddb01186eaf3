// The image docker.io/istio/proxyv2: a sidecar, or a gateway, inside a pod.

import { createServer, type Server } from 'node:http';
import type { BootstrapCluster, ProxyConfig } from '../envoy/config.ts';
import type { ContainerContext, ContainerProgram, PodIdentity } from '../kubelet/program.ts';
import type { ProxyNode } from '../mesh/proxy-node.ts';
import type { Listener } from '../network/network.ts';
import type { PeerOf } from '../telemetry/reporter.ts';
import { workloadOfPod } from '../telemetry/workload-of-pod.ts';
import type { ProxyCertificate } from './admin/certificates.ts';
import { adminHandlers, type AppProbe } from './admin/handlers.ts';
import { LogLevels } from './admin/logging.ts';
import { statsInclusion } from './admin/stats-inclusion.ts';
import { excludedPorts } from './excluded-ports.ts';
import { createProxy, type Proxy } from './proxy.ts';

export const proxyVersion = '1.25.1';

/** Istio's `terminationDrainDuration`. */
const drainMs = 5000;

export interface ProxyProgramOptions {
  /** The proxy of this pod, as discovery knows it. */
  readonly nodeOf: (context: ContainerContext) => ProxyNode;
  /** `Discovery.subscribe`. */
  readonly subscribe: (node: ProxyNode, push: (config: ProxyConfig) => void) => () => void;
  readonly peerOf: PeerOf;
  /** The answer to `GET :15000/config_dump`. */
  readonly configDump: (request: DumpRequest) => Promise<unknown>;
  /** What SDS brings to it. */
  readonly certificates: (node: ProxyNode) => Promise<readonly ProxyCertificate[]>;
  /** The clusters it starts with. */
  readonly bootstrap: readonly BootstrapCluster[];
  /** Makes the HTTP probe that injection rewrote to `:15020/app-health/…`; answers its status. */
  readonly appProbe: (pod: PodIdentity, ...probe: Parameters<AppProbe>) => Promise<number>;
}

export interface DumpRequest {
  readonly query: URLSearchParams;
  readonly node: ProxyNode;
  /** What it has; undefined before anything has come. */
  readonly config: ProxyConfig | undefined;
  /** RFC 3339: when that came. */
  readonly lastUpdated: string;
}

/** Ready (`:15021/healthz/ready`) from the first configuration on; exits with 0 when stopped. */
export function proxyProgram(options: ProxyProgramOptions): ContainerProgram {
  return (context) => {
    const { pod, network, clock, random, log } = context;
    const node = options.nodeOf(context);
    let ready = false;
    let lastUpdated = '';
    const say = (line: string): void => log(`${new Date(clock.now()).toISOString()}\t${line}`);
    const proxy = createProxy({
      workload: workloadOfPod(pod),
      ip: network.ip,
      clock,
      random,
      log,
      connect: (destination, connectOptions) => network.connect(destination, connectOptions),
      resolve: (host) => network.resolve(host),
      peerOf: options.peerOf,
    });
    const admin = [
      ...adminHandlers({
        proxy,
        version: proxyVersion,
        ready: () => ready,
        includesStat: statsInclusion(pod.annotations),
        bootstrap: options.bootstrap,
        certificates: () => options.certificates(node),
        now: () => clock.now(),
        logLevels: new LogLevels(say),
        configDump: (query) => options.configDump({ query, node, config: proxy.config, lastUpdated }),
        appProbe: (container, probe) => options.appProbe(pod, container, probe),
      }),
    ].map(([port, handler]) => serve(network.listen.bind(network), port, createServer(handler)));
    const gateway = new GatewayPorts(proxy, network.listen.bind(network));
    if (node.type === 'sidecar') {
      network.redirect({
        ...excludedPorts(pod.annotations),
        outbound: (socket, destination) => proxy.acceptOutbound(socket, destination),
        inbound: (socket, destination) => proxy.acceptInbound(socket, destination),
        endsMutualTls: (destination, serverName) => proxy.endsMutualTls(destination, serverName),
      });
    }
    const unsubscribe = options.subscribe(node, (config) => {
      proxy.apply(config);
      lastUpdated = new Date(clock.now()).toISOString();
      if (node.type === 'router') gateway.update();
      if (!ready) say('info\tEnvoy proxy is ready');
      ready = true;
    });
    let exit: (code: number) => void = () => undefined;
    const exited = new Promise<number>((resolve) => {
      exit = resolve;
    });
    const end = async (waitMs: number, code: number): Promise<void> => {
      unsubscribe();
      gateway.close();
      await proxy.close(waitMs);
      network.redirect(undefined);
      for (const close of admin) close();
      exit(code);
    };
    let ending = false;
    const endOnce = (waitMs: number, code: number): void => {
      if (ending && waitMs > 0) return;
      ending = true;
      ready = false;
      void end(waitMs, code);
    };
    return Promise.resolve({ exited, stop: () => endOnce(drainMs, 0), kill: () => endOnce(0, 137) });
  };
}

type Listen = ContainerContext['network']['listen'];

/** Binds an HTTP server to a port of the pod; answers what unbinds it and ends its connections. */
function serve(listen: Listen, port: number, server: Server): () => void {
  const listener = listen(port, (socket) => server.emit('connection', socket));
  return () => {
    listener.close();
    server.closeAllConnections();
    server.close();
  };
}

/** Keeps the ports a gateway listens on in step with its listeners. */
class GatewayPorts {
  readonly #proxy: Proxy;
  readonly #listen: Listen;
  readonly #bound = new Map<number, Listener>();

  constructor(proxy: Proxy, listen: Listen) {
    this.#proxy = proxy;
    this.#listen = listen;
  }

  update(): void {
    const wanted = new Set(this.#proxy.ports);
    for (const [port, listener] of this.#bound) {
      if (wanted.has(port)) continue;
      listener.close();
      this.#bound.delete(port);
    }
    for (const port of wanted) {
      if (!this.#bound.has(port)) this.#bound.set(port, this.#listen(port, this.#proxy.acceptListener(port)));
    }
  }

  close(): void {
    for (const listener of this.#bound.values()) listener.close();
    this.#bound.clear();
  }
}
