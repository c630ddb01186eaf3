// The ReplicaSet of the current template: found and renumbered, or made.

import { isDeepStrictEqual } from 'node:util';
import type { ReplicaSetSpec } from 'kubernetes-types/apps/v1.js';
import { type Deployment, type ReplicaSet, deployments, replicaSets } from '../../kube/resources.ts';
import { StatusError, isStatus } from '../../kube/status-error.ts';
import { controllerOf, controllerReference } from '../claim.ts';
import type { ControllerContext } from '../context.ts';
import { newestAnnotations, revisionOf, sizeAnnotations, withRevisionOf } from './annotations.ts';
import { budgetOf } from './budget.ts';
import { conditionOf, withCondition } from './conditions.ts';
import { type Rollout, component, wantedReplicas } from './rollout.ts';
import { hashLabel, sameTemplate, templateHash } from './template-hash.ts';

/** Sees that the newest set exists (if `create`) and that it and the Deployment carry the right revision. */
export function syncNewest(context: ControllerContext, rollout: Rollout, create: boolean): Rollout {
  const nextRevision = Math.max(0, ...rollout.older.map(revisionOf)) + 1;
  if (rollout.newest !== undefined) {
    const newest = renumber(context, rollout.deployment, rollout.newest, nextRevision);
    const deployment = progress(context, rollout.deployment, newest, 'FoundNewReplicaSet', 'Found');
    return { ...rollout, newest, deployment: writeRevision(context, deployment, newest) };
  }
  if (!create) return rollout;
  const newest = createSet(context, rollout, nextRevision);
  const deployment = writeRevision(context, rollout.deployment, newest);
  return {
    ...rollout,
    newest,
    deployment: progress(context, deployment, newest, 'NewReplicaSetCreated', 'Created'),
  };
}

function renumber(
  { cluster }: ControllerContext,
  deployment: Deployment,
  newest: ReplicaSet,
  nextRevision: number,
): ReplicaSet {
  const annotations = newestAnnotations(deployment, newest.metadata.annotations, nextRevision);
  const minReadySeconds = deployment.spec?.minReadySeconds;
  const unchanged =
    isDeepStrictEqual(annotations, newest.metadata.annotations ?? {}) &&
    (newest.spec?.minReadySeconds ?? 0) === (minReadySeconds ?? 0);
  if (unchanged) return newest;
  return cluster.update(replicaSets, {
    ...newest,
    metadata: { ...newest.metadata, annotations },
    spec: {
      ...(newest.spec as ReplicaSetSpec),
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
    },
  });
}

const writeRevision = (
  { cluster }: ControllerContext,
  deployment: Deployment,
  newest: ReplicaSet,
): Deployment => {
  const revised = withRevisionOf(deployment, newest);
  return revised === deployment ? deployment : cluster.update(deployments, revised);
};

function createSet(context: ControllerContext, rollout: Rollout, revision: number): ReplicaSet {
  const { cluster, recordEvent } = context;
  const { deployment } = rollout;
  const hash = templateHash(deployment.spec?.template, deployment.status?.collisionCount ?? 0);
  const template = structuredClone(deployment.spec?.template);
  const labels = { ...template?.metadata?.labels, [hashLabel]: hash };
  const replicas = initialReplicas(rollout);
  try {
    const set = cluster.create(replicaSets, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: deployment.metadata.namespace ?? '',
        labels,
        annotations: {
          ...newestAnnotations(deployment, undefined, revision),
          ...sizeAnnotations(deployment),
        },
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas,
        ...(deployment.spec?.minReadySeconds === undefined
          ? {}
          : { minReadySeconds: deployment.spec.minReadySeconds }),
        selector: {
          ...deployment.spec?.selector,
          matchLabels: { ...deployment.spec?.selector.matchLabels, [hashLabel]: hash },
        },
        template: { ...template, metadata: { ...template?.metadata, labels } },
      },
    });
    const message = `Scaled up replica set ${set.metadata.name} from 0 to ${replicas}`;
    if (replicas > 0) {
      recordEvent({ regarding: deployment, type: 'Normal', reason: 'ScalingReplicaSet', message, component });
    }
    return set;
  } catch (error) {
    if (isStatus(error, 'AlreadyExists'))
      return resolveCollision(context, deployment, `${deployment.metadata.name}-${hash}`);
    if (error instanceof StatusError) failProgress(context, deployment, error);
    throw error;
  }
}

/** How many pods a set starts with (NewRSNewReplicas). */
function initialReplicas(rollout: Rollout): number {
  const { deployment, older } = rollout;
  const wanted = wantedReplicas(deployment);
  if (deployment.spec?.strategy?.type === 'Recreate') return wanted;
  const room = wanted + budgetOf(deployment).maxSurge - takenBy(older);
  return Math.max(0, Math.min(room, wanted));
}

/** How many pods the newest set may grow to now. */
export function nextNewestReplicas({ deployment, older }: Rollout, newest: ReplicaSet): number {
  const current = wantedReplicas(newest);
  const wanted = wantedReplicas(deployment);
  if (current >= wanted) return wanted;
  const room = wanted + budgetOf(deployment).maxSurge - current - takenBy(older);
  return room <= 0 ? current : current + Math.min(room, wanted - current);
}

/** Pods that the sets have yet to give up still take their room. */
const takenBy = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, set) => sum + Math.max(wantedReplicas(set), set.status?.replicas ?? 0), 0);

/** The name is taken: by our own set that we did not see, or by another, and then the next try has another hash. */
function resolveCollision(
  { cluster, log }: ControllerContext,
  deployment: Deployment,
  name: string,
): ReplicaSet {
  const taken = cluster.get(replicaSets, deployment.metadata.namespace ?? '', name);
  if (taken !== undefined && controllerOf(taken)?.uid === deployment.metadata.uid) {
    if (sameTemplate(taken.spec?.template, deployment.spec?.template)) return taken;
  }
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  log(`deployment ${deployment.metadata.name}: ReplicaSet ${name} is taken, collision ${collisionCount}`);
  cluster.updateStatus(deployments, { ...deployment, status: { ...deployment.status, collisionCount } });
  throw new StatusError('Conflict', `replicasets.apps "${name}" belongs to another template`);
}

/** Dates the beginning of a rollout, for those that have a deadline. */
function progress(
  { cluster, clock }: ControllerContext,
  deployment: Deployment,
  newest: ReplicaSet,
  reason: 'NewReplicaSetCreated' | 'FoundNewReplicaSet',
  verb: 'Created' | 'Found',
): Deployment {
  const known = deployment.status?.conditions ?? [];
  const dated = reason === 'FoundNewReplicaSet' && conditionOf(known, 'Progressing') !== undefined;
  if (deployment.spec?.progressDeadlineSeconds === undefined || dated) return deployment;
  const message = `${verb} new replica set "${newest.metadata.name}"`;
  const conditions = withCondition(known, { type: 'Progressing', status: 'True', reason, message }, clock);
  return cluster.updateStatus(deployments, { ...deployment, status: { ...deployment.status, conditions } });
}

function failProgress(
  { cluster, clock }: ControllerContext,
  deployment: Deployment,
  error: StatusError,
): void {
  const message = `Failed to create new replica set "${deployment.metadata.name}": ${error.message}`;
  const conditions = withCondition(
    deployment.status?.conditions ?? [],
    { type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message },
    clock,
  );
  cluster.updateStatus(deployments, { ...deployment, status: { ...deployment.status, conditions } });
}
