import { isDeepStrictEqual } from 'node:util';
import type { ReplicaSetCondition, ReplicaSetStatus } from 'kubernetes-types/apps/v1.js';
import { type Clock, timestamp } from '../../clock/clock.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { type Pod, type ReplicaSet, replicaSets } from '../../kube/resources.ts';
import { matchesLabels } from '../label-selector.ts';
import { isPodAvailable, isPodReady } from '../pod-state.ts';

/** Writes what `pods` amount to; `failure` is why pods could not be created, if so. */
export function writeReplicaSetStatus(
  cluster: Cluster,
  clock: Clock,
  set: ReplicaSet,
  pods: readonly Pod[],
  failure: string | undefined,
): void {
  const labels = set.spec?.template?.metadata?.labels ?? {};
  const count = (holds: (pod: Pod) => boolean): number => pods.filter(holds).length;
  const conditions = withFailure(set.status?.conditions ?? [], failure, clock);
  const status: ReplicaSetStatus = {
    replicas: pods.length,
    ...positive(
      'fullyLabeledReplicas',
      count((pod) => matchesLabels(labels, pod.metadata.labels)),
    ),
    ...positive('readyReplicas', count(isPodReady)),
    ...positive(
      'availableReplicas',
      count((pod) => isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, clock.now())),
    ),
    observedGeneration: set.metadata.generation ?? 0,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
  if (!isDeepStrictEqual(status, set.status)) cluster.updateStatus(replicaSets, { ...set, status });
}

// Counts of zero are left out on the wire.
const positive = (field: keyof ReplicaSetStatus, value: number): Partial<ReplicaSetStatus> =>
  value > 0 ? { [field]: value } : {};

function withFailure(
  conditions: readonly ReplicaSetCondition[],
  failure: string | undefined,
  clock: Clock,
): ReplicaSetCondition[] {
  const others = conditions.filter(({ type }) => type !== 'ReplicaFailure');
  if (failure === undefined) return others;
  // The first failure stays until one try succeeds: a write per try would make each try the cause of the next.
  const known = conditions.find(({ type }) => type === 'ReplicaFailure');
  return [
    ...others,
    known ?? {
      type: 'ReplicaFailure',
      status: 'True',
      lastTransitionTime: timestamp(clock),
      reason: 'FailedCreate',
      message: failure,
    },
  ];
}
