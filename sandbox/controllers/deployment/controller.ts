// Deployments: ReplicaSets per template, rolled over by strategy (k8s.io/kubernetes/pkg/controller/deployment).

import { type Deployment, deployments, pods, replicaSets } from '../../kube/resources.ts';
import { controllerOf } from '../claim.ts';
import type { Controller, ControllerContext } from '../context.ts';
import { queueFor } from '../context.ts';
import { keyOf, splitKey } from '../keys.ts';
import { isEmptySelector, matchesSelector } from '../label-selector.ts';
import { type Verdict, conditionOf, withCondition } from './conditions.ts';
import { forgetOldSets } from './history.ts';
import { syncNewest } from './newest-set.ts';
import { component, readRollout } from './rollout.ts';
import { isScaling, scale } from './scale.ts';
import { isComplete, writeDeploymentStatus } from './status.ts';
import { recreateStep, rollingStep } from './strategies.ts';

export const startDeploymentController: Controller = (context) => {
  const { cluster } = context;
  const queue = queueFor(context, {
    name: 'deployment',
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const deployment = cluster.get(deployments, namespace, name);
      if (deployment === undefined) return;
      const again = reconcile(context, deployment);
      if (again !== undefined) queue.addAfter(key, again);
    },
  });
  const ownerKey = (namespace: string | undefined, kind: string, name: string): void => {
    if (kind === 'Deployment') queue.add(`${namespace ?? ''}/${name}`);
  };
  const unwatch = [
    cluster.watch(deployments, ({ object }) => queue.add(keyOf(object))),
    cluster.watch(replicaSets, (event) => {
      const { namespace, labels } = event.object.metadata;
      const owner = controllerOf(event.object);
      if (owner !== undefined) ownerKey(namespace, owner.kind, owner.name);
      const before = event.type === 'MODIFIED' ? controllerOf(event.previous) : undefined;
      if (before !== undefined) ownerKey(namespace, before.kind, before.name);
      if (owner !== undefined) return;
      for (const deployment of cluster.list(deployments, namespace ?? '')) {
        if (matchesSelector(deployment.spec?.selector, labels)) queue.add(keyOf(deployment));
      }
    }),
    // Recreate waits for the last old pod to be gone, which no set's status tells.
    cluster.watch(pods, ({ type, object }) => {
      const set = type === 'DELETED' ? controllerOf(object) : undefined;
      if (set?.kind !== 'ReplicaSet') return;
      const namespace = object.metadata.namespace ?? '';
      const parent = cluster.get(replicaSets, namespace, set.name);
      const owner = parent === undefined ? undefined : controllerOf(parent);
      if (owner !== undefined) ownerKey(namespace, owner.kind, owner.name);
    }),
  ];
  return () => {
    for (const stop of unwatch) stop();
    queue.close();
  };
};

/** Returns when to look again, in milliseconds. */
function reconcile(context: ControllerContext, found: Deployment): number | undefined {
  if (isEmptySelector(found.spec?.selector)) {
    const message = 'This deployment is selecting all pods. A non-empty selector is required.';
    context.recordEvent({ regarding: found, type: 'Warning', reason: 'SelectingAll', message, component });
    return undefined;
  }
  if (found.metadata.deletionTimestamp !== undefined) return writeStatus(context, found.metadata, false);
  const deployment = notePause(context, found);
  const rollout = readRollout(context, deployment);
  if (deployment.spec?.paused === true || isScaling(rollout)) {
    const current = syncNewest(context, rollout, false);
    scale(context, current);
    forgetOldSets(context, current);
    return writeStatus(context, deployment.metadata, false);
  }
  const step = deployment.spec?.strategy?.type === 'Recreate' ? recreateStep : rollingStep;
  const after = step(context, rollout);
  if (isComplete(after.deployment, after.deployment.status)) forgetOldSets(context, after);
  return writeStatus(context, deployment.metadata, true);
}

function writeStatus(
  context: ControllerContext,
  { namespace = '', name }: Deployment['metadata'],
  estimate: boolean,
): number | undefined {
  const deployment = context.cluster.get(deployments, namespace, name);
  if (deployment === undefined) return undefined;
  return writeDeploymentStatus(context, readRollout(context, deployment), estimate);
}

/** A paused rollout is not late: its clock starts again when it is resumed. */
function notePause({ cluster, clock }: ControllerContext, deployment: Deployment): Deployment {
  const conditions = deployment.status?.conditions ?? [];
  const reason = conditionOf(conditions, 'Progressing')?.reason;
  const paused = deployment.spec?.paused === true;
  const noted = reason === 'DeploymentPaused';
  if (deployment.spec?.progressDeadlineSeconds === undefined) return deployment;
  if (reason === 'ProgressDeadlineExceeded' || paused === noted) return deployment;
  const verdict: Verdict = paused
    ? { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' }
    : {
        type: 'Progressing',
        status: 'Unknown',
        reason: 'DeploymentResumed',
        message: 'Deployment is resumed',
      };
  return cluster.updateStatus(deployments, {
    ...deployment,
    status: { ...deployment.status, conditions: withCondition(conditions, verdict, clock) },
  });
}
