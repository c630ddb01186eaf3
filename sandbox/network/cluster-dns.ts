// Names to addresses, as a pod's resolver and CoreDNS do it together: search domains with ndots:5, services, headless
// services, ExternalName aliases, and pods by their dashed address. Nothing outside the cluster has a name here.

import { isIPv4 } from 'node:net';
import { hostNotFound } from './errors.ts';
import type { ServiceTable } from './service-table.ts';

const clusterDomain = 'cluster.local';
const ndots = 5;
/** An alias of an alias of …: CoreDNS gives up on chains, too. */
const maxAliases = 8;

export interface Resolver {
  readonly services: ServiceTable;
  /** Whether a pod has this address. */
  readonly isPod: (ip: string) => boolean;
}

/** Search domains in /etc/resolv.conf of a pod of this namespace. */
export const searchDomains = (namespace: string): readonly string[] => [
  `${namespace}.svc.${clusterDomain}`,
  `svc.${clusterDomain}`,
  clusterDomain,
];

/** @throws ENOTFOUND, naming the host as it was asked for */
export function resolveHost(resolver: Resolver, host: string, namespace: string): readonly string[] {
  const name = host.toLowerCase();
  if (isIPv4(name)) return [name];
  if (name === 'localhost' || name === 'localhost.') return ['127.0.0.1'];
  for (const candidate of candidates(name, namespace)) {
    const addresses = lookUp(resolver, candidate, maxAliases);
    if (addresses.length > 0) return addresses;
  }
  throw hostNotFound(host);
}

/** Absolute names in the order in which a resolver with ndots:5 tries them. */
function candidates(name: string, namespace: string): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = searchDomains(namespace).map((domain) => `${name}.${domain}`);
  return name.split('.').length - 1 >= ndots ? [name, ...searched] : [...searched, name];
}

function lookUp(resolver: Resolver, name: string, aliasesLeft: number): readonly string[] {
  const labels = name.split('.');
  if (labels.slice(-2).join('.') !== clusterDomain || labels.includes('')) return [];
  const kind = labels.at(-3);
  const namespace = labels.at(-4);
  const owner = labels.at(-5);
  if (namespace === undefined || owner === undefined) return [];
  if (kind === 'pod' && labels.length === 5) return podByName(resolver, owner);
  if (kind !== 'svc' || labels.length > 6) return [];
  const service = resolver.services.find(namespace, owner);
  if (service === undefined) return [];
  const hostname = labels.length === 6 ? labels[0] : undefined;
  if (service.externalName !== undefined) {
    const alias = service.externalName.toLowerCase().replace(/\.$/, '');
    return aliasesLeft > 0 && hostname === undefined ? lookUp(resolver, alias, aliasesLeft - 1) : [];
  }
  if (service.clusterIps.length > 0) return hostname === undefined ? service.clusterIps : [];
  return resolver.services.addresses(namespace, owner, hostname);
}

function podByName(resolver: Resolver, dashed: string): readonly string[] {
  const ip = dashed.replaceAll('-', '.');
  return isIPv4(ip) && resolver.isPod(ip) ? [ip] : [];
}
