// Consistent hashing: a key keeps its host, and when hosts come or go, few keys move.

import { hash32 } from './hash.ts';
import type { UpstreamHost } from './host.ts';

export type HashTable = (hash: number) => UpstreamHost | undefined;

/** Ketama: each host stands at many points of a circle; a key belongs to the next point. */
export function hashRing(hosts: readonly UpstreamHost[], minimumSize: number): HashTable {
  const total = hosts.reduce((sum, { weight }) => sum + weight, 0);
  // Every host has at least one point, and the smallest share decides how fine the circle is.
  const scale = Math.max(minimumSize, hosts.length) / total;
  const ring: { at: number; host: UpstreamHost }[] = [];
  for (const host of hosts) {
    const points = Math.max(1, Math.round(host.weight * scale));
    for (let point = 0; point < points; point += 1) ring.push({ at: hash32(`${host.name}_${point}`), host });
  }
  ring.sort((a, b) => a.at - b.at || (a.host.name < b.host.name ? -1 : 1));
  return (hash) => {
    let low = 0;
    let high = ring.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ring[middle]?.at ?? 0) < hash) low = middle + 1;
      else high = middle;
    }
    return (ring[low] ?? ring[0])?.host;
  };
}

/** Maglev (Eisenbud et al., NSDI 2016, §3.4): hosts take turns at filling a table in an order of their own. */
export function maglev(hosts: readonly UpstreamHost[], size: number): HashTable {
  const heaviest = Math.max(...hosts.map(({ weight }) => weight));
  const builders = hosts
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((host) => ({
      host,
      offset: hash32(host.name) % size,
      skip: (hash32(`${host.name}#skip`) % (size - 1)) + 1,
      tried: 0,
      credit: 0,
    }));
  const table: (UpstreamHost | undefined)[] = Array.from({ length: size });
  for (let filled = 0; filled < size;) {
    for (const builder of builders) {
      builder.credit += builder.host.weight / heaviest;
      if (builder.credit < 1) continue;
      builder.credit -= 1;
      let slot = 0;
      do {
        slot = (builder.offset + builder.skip * builder.tried) % size;
        builder.tried += 1;
      } while (table[slot] !== undefined);
      table[slot] = builder.host;
      filled += 1;
      if (filled === size) break;
    }
  }
  return (hash) => table[hash % size];
}
