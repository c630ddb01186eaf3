// What stands in a cluster before anybody uses it.

import type { Clock } from '../clock/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import { namespaces } from '../kube/resources.ts';
import { ensureApiService } from './api-service.ts';
import { ensureNode } from './node.ts';

/** Namespaces, the node and the `kubernetes` Service, as far as they are missing: safe to call at every start. */
export function ensureCluster(cluster: Cluster, clock: Clock): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    if (cluster.get(namespaces, '', name) !== undefined) continue;
    cluster.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  ensureNode(cluster, clock);
  ensureApiService(cluster);
}
