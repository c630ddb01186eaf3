import { bySpecificity, coveringWildcards, hostsForNamespace, intersection } from '../host.ts';
import { entryOf } from '../model/multi-map.ts';
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

/**
 * Hosts with the same routes become one, named for the most specific; Istio does it to save bytes. A group with the
 * members it had before stays the same object.
 */
export class CollapsedHosts {
  readonly #groups = new WeakMap<
    GatewayHost,
    { readonly others: readonly GatewayHost[]; readonly host: VirtualHost }
  >();

  of(hosts: Iterable<GatewayHost>): VirtualHost[] {
    const ids = new Map<readonly Route[], number>();
    const groups = new Map<string, GatewayHost[]>();
    for (const entry of hosts) {
      const key = `${entry.sources.map((routes) => idOf(ids, routes)).join()} ${entry.host.require_tls ?? ''}`;
      entryOf(groups, key, () => []).push(entry);
    }
    return [...groups.values()].map((group) => this.#collapsed(group));
  }

  #collapsed(group: readonly GatewayHost[]): VirtualHost {
    const [first, ...others] = group.toSorted((a, b) => bySpecificity(domainOf(a), domainOf(b)));
    if (first === undefined) throw new Error('a group has members');
    if (others.length === 0) return first.host;
    const known = this.#groups.get(first);
    const same =
      known?.others.length === others.length && known.others.every((other, index) => other === others[index]);
    if (known !== undefined && same) return known.host;
    const host = { ...first.host, domains: [first, ...others].map(domainOf) };
    this.#groups.set(first, { others, host });
    return host;
  }
}

const domainOf = ({ host }: GatewayHost): string => host.domains[0] ?? '';

function idOf(ids: Map<readonly Route[], number>, routes: readonly Route[]): number {
  return entryOf(ids, routes, () => ids.size);
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
