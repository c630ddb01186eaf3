// How a cluster chooses among its hosts (docs: "Load balancing").

import type { Random } from '../../clock/clock.ts';
import type { Cluster } from '../../envoy/config.ts';
import { hashRing, maglev, type HashTable } from './hash-table.ts';
import type { UpstreamHost } from './host.ts';

/**
 * @param hash the request's key, where the route has one and the request carries it
 * @param attempt how many hosts have been turned down for this try
 */
export type Choose = (hash: bigint | undefined, attempt: number) => UpstreamHost | undefined;

/** A chooser over these hosts; made anew when they or their health change. `hosts` may be empty. */
export function loadBalancer(cluster: Cluster, hosts: readonly UpstreamHost[], random: Random): Choose {
  if (hosts.length === 0) return () => undefined;
  switch (cluster.lb_policy ?? 'ROUND_ROBIN') {
    case 'ROUND_ROBIN':
    case 'CLUSTER_PROVIDED':
      break;
    case 'RANDOM':
      return () => hosts[Math.floor(random() * hosts.length)];
    case 'LEAST_REQUEST':
      return sameWeights(hosts)
        ? leastRequest(hosts, random)
        : weighted(hosts, random, (host) => 1 / (host.active + 1));
    case 'RING_HASH':
      return hashed(hashRing(hosts, Number(cluster.ring_hash_lb_config?.minimum_ring_size ?? 1024)), random);
    case 'MAGLEV':
      return hashed(maglev(hosts, Number(cluster.maglev_lb_config?.table_size ?? 65_537)), random);
  }
  return sameWeights(hosts) ? roundRobin(hosts, random) : weighted(hosts, random, () => 1);
}

function sameWeights(hosts: readonly UpstreamHost[]): boolean {
  return hosts.every(({ weight }) => weight === hosts[0]?.weight);
}

function roundRobin(hosts: readonly UpstreamHost[], random: Random): Choose {
  let next = Math.floor(random() * hosts.length);
  return () => {
    next = (next + 1) % hosts.length;
    return hosts[next];
  };
}

/** Of two hosts drawn at random (perhaps the same twice, as in Envoy) the one with fewer requests under way. */
function leastRequest(hosts: readonly UpstreamHost[], random: Random): Choose {
  return () => {
    const first = hosts[Math.floor(random() * hosts.length)];
    const second = hosts[Math.floor(random() * hosts.length)];
    if (first === undefined || second === undefined) return undefined;
    return second.active < first.active ? second : first;
  };
}

/** Earliest deadline first: each host comes up in proportion to its weight, evenly spread (Envoy EdfScheduler). */
function weighted(
  hosts: readonly UpstreamHost[],
  random: Random,
  factor: (host: UpstreamHost) => number,
): Choose {
  const queue = hosts.map((host) => ({ host, deadline: random() / host.weight }));
  return () => {
    let earliest = queue[0];
    for (const entry of queue)
      if (earliest === undefined || entry.deadline < earliest.deadline) earliest = entry;
    if (earliest === undefined) return undefined;
    earliest.deadline += 1 / (earliest.host.weight * factor(earliest.host));
    return earliest.host;
  };
}

/** Without a key the choice is random, as Envoy does it for a request that lacks the header. */
function hashed(table: HashTable, random: Random): Choose {
  return (hash, attempt) => table(hash ?? randomHash(random), attempt);
}

function randomHash(random: Random): bigint {
  const half = (): bigint => BigInt(Math.floor(random() * 2 ** 32));
  return (half() << 32n) | half();
}
