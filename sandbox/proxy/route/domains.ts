// Which virtual host answers for a Host header: exact, then the longest suffix wildcard (*.x), then the longest prefix
// wildcard (x.*), then *. Case does not matter.

import { ConfigError } from '../config-error.ts';

export class Domains<Host> {
  readonly #exact = new Map<string, Host>();
  readonly #suffixes: Wildcards<Host> = { lengths: [], hosts: new Map() };
  readonly #prefixes: Wildcards<Host> = { lengths: [], hosts: new Map() };
  #any: Host | undefined;

  /** @throws ConfigError when the domain has been added before */
  add(domain: string, host: Host, field: string): void {
    const name = domain.toLowerCase();
    if (name === '*') {
      if (this.#any !== undefined) throw duplicate(field, domain);
      this.#any = host;
    } else if (name.startsWith('*')) {
      addWildcard(this.#suffixes, name.slice(1), host, field, domain);
    } else if (name.endsWith('*')) {
      addWildcard(this.#prefixes, name.slice(0, -1), host, field, domain);
    } else {
      if (this.#exact.has(name)) throw duplicate(field, domain);
      this.#exact.set(name, host);
    }
  }

  find(authority: string): Host | undefined {
    const name = authority.toLowerCase();
    return (
      this.#exact.get(name) ??
      longest(this.#suffixes, name, (length) => name.slice(-length)) ??
      longest(this.#prefixes, name, (length) => name.slice(0, length)) ??
      this.#any
    );
  }
}

interface Wildcards<Host> {
  /** Longest first. */
  lengths: number[];
  readonly hosts: Map<string, Host>;
}

function addWildcard<Host>(
  wildcards: Wildcards<Host>,
  part: string,
  host: Host,
  field: string,
  domain: string,
): void {
  if (wildcards.hosts.has(part)) throw duplicate(field, domain);
  wildcards.hosts.set(part, host);
  if (wildcards.lengths.includes(part.length)) return;
  wildcards.lengths = [...wildcards.lengths, part.length].toSorted((a, b) => b - a);
}

function longest<Host>(
  { lengths, hosts }: Wildcards<Host>,
  name: string,
  part: (length: number) => string,
): Host | undefined {
  for (const length of lengths) {
    // The wildcard itself stands for at least one character.
    if (length >= name.length) continue;
    const host = hosts.get(part(length));
    if (host !== undefined) return host;
  }
  return undefined;
}

function duplicate(field: string, domain: string): ConfigError {
  return new ConfigError(field, `domain "${domain}" is claimed twice`);
}

/** `host:8080` → `host`, `[::1]:80` → `[::1]`; Envoy does not ask whether it is a number (HeaderUtility::getPortStart). */
export function withoutPort(authority: string): string {
  const colon = authority.lastIndexOf(':');
  return colon === -1 || authority.lastIndexOf(']') > colon ? authority : authority.slice(0, colon);
}
