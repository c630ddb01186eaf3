// How istiod sees its proxies.

import { execInPod } from '../../cluster/exec.ts';
import type { ClusterClient } from '../../cluster/client.ts';
import type { Put } from '../collector.ts';

const namespace = 'istio-system';

export async function collectIstiod(cluster: ClusterClient, put: Put, signal: AbortSignal): Promise<void> {
  const { items } = await cluster.core.listNamespacedPod({ namespace, labelSelector: 'app=istiod' });
  for (const { metadata } of items) {
    const pod = metadata?.name ?? '';
    const ask = ['pilot-discovery', 'request', 'GET', '/debug/syncz'];
    put(
      `istiod/${pod}/syncz.json`,
      await execInPod(cluster, { namespace, pod, container: 'discovery' }, ask, signal),
    );
  }
}
