// Several Gateways on one gateway pod: istio.io/istio pilot/pkg/model/gateway.go, plain-text HTTP only.

import { byAge } from '../kube/virtual-service.ts';
import { hasLabels } from '../kube/workload.ts';
import { serviceTargets } from '../inbound/service-targets.ts';
import type { GatewayServer } from '../kube/gateway.ts';
import type { MeshSnapshot } from '../model.ts';
import type { ProxyNode } from '../proxy-node.ts';

/** One listener of a gateway pod. */
export interface MergedServers {
  /** `http.8080`, with `.address` if bound to one. */
  readonly routeName: string;
  readonly bind: string;
  /** The port listened on: the service's target port for the one written. */
  readonly port: number;
  readonly servers: readonly BoundServer[];
}

export interface BoundServer {
  /** `namespace/name`. */
  readonly gateway: string;
  readonly gatewayNamespace: string;
  readonly server: GatewayServer;
}

/** Oldest Gateway first. Of servers that do not go together on a port, the first keeps it. */
export function mergedServers(snapshot: MeshSnapshot, proxy: ProxyNode): readonly MergedServers[] {
  const targets = serviceTargets(snapshot, proxy);
  const byPort = new Map<number, BoundServer[]>();
  const selected = [...snapshot.gateways.values()]
    .filter(({ selector, services }) =>
      services === undefined
        ? hasLabels(proxy.labels, selector)
        : targets.some(({ service }) => services.includes(service.hostname)),
    )
    .toSorted(byAge);
  for (const { key, namespace, servers } of selected) {
    for (const server of servers) {
      const target = targets.find(({ port }) => port.port === server.port.number);
      const port = target?.targetPort ?? server.port.number;
      const others = byPort.get(port) ?? [];
      const [first] = others;
      if (first !== undefined && !(isPlainHttp(first.server) && isPlainHttp(server))) continue;
      byPort.set(port, [...others, { gateway: key, gatewayNamespace: namespace, server }]);
    }
  }
  return [...byPort].flatMap(([port, servers]) =>
    byBind(
      port,
      servers.filter(({ server }) => isPlainHttp(server)),
      proxy,
    ),
  );
}

/** Protocols of servers that are executed; the others need TLS or are no HTTP. */
const isPlainHttp = ({ port }: GatewayServer): boolean =>
  ['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB'].includes(port.protocol.toUpperCase());

function byBind(port: number, servers: readonly BoundServer[], { lowPorts }: ProxyNode): MergedServers[] {
  // Istio's own gateway pods run without the right to take a port below 1024.
  if (port < 1024 && lowPorts !== true) return [];
  const binds = new Set(servers.map(({ server }) => server.bind ?? ''));
  return [...binds].map((bind) => ({
    routeName: bind === '' ? `http.${port}` : `http.${port}.${bind}`,
    bind,
    port,
    servers: servers.filter(({ server }) => (server.bind ?? '') === bind),
  }));
}
