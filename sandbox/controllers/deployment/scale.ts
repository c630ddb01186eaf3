// Scaling a Deployment that is not (or only partly) rolled out: in proportion to the size of its sets.

import type { Deployment, ReplicaSet } from '../../kube/resources.ts';
import type { ControllerContext } from '../context.ts';
import { desiredOf, maxOf } from './annotations.ts';
import { budgetOf } from './budget.ts';
import {
  type Rollout,
  activeSets,
  allSets,
  byAge,
  scaleSet,
  totalWanted,
  wantedReplicas,
} from './rollout.ts';

/** Whether the wanted number of pods changed since the sets were last scaled. */
export const isScaling = (rollout: Rollout): boolean =>
  activeSets(allSets(rollout)).some((set) => {
    const desired = desiredOf(set);
    return desired !== undefined && desired !== wantedReplicas(rollout.deployment);
  });

export function scale(context: ControllerContext, rollout: Rollout): void {
  const { deployment, newest, older } = rollout;
  const only = onlySet(rollout);
  if (only !== undefined) {
    scaleSet(context, deployment, only, wantedReplicas(deployment));
    return;
  }
  if (newest !== undefined && isSaturated(deployment, newest)) {
    for (const set of activeSets(older)) scaleSet(context, deployment, set, 0);
    return;
  }
  if (deployment.spec?.strategy?.type !== 'Recreate') scaleInProportion(context, rollout);
}

/** The one set with pods, or where there is none the newest. */
function onlySet(rollout: Rollout): ReplicaSet | undefined {
  const active = activeSets(allSets(rollout));
  if (active.length === 0) return rollout.newest ?? rollout.older.at(-1);
  return active.length === 1 ? active[0] : undefined;
}

const isSaturated = (deployment: Deployment, newest: ReplicaSet): boolean =>
  wantedReplicas(newest) === wantedReplicas(deployment) &&
  desiredOf(newest) === wantedReplicas(deployment) &&
  (newest.status?.availableReplicas ?? 0) === wantedReplicas(deployment);

function scaleInProportion(context: ControllerContext, rollout: Rollout): void {
  const { deployment } = rollout;
  const active = activeSets(allSets(rollout));
  const wanted = wantedReplicas(deployment);
  const allowed = wanted > 0 ? wanted + budgetOf(deployment).maxSurge : 0;
  const toAdd = allowed - totalWanted(active);
  // The larger set first; among equals the newer grows and the older shrinks first.
  const sets = active.toSorted(
    (a, b) => wantedReplicas(b) - wantedReplicas(a) || (toAdd > 0 ? byAge(b, a) : byAge(a, b)),
  );
  let added = 0;
  const sizes = sets.map((set) => {
    const share = toAdd === 0 ? 0 : portion(deployment, set, allowed, toAdd - added);
    added += share;
    return wantedReplicas(set) + share;
  });
  for (const [index, set] of sets.entries()) {
    const leftover = index === 0 ? toAdd - added : 0;
    scaleSet(context, deployment, set, Math.max(0, (sizes[index] ?? 0) + leftover));
  }
}

function portion(deployment: Deployment, set: ReplicaSet, allowed: number, left: number): number {
  if (left === 0) return 0;
  const size = wantedReplicas(set);
  const before = maxOf(set) ?? deployment.status?.replicas ?? 0;
  const grown = allowed === 0 || before === 0 ? -size : Math.round((size * allowed) / before) - size;
  return left > 0 ? Math.min(grown, left) : Math.max(grown, left);
}
