// Which pods go first when there are too many: ActivePodsWithRanks of k8s.io/kubernetes/pkg/controller.

import type { Pod } from '../../kube/resources.ts';
import { isPodReady, podCondition } from '../pod-state.ts';

const phaseRank: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** The pods in the order in which they are given up. `now` in milliseconds since the epoch. */
export function inDeletionOrder(pods: readonly Pod[], now: number): Pod[] {
  return pods.toSorted((a, b) => {
    for (const rank of ranks) {
      const difference = rank(a, now) - rank(b, now);
      if (difference !== 0) return difference;
    }
    return a.metadata.uid < b.metadata.uid ? -1 : 1;
  });
}

// Lower goes first. Ages count by order of magnitude, so that pods of about the same age go at random.
const ranks: readonly ((pod: Pod, now: number) => number)[] = [
  (pod) => (pod.spec?.nodeName === undefined ? 0 : 1),
  (pod) => phaseRank[pod.status?.phase ?? 'Pending'] ?? 1,
  (pod) => (isPodReady(pod) ? 1 : 0),
  (pod) => Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0),
  (pod, now) => magnitude(isPodReady(pod) ? podCondition(pod, 'Ready')?.lastTransitionTime : undefined, now),
  (pod) => -restarts(pod),
  (pod, now) => magnitude(pod.metadata.creationTimestamp, now),
];

const magnitude = (since: string | undefined, now: number): number =>
  since === undefined ? -1 : Math.floor(Math.log2(Math.max(1, now - Date.parse(since))));

const restarts = (pod: Pod): number =>
  Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
