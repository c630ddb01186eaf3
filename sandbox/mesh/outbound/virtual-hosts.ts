import { isIP } from 'node:net';
import { coveringWildcards, isSubsetOf, isWildcard } from '../host.ts';
import { defaultRoute } from '../route/default-route.ts';
import { hashForService } from '../route/hash-policy.ts';
import { isHttpOrSniffed } from '../protocol.ts';
import type { VirtualService } from '../kube/virtual-service.ts';
import { visibleTo } from '../model/virtual-services.ts';
import type { MeshService } from '../kube/service.ts';
import type { MeshView } from './mesh-view.ts';
import type { Route, VirtualHost } from '../../envoy/route.ts';

/** What sidecars know `host` as, by port: a service, or a host that only VirtualServices name. */
export function virtualHosts(host: string, view: MeshView): Map<number, VirtualHost> {
  const service = view.service(host);
  const hosts = new Map<number, VirtualHost>();
  for (const { port, protocol } of service?.ports ?? []) {
    if (service !== undefined && isHttpOrSniffed(protocol)) hosts.set(port, serviceHost(service, port, view));
  }
  for (const port of portsOfVirtualServices(host, view)) {
    const isOfService = service?.ports.some((known) => known.port === port);
    const owner = isOfService ? undefined : ownerOfPlainHost(host, port, view);
    if (owner === undefined || takenByService(host, port, owner, view)) continue;
    const domains = [host, ...otherNamesOfAlias(host, port, view)];
    hosts.set(port, virtualHost(`${host}:${port}`, domains, view.routes(owner, 'mesh', port)));
  }
  return hosts;
}

/** Of a host of type ExternalName with this port, unless a VirtualService or a service has one of them for itself. */
function otherNamesOfAlias(host: string, port: number, view: MeshView): string[] {
  const alias = view.snapshot.services.externalName(host);
  if (alias === undefined || !alias.ports.includes(port)) return [];
  return shortNames(alias, view.client.namespace).filter(
    (name) =>
      ownerOfPlainHost(name, port, view) === undefined &&
      ![name, ...view.snapshot.services.byAlias(name)].some((other) => hasName(other, name, port, view)),
  );
}

/** A service that is called so itself, not by an alias. */
const hasName = (hostname: string, name: string, port: number, view: MeshView): boolean => {
  const service = isHttpService(hostname, port, view) ? view.service(hostname) : undefined;
  return service !== undefined && domainsOf(service, view.client.namespace).includes(name);
};

function serviceHost(service: MeshService, port: number, view: MeshView): VirtualHost {
  const owner = ownerOfService(service.hostname, port, view);
  const routes = owner && view.routes(owner, 'mesh', port);
  const [name, ...named] = domainsOf(service, view.client.namespace);
  const others = [...new Set([...named, ...aliasDomains(service.hostname, port, view)])];
  // A VirtualService that names one of the other domains itself, and comes first, takes it away.
  const own = others.filter((domain) => {
    if (isNameOfOther(domain, service.hostname, port, view)) return false;
    const taker = ownerOfPlainHost(domain, port, view);
    return taker === undefined || (owner !== undefined && comesBefore(owner, taker, view));
  });
  return virtualHost(
    `${service.hostname}:${port}`,
    [name ?? service.hostname, ...own],
    routes ?? [defaultRoute(service.hostname, port, hashForService(view.rule(service), port))],
  );
}

/** Names of services of type ExternalName, but of those that have rules of their own at this port. */
function aliasDomains(hostname: string, port: number, view: MeshView): string[] {
  return view.externalNames(hostname).flatMap((alias) => {
    // A ServiceEntry may have the very host.
    if (isHttpService(alias.hostname, port, view)) return [];
    const hasOwnRules =
      alias.ports.includes(port) && ownerOfPlainHost(alias.hostname, port, view) !== undefined;
    return hasOwnRules ? [] : [alias.hostname, ...shortNames(alias, view.client.namespace)];
  });
}

/** Of services that share a name or an address, the one that is called so has it, else the first by host name. */
function isNameOfOther(domain: string, hostname: string, port: number, view: MeshView): boolean {
  const first = [domain, ...view.snapshot.services.byAlias(domain)].find((host) =>
    isHttpService(host, port, view),
  );
  return first !== undefined && first !== hostname;
}

/** The first VirtualService with this very host that has a route here; without any, that of the closest wildcard. */
function ownerOfService(hostname: string, port: number, view: MeshView): VirtualService | undefined {
  const hasRoutes = (candidate: VirtualService): boolean => view.routes(candidate, 'mesh', port).length > 0;
  const exact = view.virtualServices('mesh', hostname);
  if (exact.length > 0) return exact.find(hasRoutes);
  for (const wildcard of coveringWildcards(hostname)) {
    const [first] = view.virtualServices('mesh', wildcard);
    if (first !== undefined) return hasRoutes(first) ? first : undefined;
  }
  return undefined;
}

/** The VirtualService that makes a domain of a host which is no service at this port. */
function ownerOfPlainHost(host: string, port: number, view: MeshView): VirtualService | undefined {
  const candidates = view.virtualServices('mesh', host);
  if (candidates.length === 0 || (isWildcard(host) && coversService(host, port, view))) return undefined;
  return candidates.find(
    (candidate) =>
      (port === 80 || candidate.hosts.some((other) => isHttpService(other, port, view))) &&
      view.routes(candidate, 'mesh', port).length > 0,
  );
}

/** Port 80, and the ports of services that the same VirtualServices are about. */
function portsOfVirtualServices(host: string, view: MeshView): Set<number> {
  const virtualServices = view.virtualServices('mesh', host);
  if (virtualServices.length === 0) return new Set();
  const services = virtualServices.flatMap(({ hosts }) =>
    hosts.flatMap((other) => view.service(other) ?? []),
  );
  return new Set([80, ...services.flatMap(({ ports }) => ports.map(({ port }) => port))]);
}

/** The service whose other name this is keeps it if its own VirtualService comes first. */
function takenByService(host: string, port: number, owner: VirtualService, view: MeshView): boolean {
  return view.snapshot.services.byAlias(host).some((hostname) => {
    if (!isHttpService(hostname, port, view)) return false;
    const serviceOwner = ownerOfService(hostname, port, view);
    return serviceOwner !== undefined && comesBefore(serviceOwner, owner, view);
  });
}

function comesBefore(a: VirtualService, b: VirtualService, view: MeshView): boolean {
  return a !== b && visibleTo([a, b], view.client.namespace)[0] === a;
}

const isHttpService = (host: string, port: number, view: MeshView): boolean =>
  view.service(host)?.ports.some((known) => known.port === port && isHttpOrSniffed(known.protocol)) ?? false;

const coversService = (wildcard: string, port: number, view: MeshView): boolean =>
  [...view.snapshot.services.hostnames].some(
    (hostname) =>
      isSubsetOf(hostname, wildcard) &&
      view.service(hostname)?.ports.some((known) => known.port === port) === true,
  );

/** Without ports: the route configuration ignores them. The bare name is for clients of the same namespace. */
function domainsOf({ hostname, local, addresses, headless }: MeshService, client: string): string[] {
  const names = [hostname, ...(local === undefined ? [] : shortNames(local, client))];
  const single = addresses.filter((address) => isIP(address) !== 0);
  return [...names, ...(headless ? names.map((known) => `*.${known}`) : []), ...single];
}

function shortNames({ name, namespace }: NonNullable<MeshService['local']>, client: string): string[] {
  const short = `${name}.${namespace}`;
  return client === namespace ? [name, `${short}.svc`, short] : [short, `${short}.svc`];
}

const virtualHost = (name: string, domains: readonly string[], routes: readonly Route[]): VirtualHost => ({
  name,
  domains,
  routes,
  include_request_attempt_count: true,
});
