import { bySpecificity, coveringWildcards, hostsForNamespace, intersection } from '../host.ts';
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

/** Hosts with the same routes become one, named for the most specific; Istio does it to save bytes. */
export function collapsed(hosts: readonly GatewayHost[]): VirtualHost[] {
  const ids = new Map<readonly Route[], number>();
  const groups = new Map<string, GatewayHost[]>();
  const idOf = (routes: readonly Route[]): number => {
    const id = ids.get(routes) ?? ids.size;
    ids.set(routes, id);
    return id;
  };
  const specificFirst = hosts.toSorted((a, b) =>
    bySpecificity(a.host.domains[0] ?? '', b.host.domains[0] ?? ''),
  );
  for (const entry of specificFirst) {
    const key = `${entry.sources.map(idOf).join()} ${entry.host.require_tls ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    if (others.length === 0) return [first.host];
    return [
      { ...first.host, domains: [...first.host.domains, ...others.flatMap(({ host }) => host.domains)] },
    ];
  });
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
