// Pods that will not come up by waiting, and what the cluster says of them.

import { setTimeout as sleep } from 'node:timers/promises';
import type { CoreV1Event, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { LabError } from '../error.ts';
import { ignoreMissing } from './api-error.ts';
import type { ClusterClient } from './client.ts';

const terminalReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CrashLoopBackOff',
]);

/** @throws LabError for the first pod that cannot start, with its last events and log lines */
export async function failOnBrokenPod(cluster: ClusterClient, namespace: string): Promise<void> {
  const { items } = await cluster.core.listNamespacedPod({ namespace });
  for (const pod of items) {
    const broken = brokenState(pod);
    if (broken === undefined) continue;
    const name = pod.metadata?.name ?? '';
    throw new LabError('POD_FAILED', `Pod ${namespace}/${name} cannot start: ${broken.why}`.trim(), {
      evidence: await evidence(cluster, pod, broken.container),
      hint: `kubectl -n ${namespace} describe pod ${name}`,
    });
  }
}

/**
 * Never resolves: it ends with the first pod that cannot start, or with the signal.
 * @param lookMs how long until it looks again
 */
export async function failWithPods(
  cluster: ClusterClient,
  namespace: string,
  signal: AbortSignal,
  lookMs = 1000,
): Promise<never> {
  for (;;) {
    signal.throwIfAborted();
    await failOnBrokenPod(cluster, namespace);
    await sleep(lookMs, undefined, { signal });
  }
}

/** Starts pods again that wait for their next try: what kept them may be gone. */
export async function restartBrokenPods(cluster: ClusterClient, namespace: string): Promise<void> {
  const { items } = await cluster.core.listNamespacedPod({ namespace });
  const broken = items.filter((pod) => brokenState(pod) !== undefined);
  await Promise.all(
    broken.map(async ({ metadata }) =>
      ignoreMissing(cluster.core.deleteNamespacedPod({ name: metadata?.name ?? '', namespace })),
    ),
  );
}

interface BrokenState {
  readonly why: string;
  /** The one that crashes. */
  readonly container?: string;
}

function brokenState(pod: V1Pod): BrokenState | undefined {
  if (pod.metadata?.deletionTimestamp !== undefined) return undefined;
  const broken = containerStatuses(pod).find(({ state }) =>
    terminalReasons.has(state?.waiting?.reason ?? ''),
  );
  if (broken !== undefined) {
    const { reason = '', message = '' } = broken.state?.waiting ?? {};
    const why = `${reason} ${message}`;
    return reason === 'CrashLoopBackOff' ? { why, container: broken.name } : { why };
  }
  const unscheduled = pod.status?.conditions?.find(
    ({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
  );
  // A node that is not ready yet will be; one that is too small, or whose disk is full, stays so.
  const message = unscheduled?.message ?? '';
  return /Insufficient|disk-pressure/.test(message) ? { why: `Unschedulable: ${message}` } : undefined;
}

const containerStatuses = ({ status }: V1Pod): readonly V1ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

const shownEvents = 3;
const shownLines = 5;

/** Of what helps to understand it, and may itself fail to come: the failure is told all the same. */
async function evidence(
  { core }: ClusterClient,
  { metadata }: V1Pod,
  container: string | undefined,
): Promise<readonly string[]> {
  const { name = '', namespace = '' } = metadata ?? {};
  const [events, log] = await Promise.allSettled([
    core.listNamespacedEvent({ namespace, fieldSelector: `involvedObject.name=${name}` }),
    container === undefined
      ? Promise.resolve('')
      : core.readNamespacedPodLog({ name, namespace, container, previous: true, tailLines: shownLines }),
  ]);
  const warnings = events.status === 'fulfilled' ? events.value.items.filter(isWarning) : [];
  const lines = log.status === 'fulfilled' ? log.value.split('\n').filter(Boolean) : [];
  return [
    ...warnings.slice(-shownEvents).map(({ reason, message }) => `event ${reason ?? ''}: ${message ?? ''}`),
    ...lines.map((line) => `log: ${line}`),
  ];
}

const isWarning = ({ type }: CoreV1Event): boolean => type === 'Warning';
