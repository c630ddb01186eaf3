// Pods that are not ready, and the reason each gives.

import type { V1Pod } from '@kubernetes/client-node';
import type { ClusterClient } from './client.ts';

export interface PodNotReady {
  readonly namespace: string;
  readonly name: string;
  readonly why: string;
}

export async function podsNotReady(cluster: ClusterClient): Promise<readonly PodNotReady[]> {
  const { items } = await cluster.core.listPodForAllNamespaces();
  return items
    .filter((pod) => !isReady(pod) && pod.status?.phase !== 'Succeeded')
    .map((pod) => ({
      namespace: pod.metadata?.namespace ?? '',
      name: pod.metadata?.name ?? '',
      why: reasonOf(pod),
    }));
}

const isReady = ({ status }: V1Pod): boolean =>
  status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;

function reasonOf({ metadata, status }: V1Pod): string {
  if (metadata?.deletionTimestamp !== undefined) return 'it is being deleted';
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const waiting = statuses.find(({ state }) => state?.waiting !== undefined)?.state?.waiting;
  if (waiting !== undefined) return [waiting.reason, waiting.message].filter(Boolean).join(': ');
  const unscheduled = status?.conditions?.find(
    ({ type, status: value }) => type === 'PodScheduled' && value === 'False',
  );
  if (unscheduled !== undefined) return unscheduled.message ?? unscheduled.reason ?? 'not scheduled';
  const unready = statuses.find(({ ready }) => !ready);
  return unready === undefined ? (status?.phase ?? 'unknown') : `container ${unready.name} is not ready`;
}
