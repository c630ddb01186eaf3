// A Deployment's status: what its sets add up to, and how the rollout is going.

import { isDeepStrictEqual } from 'node:util';
import type { DeploymentCondition, DeploymentStatus } from 'kubernetes-types/apps/v1.js';
import { type Deployment, deployments } from '../../kube/resources.ts';
import type { ControllerContext } from '../context.ts';
import { budgetOf } from './budget.ts';
import { conditionOf, withCondition, withoutCondition } from './conditions.ts';
import { type Rollout, allSets, totalOf, totalWanted, wantedReplicas } from './rollout.ts';

/**
 * Writes the status. `estimate` judges progress too: not while paused or only scaled.
 * Returns in how many milliseconds the progress deadline needs another look, if at all.
 */
export function writeDeploymentStatus(
  context: ControllerContext,
  rollout: Rollout,
  estimate: boolean,
): number | undefined {
  const { cluster } = context;
  const { deployment } = rollout;
  const counted = countStatus(context, rollout);
  const status = estimate ? judge(context, rollout, counted) : counted;
  if (!isDeepStrictEqual(status, deployment.status))
    cluster.updateStatus(deployments, { ...deployment, status });
  return estimate ? untilDeadline(context, deployment, status) : undefined;
}

function countStatus({ clock }: ControllerContext, rollout: Rollout): DeploymentStatus {
  const { deployment, newest } = rollout;
  const all = allSets(rollout);
  const available = totalOf(all, 'availableReplicas');
  const enough = available >= wantedReplicas(deployment) - budgetOf(deployment).maxUnavailable;
  const conditions = withCondition(
    deployment.status?.conditions ?? [],
    enough
      ? {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        }
      : {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        },
    clock,
  );
  const collisionCount = deployment.status?.collisionCount;
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...positive('replicas', totalOf(all, 'replicas')),
    ...positive('updatedReplicas', newest?.status?.replicas ?? 0),
    ...positive('readyReplicas', totalOf(all, 'readyReplicas')),
    ...positive('availableReplicas', available),
    ...positive('unavailableReplicas', totalWanted(all) - available),
    conditions,
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}

// Counts of zero are left out on the wire.
const positive = (field: keyof DeploymentStatus, value: number): Partial<DeploymentStatus> =>
  value > 0 ? { [field]: value } : {};

function judge(context: ControllerContext, rollout: Rollout, status: DeploymentStatus): DeploymentStatus {
  const { deployment } = rollout;
  const conditions = status.conditions ?? [];
  const deadline = deployment.spec?.progressDeadlineSeconds;
  const judged =
    deadline === undefined
      ? withoutCondition(conditions, 'Progressing')
      : withProgress(context, rollout, status, deadline);
  return { ...status, conditions: withReplicaFailure(context, rollout, judged) };
}

function withProgress(
  { clock }: ControllerContext,
  { deployment, newest }: Rollout,
  status: DeploymentStatus,
  deadline: number,
): DeploymentCondition[] {
  const conditions = [...(status.conditions ?? [])];
  const known = conditionOf(deployment.status?.conditions, 'Progressing');
  const nothingToDo =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && known?.reason === 'NewReplicaSetAvailable';
  if (nothingToDo) return conditions;
  const subject =
    newest === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${newest.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(
      conditions,
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message },
      clock,
    );
  }
  if (hasProgressed(deployment.status ?? {}, status)) {
    const message = `${subject} is progressing.`;
    return withCondition(
      conditions,
      { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message },
      clock,
      true,
    );
  }
  if (hasTimedOut(known, deadline, clock.now())) {
    const message = `${subject} has timed out progressing.`;
    return withCondition(
      conditions,
      { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message },
      clock,
    );
  }
  return conditions;
}

export function isComplete(deployment: Deployment, status: DeploymentStatus = {}): boolean {
  const wanted = wantedReplicas(deployment);
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function hasTimedOut(known: DeploymentCondition | undefined, deadline: number, now: number): boolean {
  if (known === undefined || known.reason === 'NewReplicaSetAvailable') return false;
  if (known.reason === 'ProgressDeadlineExceeded') return true;
  return now > Date.parse(known.lastUpdateTime ?? '') + deadline * 1000;
}

function withReplicaFailure(
  { clock }: ControllerContext,
  rollout: Rollout,
  conditions: DeploymentCondition[],
): DeploymentCondition[] {
  const sets = rollout.newest === undefined ? rollout.older : [rollout.newest, ...rollout.older];
  const failure = sets
    .flatMap((set) => set.status?.conditions ?? [])
    .find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  return withCondition(
    conditions,
    {
      type: 'ReplicaFailure',
      status: 'True',
      reason: failure.reason ?? 'FailedCreate',
      message: failure.message ?? '',
    },
    clock,
  );
}

function untilDeadline(
  { clock }: ControllerContext,
  deployment: Deployment,
  status: DeploymentStatus,
): number | undefined {
  const known = conditionOf(status.conditions, 'Progressing');
  const deadline = deployment.spec?.progressDeadlineSeconds;
  if (deadline === undefined || known === undefined || isComplete(deployment, status)) return undefined;
  if (known.reason === 'ProgressDeadlineExceeded' || known.reason === 'NewReplicaSetAvailable')
    return undefined;
  const due = Date.parse(known.lastUpdateTime ?? '') + deadline * 1000 - clock.now();
  // One second more, because times are written in whole seconds.
  return Math.max(0, due) + 1000;
}
