// Old ReplicaSets are kept for `kubectl rollout undo`, as many as revisionHistoryLimit says.

import { replicaSets } from '../../kube/resources.ts';
import type { ControllerContext } from '../context.ts';
import { revisionOf } from './annotations.ts';
import { type Rollout, wantedReplicas } from './rollout.ts';

export function forgetOldSets({ cluster }: ControllerContext, { deployment, older }: Rollout): void {
  const limit = deployment.spec?.revisionHistoryLimit ?? 10;
  const kept = older.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const surplus = kept
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, Math.max(0, kept.length - limit));
  for (const set of surplus) {
    const empty = wantedReplicas(set) === 0 && (set.status?.replicas ?? 0) === 0;
    const observed = (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
    if (empty && observed)
      cluster.delete(replicaSets, set.metadata.namespace ?? '', set.metadata.name, {
        propagationPolicy: 'Background',
      });
  }
}
