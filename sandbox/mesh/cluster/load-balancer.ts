import type { Cluster } from '../../envoy/config.ts';
import type { ConsistentHash, LoadBalancer } from '../kube/destination-rule.ts';

type Policy = Pick<Cluster, 'type' | 'lb_policy' | 'ring_hash_lb_config' | 'maglev_lb_config'>;

/** LEAST_REQUEST unless the rule says otherwise; PASSTHROUGH goes to the address the client meant. */
export function loadBalancerOf({ simple, consistentHash }: LoadBalancer = {}): Policy {
  if (consistentHash !== undefined) return { type: 'EDS', ...hashing(consistentHash) };
  if (simple === 'PASSTHROUGH') return { type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED' };
  if (simple === 'ROUND_ROBIN') return { type: 'EDS' };
  return { type: 'EDS', lb_policy: simple === 'RANDOM' ? simple : 'LEAST_REQUEST' };
}

function hashing({ maglev, ringHash, minimumRingSize }: ConsistentHash): Omit<Policy, 'type'> {
  if (maglev !== undefined) {
    const size = maglev.tableSize ?? 0;
    return { lb_policy: 'MAGLEV', ...(size > 0 && { maglev_lb_config: { table_size: String(size) } }) };
  }
  const size = ringHash === undefined ? minimumRingSize || 1024 : (ringHash.minimumRingSize ?? 0);
  return {
    lb_policy: 'RING_HASH',
    ...(size > 0 && { ring_hash_lb_config: { minimum_ring_size: String(size) } }),
  };
}
