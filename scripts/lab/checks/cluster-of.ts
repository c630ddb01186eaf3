// The cluster a check looks at. Labs are read far more often than they are run, and the Kubernetes client takes longer
// to load than everything else together: it is loaded when a check runs.

import type { ClusterClient } from '../../cluster/client.ts';
import type { CheckContext } from './check.ts';

export async function clusterOf({ kubeconfig }: CheckContext): Promise<ClusterClient> {
  const { openCluster } = await import('../../cluster/client.ts');
  return openCluster(kubeconfig);
}
