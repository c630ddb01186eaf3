import type { Cluster } from '../../envoy/config.ts';

/** A cluster is put together from settings whose fields lie among each other. */
export function inFieldOrder(cluster: Cluster): Cluster {
  const fields = order.flatMap((name) => (cluster[name] === undefined ? [] : [[name, cluster[name]]]));
  return Object.fromEntries(fields);
}

/** By number: envoy/config/cluster/v3/cluster.proto. */
const numbers: Readonly<Record<keyof Cluster, number>> = {
  name: 1,
  type: 2,
  eds_cluster_config: 3,
  connect_timeout: 4,
  lb_policy: 6,
  circuit_breakers: 10,
  dns_refresh_rate: 16,
  dns_lookup_family: 17,
  outlier_detection: 19,
  cleanup_interval: 20,
  upstream_bind_config: 21,
  ring_hash_lb_config: 23,
  transport_socket: 24,
  metadata: 25,
  common_lb_config: 27,
  alt_stat_name: 28,
  load_assignment: 33,
  typed_extension_protocol_options: 36,
  respect_dns_ttl: 39,
  transport_socket_matches: 43,
  maglev_lb_config: 52,
  typed_dns_resolver_config: 55,
  dns_jitter: 58,
};

const order = (Object.keys(numbers) as (keyof Cluster)[]).toSorted((a, b) => numbers[a] - numbers[b]);
