import { coveringWildcards, hostsForNamespace, intersection } from '../host.ts';
import { isCatchAll } from '../route/route-match.ts';
import { visibleTo } from '../model/virtual-services.ts';
import type { BoundServer } from './merged-servers.ts';
import type { MeshView } from '../outbound/mesh-view.ts';
import type { Route, VirtualHost } from '../../envoy/route.ts';
import type { VirtualService } from '../kube/virtual-service.ts';

/** A host of a gateway's port, and where its routes are from. */
export interface GatewayHost {
  readonly host: VirtualHost;
  readonly sources: readonly (readonly Route[])[];
}

/** Hosts that a VirtualService with `hosts` of `namespace` has at this server. */
export const servedHosts = (
  { server, gatewayNamespace }: BoundServer,
  { hosts, namespace }: Pick<VirtualService, 'hosts' | 'namespace'>,
): string[] =>
  intersection(hostsForNamespace(server.hosts, namespace, gatewayNamespace), hosts).map((host) =>
    host.toLowerCase(),
  );

/**
 * The routes of all VirtualServices with this host, one after the other; those that take everything come last.
 * Undefined: nothing is served under it.
 */
export function gatewayHost(
  name: string,
  servers: readonly BoundServer[],
  view: MeshView,
): GatewayHost | undefined {
  const parts = servers.flatMap((bound) => {
    const { server, gateway } = bound;
    const redirect = server.tls?.httpsRedirect === true;
    const redirected = redirect && server.hosts.some((host) => host.toLowerCase() === name);
    const sources = virtualServices(name, bound, view)
      .map((virtualService) => view.routes(virtualService, gateway, server.port.number))
      .filter((routes) => routes.length > 0);
    if (sources.length === 0 && !redirected) return [];
    return [{ sources, redirect, port: server.port.number }];
  });
  const [first] = parts;
  if (first === undefined) return undefined;
  const sources = parts.flatMap((part) => part.sources);
  return {
    sources,
    host: {
      name: `${name}:${first.port}`,
      domains: [name],
      routes: catchAllLast(sources.flat()),
      ...(parts.some(({ redirect }) => redirect) && { require_tls: 'ALL' }),
      include_request_attempt_count: true,
    },
  };
}

export const blackholeHost = (port: number): VirtualHost => ({
  name: `blackhole:${port}`,
  domains: ['*'],
  routes: [],
});

function virtualServices(name: string, bound: BoundServer, view: MeshView): VirtualService[] {
  const byHost = view.snapshot.virtualServices.boundTo(bound.gateway);
  const candidates = new Set([name, ...coveringWildcards(name)].flatMap((host) => byHost.get(host) ?? []));
  const serving = [...candidates].filter((candidate) => servedHosts(bound, candidate).includes(name));
  return visibleTo(serving, view.client.namespace);
}

const catchAllLast = (routes: readonly Route[]): Route[] => [
  ...routes.filter(({ match }) => !isCatchAll(match)),
  ...routes.filter(({ match }) => isCatchAll(match)),
];
