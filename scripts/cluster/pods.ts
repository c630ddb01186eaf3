// Pods that are not ready, and the reason each gives.

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

/** What is read of a pod, from the client as well as from the wire. */
interface SeenPod {
  readonly metadata?: { readonly deletionTimestamp?: Date | string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly initContainerStatuses?: readonly SeenContainer[];
    readonly containerStatuses?: readonly SeenContainer[];
  };
}

interface SeenContainer {
  readonly name: string;
  readonly ready: boolean;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

/** Why a pod is not ready; undefined when it is. */
export const podProblem = (pod: SeenPod): string | undefined => (isReady(pod) ? undefined : reasonOf(pod));

const isReady = ({ status }: SeenPod): boolean =>
  status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;

function reasonOf({ metadata, status }: SeenPod): string {
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
