// Several Gateways on one gateway pod: istio.io/istio pilot/pkg/model/gateway.go, HTTP and HTTPS that ends here.

import { byAge } from '../kube/virtual-service.ts';
import { hasLabels } from '../kube/workload.ts';
import { serviceTargets } from '../inbound/service-targets.ts';
import type { GatewayServer } from '../kube/gateway.ts';
import type { MeshSnapshot } from '../model.ts';
import type { ProxyNode } from '../proxy-node.ts';

/** What a gateway pod has one route configuration for: all HTTP of a port, or one HTTPS server. */
export interface MergedServers {
  /** `http.8080`, with `.address` if bound to one; `https.443.name.gateway.namespace`. */
  readonly routeName: string;
  readonly bind: string;
  /** The port listened on: the service's target port for the one written. */
  readonly port: number;
  readonly servers: readonly BoundServer[];
  /** Of HTTPS: the Secret with the certificate, and for which server names. */
  readonly tls?: { readonly credentialName: string; readonly serverNames: readonly string[] };
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
      if (first !== undefined && !goesWith(first, server)) continue;
      if (isHttps(server) && others.some((other) => sharesHost(other.server, server))) continue;
      byPort.set(port, [...others, { gateway: key, gatewayNamespace: namespace, server }]);
    }
  }
  return [...byPort].flatMap(([port, servers]) => [
    ...byBind(
      port,
      servers.filter(({ server }) => isPlainHttp(server)),
      proxy,
    ),
    ...servers.flatMap((bound) => withTls(port, bound, proxy)),
  ]);
}

/** Protocols of servers that are executed; the others are no HTTP. */
const isPlainHttp = ({ port }: GatewayServer): boolean =>
  ['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB'].includes(port.protocol.toUpperCase());

const isHttps = ({ port, tls }: GatewayServer): boolean =>
  port.protocol.toUpperCase() === 'HTTPS' && tls?.mode === 'SIMPLE' && Boolean(tls.credentialName);

const goesWith = ({ server: first }: BoundServer, server: GatewayServer): boolean =>
  (isPlainHttp(first) && isPlainHttp(server)) || (isHttps(first) && isHttps(server));

/** A server name leads to one certificate. */
const sharesHost = (a: GatewayServer, b: GatewayServer): boolean =>
  (a.bind ?? '') === (b.bind ?? '') && a.hosts.some((host) => b.hosts.includes(host));

function withTls(port: number, bound: BoundServer, { lowPorts }: ProxyNode): MergedServers[] {
  const { server, gateway } = bound;
  if (!isHttps(server) || (port < 1024 && lowPorts !== true)) return [];
  const [namespace = '', name = ''] = gateway.split('/');
  const hosts = server.hosts.map((host) => host.replace(/^.*\//u, '').toLowerCase());
  return [
    {
      routeName: `https.${server.port.number}.${server.port.name ?? ''}.${name}.${namespace}`,
      bind: server.bind ?? '',
      port,
      servers: [bound],
      tls: {
        credentialName: server.tls?.credentialName ?? '',
        serverNames: hosts.includes('*') ? [] : hosts,
      },
    },
  ];
}

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
