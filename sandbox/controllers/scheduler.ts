// Gives every new pod its node. There is only one, and it always has room: resource requests are not weighed.

import type { Node as NodeV1, NodeSelectorRequirement, NodeSelectorTerm } from 'kubernetes-types/core/v1.js';
import { timestamp } from '../clock/clock.ts';
import { type Node, type Pod, nodes, pods } from '../kube/resources.ts';
import type { Controller, ControllerContext } from './context.ts';
import { queueFor } from './context.ts';
import { keyOf, splitKey } from './keys.ts';
import { matchesLabels, meets } from './label-selector.ts';
import { podCondition } from './pod-state.ts';

const component = 'default-scheduler';

export const startScheduler: Controller = (context) => {
  const { cluster } = context;
  const queue = queueFor(context, {
    name: 'scheduler',
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const pod = cluster.get(pods, namespace, name);
      if (pod !== undefined && isWaiting(pod)) schedule(context, pod);
    },
  });
  const unwatch = [
    cluster.watch(pods, ({ object }) => {
      if (isWaiting(object)) queue.add(keyOf(object));
    }),
    cluster.watch(nodes, () => {
      for (const pod of cluster.list(pods)) if (isWaiting(pod)) queue.add(keyOf(pod));
    }),
  ];
  return () => {
    for (const stop of unwatch) stop();
    queue.close();
  };
};

const isWaiting = ({ metadata, spec }: Pod): boolean =>
  (spec?.nodeName ?? '') === '' &&
  metadata.deletionTimestamp === undefined &&
  (spec?.schedulerName ?? component) === component;

const gated = {
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
} as const;

function schedule(context: ControllerContext, pod: Pod): void {
  const { cluster, recordEvent } = context;
  if ((pod.spec?.schedulingGates ?? []).length > 0) {
    if (podCondition(pod, 'PodScheduled')?.reason !== gated.reason) writeScheduled(context, pod, gated);
    return;
  }
  const all = cluster.list(nodes);
  const objections = all.map((node) => objection(pod, node));
  const node = all[objections.indexOf(undefined)];
  if (node === undefined) {
    refuse(context, pod, objections);
    return;
  }
  const bound = cluster.update(pods, {
    ...pod,
    spec: { ...pod.spec, containers: pod.spec?.containers ?? [], nodeName: node.metadata.name },
  });
  writeScheduled(context, bound, { status: 'True' });
  const message = `Successfully assigned ${pod.metadata.namespace ?? ''}/${pod.metadata.name} to ${node.metadata.name}`;
  recordEvent({ regarding: bound, type: 'Normal', reason: 'Scheduled', message, component });
}

function refuse(context: ControllerContext, pod: Pod, objections: readonly (string | undefined)[]): void {
  const counts = new Map<string, number>();
  for (const reason of objections) {
    if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const total = objections.length;
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted();
  const message =
    total === 0
      ? 'no nodes available to schedule pods'
      : `0/${total} nodes are available: ${reasons.join(', ')}. preemption: 0/${total} nodes are available: ${total} Preemption is not helpful for scheduling.`;
  const condition = podCondition(pod, 'PodScheduled');
  if (condition?.status === 'False' && condition.message === message) return;
  writeScheduled(context, pod, { status: 'False', reason: 'Unschedulable', message });
  context.recordEvent({ regarding: pod, type: 'Warning', reason: 'FailedScheduling', message, component });
}

function writeScheduled(
  { cluster, clock }: ControllerContext,
  pod: Pod,
  verdict: { status: 'True' | 'False'; reason?: string; message?: string },
): void {
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const condition = { type: 'PodScheduled', ...verdict, lastTransitionTime: timestamp(clock) };
  cluster.updateStatus(pods, { ...pod, status: { ...pod.status, conditions: [...others, condition] } });
}

/** Why the pod can't run on the node, in the words of the scheduler's filter plug-ins. */
function objection(pod: Pod, node: Node): string | undefined {
  if (node.spec?.unschedulable === true && !tolerates(pod, unschedulableTaint))
    return 'node(s) were unschedulable';
  const taint = (node.spec?.taints ?? []).find(
    (found) => found.effect !== 'PreferNoSchedule' && !tolerates(pod, found),
  );
  if (taint !== undefined) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  return selectsNode(pod, node) ? undefined : "node(s) didn't match Pod's node affinity/selector";
}

type Taint = NonNullable<NonNullable<NodeV1['spec']>['taints']>[number];

const unschedulableTaint: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

const tolerates = (pod: Pod, taint: Taint): boolean =>
  (pod.spec?.tolerations ?? []).some(
    ({ key = '', operator = 'Equal', value = '', effect = '' }) =>
      (effect === '' || effect === taint.effect) &&
      (key === taint.key || (key === '' && operator === 'Exists')) &&
      (operator === 'Exists' || value === (taint.value ?? '')),
  );

function selectsNode({ spec }: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (!matchesLabels(spec?.nodeSelector ?? {}, labels)) return false;
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || required.nodeSelectorTerms.some((term) => meetsTerm(term, node));
}

function meetsTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const fields = { 'metadata.name': node.metadata.name };
  return (
    matchExpressions.every((requirement) => meetsNode(requirement, node.metadata.labels ?? {})) &&
    matchFields.every((requirement) => meetsNode(requirement, fields))
  );
}

/** A node's requirements are a selector's, and two that compare numbers. */
function meetsNode(requirement: NodeSelectorRequirement, labels: Readonly<Record<string, string>>): boolean {
  const { key, operator, values = [] } = requirement;
  const value = labels[key];
  if (operator === 'Gt') return value !== undefined && Number(value) > Number(values[0]);
  if (operator === 'Lt') return value !== undefined && Number(value) < Number(values[0]);
  return meets(requirement, labels);
}
