// Host names in Istio's resources: short names, wildcards, and which of two is the more specific.
// Behaviour of istio.io/istio pkg/config/host and pilot/pkg/model/config.go.

import { isIP } from 'node:net';

export const domainSuffix = 'svc.cluster.local';

/** A host without any dot is completed with the namespace of the object that holds it; all others are literal. */
export function resolveHost(host: string, namespace: string): string {
  if (host === '' || host === '*' || host.includes('.') || isIP(host) !== 0) return host;
  return `${host}.${namespace}.${domainSuffix}`;
}

/** `gw`, `./gw`, `ns/gw` or the old `gw.ns.svc…` as `ns/gw`; `mesh` stays. */
export function resolveGatewayName(name: string, namespace: string): string {
  if (name === 'mesh') return name;
  const [before, after] = name.split('/', 2);
  if (after !== undefined) return before === '.' ? `${namespace}/${after}` : name;
  const [short, owner] = name.split('.');
  return `${owner ?? namespace}/${short}`;
}

export const isWildcard = (host: string): boolean => host.startsWith('*');

/** Whether every name that `host` stands for is one that `other` stands for. */
export function isSubsetOf(host: string, other: string): boolean {
  if (!isWildcard(other)) return host === other;
  if (!isWildcard(host)) return host.endsWith(other.slice(1));
  return host.length >= other.length && host.slice(1).endsWith(other.slice(1));
}

/** For every overlapping pair the narrower of the two, once, in order of `hosts`. */
export function intersection(hosts: readonly string[], others: readonly string[]): string[] {
  const found = new Set<string>();
  for (const host of hosts) {
    for (const other of others) {
      if (isSubsetOf(host, other)) found.add(host);
      else if (isSubsetOf(other, host)) found.add(other);
    }
  }
  return [...found];
}

/** Orders the most specific first: names before wildcards, longer before shorter, then by alphabet. */
export function bySpecificity(a: string, b: string): number {
  if (isWildcard(a) !== isWildcard(b)) return isWildcard(a) ? 1 : -1;
  if (a.length !== b.length) return b.length - a.length;
  return a < b ? -1 : Number(a > b);
}

/** Every wildcard that can cover `host`, most specific first. A wildcard covers itself. */
export function* coveringWildcards(host: string): Generator<string> {
  const name = isWildcard(host) ? host.slice(1) : host;
  for (let start = 0; start <= name.length; start += 1) yield `*${name.slice(start)}`;
}

/** The value of the most specific key that covers `host`: the host itself, else the longest wildcard. */
export function mostSpecific<T>(host: string, values: ReadonlyMap<string, T>): T | undefined {
  const exact = values.get(host);
  if (exact !== undefined) return exact;
  for (const wildcard of coveringWildcards(host)) {
    const value = values.get(wildcard);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A Gateway server's hosts (`host`, or `namespace/host` with `.` and `*` for a namespace) that hold for VirtualServices of `namespace`. */
export function hostsForNamespace(
  hosts: readonly string[],
  namespace: string,
  gatewayNamespace: string,
): string[] {
  return hosts.flatMap((entry) => {
    const slash = entry.indexOf('/');
    if (slash < 0) return [entry];
    const owner = entry.slice(0, slash);
    const allowed = owner === '*' || (owner === '.' ? gatewayNamespace : owner) === namespace;
    return allowed ? [entry.slice(slash + 1)] : [];
  });
}
