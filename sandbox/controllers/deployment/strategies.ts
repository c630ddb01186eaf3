// One step of a rollout. Each step changes what the next look at the sets will see.

import { pods } from '../../kube/resources.ts';
import { controllerOf } from '../claim.ts';
import type { ControllerContext } from '../context.ts';
import { isPodTerminal } from '../pod-state.ts';
import { budgetOf } from './budget.ts';
import { nextNewestReplicas, syncNewest } from './newest-set.ts';
import {
  type Rollout,
  activeSets,
  allSets,
  scaleSet,
  totalOf,
  totalWanted,
  wantedReplicas,
} from './rollout.ts';

/** Adds new pods as far as the surge allows, then takes old ones as far as availability allows. */
export function rollingStep(context: ControllerContext, before: Rollout): Rollout {
  const rollout = syncNewest(context, before, true);
  const { deployment, newest } = rollout;
  if (newest === undefined) return rollout;
  const grown = nextNewestReplicas(rollout, newest);
  if (grown !== wantedReplicas(newest)) scaleSet(context, deployment, newest, grown);
  else shrinkOlder(context, rollout);
  return rollout;
}

function shrinkOlder(context: ControllerContext, rollout: Rollout): void {
  const { deployment, newest, older } = rollout;
  const active = activeSets(older);
  if (newest === undefined || active.length === 0) return;
  const all = allSets(rollout);
  const minAvailable = wantedReplicas(deployment) - budgetOf(deployment).maxUnavailable;
  const newUnavailable = wantedReplicas(newest) - (newest.status?.availableReplicas ?? 0);
  const maxRemoved = totalWanted(all) - minAvailable - newUnavailable;
  if (maxRemoved <= 0) return;

  const sizes = new Map(active.map((set) => [set, wantedReplicas(set)]));
  // Pods that serve nobody go first: they cost no availability.
  let left = maxRemoved;
  for (const set of active) {
    const removed = Math.min(left, Math.max(0, wantedReplicas(set) - (set.status?.availableReplicas ?? 0)));
    sizes.set(set, wantedReplicas(set) - removed);
    left -= removed;
  }
  let spare = totalOf(all, 'availableReplicas') - minAvailable;
  for (const set of active) {
    if (spare <= 0) break;
    const size = sizes.get(set) ?? 0;
    const removed = Math.min(size, spare);
    sizes.set(set, size - removed);
    spare -= removed;
  }
  for (const [set, size] of sizes) {
    if (size !== wantedReplicas(set)) scaleSet(context, deployment, set, size);
  }
}

/** Old pods first go, all of them and entirely; then the new ones come. */
export function recreateStep(context: ControllerContext, before: Rollout): Rollout {
  const rollout = syncNewest(context, before, false);
  const { deployment, older } = rollout;
  const active = activeSets(older);
  for (const set of active) scaleSet(context, deployment, set, 0);
  if (active.length > 0 || hasPods(context, rollout)) return rollout;
  const created = syncNewest(context, rollout, true);
  const newest = created.newest;
  if (newest !== undefined) scaleSet(context, created.deployment, newest, wantedReplicas(deployment));
  return created;
}

function hasPods({ cluster }: ControllerContext, { deployment, older }: Rollout): boolean {
  const owners = new Set(older.map(({ metadata }) => metadata.uid));
  return cluster
    .list(pods, deployment.metadata.namespace ?? '')
    .some((pod) => owners.has(controllerOf(pod)?.uid ?? '') && !isPodTerminal(pod));
}
