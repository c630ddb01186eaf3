// Which filter chain takes a connection (docs: FilterChainMatch): criteria in Envoy's order, the most specific value
// of each first, and no way back once one is chosen.

import type { FilterChain } from '../../envoy/config.ts';
import type { Address } from '../../network/network.ts';
import type { CompiledListener } from './listeners.ts';

export interface ConnectionTraits {
  readonly destinationIp: string;
  readonly destinationPort: number;
  /** Server name of mutual TLS; undefined is plain text. */
  readonly serverName: string | undefined;
}

type Match = NonNullable<FilterChain['filter_chain_match']>;

/** The chains that are left when only the application protocol is still open. */
export function candidates(chains: readonly FilterChain[], traits: ConnectionTraits): readonly FilterChain[] {
  let left = narrowed(chains, (match) =>
    match.destination_port === undefined ? 0 : match.destination_port === traits.destinationPort ? 1 : -1,
  );
  left = narrowed(left, (match) => prefixLength(match, traits.destinationIp));
  left = narrowed(left, (match) => serverNameLength(match, traits.serverName));
  const transport = traits.serverName === undefined ? 'raw_buffer' : 'tls';
  return narrowed(left, ({ transport_protocol: wanted }) =>
    wanted === undefined ? 0 : wanted === transport ? 1 : -1,
  );
}

/** @param http what the bytes look like; mutual TLS between proxies says so in its ALPN (`istio-http/1.1`) */
export function byProtocol(
  chains: readonly FilterChain[],
  http: boolean,
  mtls: boolean,
): FilterChain | undefined {
  const spoken = http
    ? mtls
      ? ['istio-http/1.1', 'istio', 'http/1.1']
      : ['http/1.1']
    : mtls
      ? ['istio-peer-exchange', 'istio']
      : [];
  for (const protocol of spoken) {
    const named = chains.find((chain) => protocols(chain).includes(protocol));
    if (named !== undefined) return named;
  }
  return chains.find((chain) => protocols(chain).length === 0);
}

/**
 * Whether one of the chains that are left for such a connection has a TLS socket. Where none is left at all, the
 * handshake is not what fails.
 */
export function endsMutualTls(
  listener: CompiledListener | undefined,
  { ip, port }: Address,
  serverName: string,
): boolean {
  const left = candidates(listener?.config.filter_chains ?? [], {
    destinationIp: ip,
    destinationPort: port,
    serverName,
  });
  return (
    left.length === 0 ||
    left.some(({ transport_socket: socket }) => socket?.name === 'envoy.transport_sockets.tls')
  );
}

function protocols(chain: FilterChain): readonly string[] {
  return chain.filter_chain_match?.application_protocols ?? [];
}

/** The chains with the highest rank; below 0 is no match. */
function narrowed(chains: readonly FilterChain[], rank: (match: Match) => number): readonly FilterChain[] {
  let best = 0;
  let kept: FilterChain[] = [];
  for (const chain of chains) {
    const found = rank(chain.filter_chain_match ?? {});
    if (found < best || found < 0) continue;
    if (found > best) kept = [];
    best = found;
    kept.push(chain);
  }
  return kept;
}

function prefixLength({ prefix_ranges: ranges }: Match, ip: string): number {
  if (ranges === undefined || ranges.length === 0) return 0;
  const lengths = ranges
    .filter(({ address_prefix: prefix, prefix_len: length }) => inRange(ip, prefix, length))
    .map(({ prefix_len: length }) => length + 1);
  return lengths.length === 0 ? -1 : Math.max(...lengths);
}

function inRange(ip: string, prefix: string, length: number): boolean {
  if (ip.includes(':') || prefix.includes(':')) return ip === prefix;
  if (length === 0) return true;
  return bits(ip) >>> (32 - length) === bits(prefix) >>> (32 - length);
}

function bits(ip: string): number {
  return ip.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}

/** Exact names before wildcards, longer wildcards before shorter. */
function serverNameLength({ server_names: names }: Match, given: string | undefined): number {
  if (names === undefined || names.length === 0) return 0;
  if (given === undefined) return -1;
  const lower = given.toLowerCase();
  let best = -1;
  for (const name of names) {
    if (name === lower) return Number.MAX_SAFE_INTEGER;
    if (name === '*' || (name.startsWith('*.') && lower.endsWith(name.slice(1))))
      best = Math.max(best, name.length);
  }
  return best;
}
