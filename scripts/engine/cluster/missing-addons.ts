// What of the six ports leads nowhere in a cluster of the user's. Nothing is installed for it: checks of labs ask the
// proxies themselves for what Prometheus would count (a test looks that none asks an addon).

import type { ClusterClient } from '../../cluster/client.ts';
import { portNames } from '../ports.ts';
import { forwardTargets, resolveTarget } from './forward/targets.ts';

/** In words; `''` when all are there. */
export async function missingAddons(cluster: ClusterClient): Promise<string> {
  const found = await Promise.all(
    forwardTargets.map(async (target) => resolveTarget(cluster, target, () => 0)),
  );
  const missing = portNames.filter((_, index) => found[index]?.kind === 'absent');
  return missing.length === 0
    ? ''
    : `this cluster has no ${missing.join(', ')}, which no step of the labs needs`;
}
