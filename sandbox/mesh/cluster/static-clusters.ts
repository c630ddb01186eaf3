// The clusters every proxy has, whatever is in the mesh.

import { connectionPoolOf } from './connection-pool.ts';
import { inFieldOrder } from './field-order.ts';
import { passthroughHttp } from './http-options.ts';
import type { Cluster } from '../../envoy/config.ts';

/** Where Istio's inbound connections to the application come from, so that iptables lets them be. */
export const inboundSource = { source_address: { address: '127.0.0.6', port_value: 0 } } as const;

export const blackHole: Cluster = {
  name: 'BlackHoleCluster',
  type: 'STATIC',
  connect_timeout: '10s',
  alt_stat_name: 'BlackHoleCluster;',
};

export const passthrough: Cluster = inFieldOrder({
  name: 'PassthroughCluster',
  type: 'ORIGINAL_DST',
  ...connectionPoolOf(),
  lb_policy: 'CLUSTER_PROVIDED',
  alt_stat_name: 'PassthroughCluster;',
  ...passthroughHttp,
});

/** Counts under the other's name in statistics. */
export const inboundPassthrough: Cluster = inFieldOrder({
  ...passthrough,
  name: 'InboundPassthroughCluster',
  upstream_bind_config: inboundSource,
});
