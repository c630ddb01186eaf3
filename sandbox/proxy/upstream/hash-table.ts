// Consistent hashing: a key keeps its host, and when hosts come or go, few keys move. Hosts stand where Envoy puts
// them, to the floating-point error, so that a key leads to the same address there and here.

import { hash64 } from './hash.ts';
import type { UpstreamHost } from './host.ts';

/** @param attempt 0, or how many hosts have been turned down for this request */
export type HashTable = (hash: bigint, attempt: number) => UpstreamHost | undefined;

/** Ketama: each host stands at many points of a circle; a key belongs to the next point. */
export function hashRing(hosts: readonly UpstreamHost[], minimumSize: number): HashTable {
  const shares = sharesOf(hosts);
  const least = Math.min(...shares);
  // The smallest share has a whole number of points.
  const scale = Math.min(Math.ceil(least * minimumSize) / least, maximumSize);
  const ring: { readonly at: bigint; readonly host: UpstreamHost }[] = [];
  let wanted = 0;
  for (const [index, host] of hosts.entries()) {
    wanted += scale * (shares[index] ?? 0);
    for (let point = 0; ring.length < wanted; point += 1)
      ring.push({ at: hash64(`${host.name}_${point}`), host });
  }
  ring.sort((a, b) => (a.at < b.at ? -1 : 1));
  return (hash, attempt) => {
    let low = 0;
    let high = ring.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ring[middle]?.at ?? 0n) < hash) low = middle + 1;
      else high = middle;
    }
    return ring[((low === ring.length ? 0 : low) + attempt) % ring.length]?.host;
  };
}

/** Envoy's `maximum_ring_size`, which Istio leaves alone. */
const maximumSize = 8 * 1024 * 1024;

/** Maglev (Eisenbud et al., NSDI 2016, §3.4): hosts take turns at filling a table in an order of their own. */
export function maglev(hosts: readonly UpstreamHost[], size: number): HashTable {
  const shares = sharesOf(hosts);
  const most = Math.max(...shares);
  const builders = hosts
    .map((host, index) => ({
      host,
      share: shares[index] ?? 0,
      offset: Number(hash64(host.name) % BigInt(size)),
      skip: Number(hash64(host.name, 1n) % BigInt(size - 1)) + 1,
      tried: 0,
      due: 0,
    }))
    .toSorted((a, b) => (a.host.name < b.host.name ? -1 : 1));
  const table: (UpstreamHost | undefined)[] = Array.from({ length: size });
  for (let filled = 0, turn = 1; filled < size; turn += 1) {
    for (const builder of builders) {
      if (filled === size) break;
      if (turn * builder.share < builder.due) continue;
      builder.due += most;
      let slot = 0;
      do {
        slot = (builder.offset + builder.skip * builder.tried) % size;
        builder.tried += 1;
      } while (table[slot] !== undefined);
      table[slot] = builder.host;
      filled += 1;
    }
  }
  return (hash, attempt) => {
    // Nearly all bits change, so that retries of one host are not all led to one other.
    const other = attempt === 0 ? hash : hash ^ BigInt.asUintN(64, -BigInt(attempt));
    return table[Number(other % BigInt(size))];
  };
}

/** Of the whole weight; their sum is 1. */
function sharesOf(hosts: readonly UpstreamHost[]): readonly number[] {
  const total = hosts.reduce((sum, { weight }) => sum + weight, 0);
  return hosts.map(({ weight }) => weight / total);
}
