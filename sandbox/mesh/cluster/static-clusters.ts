// The clusters every proxy has, whatever is in the mesh.

import { connectionPoolOf } from './connection-pool.ts';
import type { Cluster } from '../../envoy/config.ts';

/** Where Istio's inbound connections to the application come from, so that iptables lets them be. */
export const inboundSource = { source_address: { address: '127.0.0.6', port_value: 0 } } as const;

export const blackHole: Cluster = {
  name: 'BlackHoleCluster',
  alt_stat_name: 'BlackHoleCluster;',
  type: 'STATIC',
  lb_policy: 'ROUND_ROBIN',
  connect_timeout: '10s',
};

export const passthrough: Cluster = {
  name: 'PassthroughCluster',
  alt_stat_name: 'PassthroughCluster;',
  type: 'ORIGINAL_DST',
  lb_policy: 'CLUSTER_PROVIDED',
  ...connectionPoolOf(),
};

export const inboundPassthrough: Cluster = {
  ...passthrough,
  name: 'InboundPassthroughCluster',
  alt_stat_name: 'InboundPassthroughCluster;',
  upstream_bind_config: inboundSource,
};
