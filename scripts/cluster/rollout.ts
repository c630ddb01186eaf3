// Waits until Deployments are available, and leaves at once when one never will be.

import { Watch, type V1ContainerStatus, type V1Deployment, type V1Pod } from '@kubernetes/client-node';
import { LabError } from '../error.ts';
import type { ClusterClient } from './client.ts';

const terminalReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CrashLoopBackOff',
]);

export interface RolloutOptions {
  readonly namespace: string;
  /** Milliseconds. @default 180_000 */
  readonly withinMs?: number;
  readonly signal: AbortSignal;
}

/**
 * Resolves when every Deployment of the namespace has all its replicas updated and available.
 * @throws LabError naming the Deployment, the reason and the next command
 */
export async function rolloutAll(
  cluster: ClusterClient,
  { namespace, withinMs = 180_000, signal }: RolloutOptions,
): Promise<void> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  for (;;) {
    const { items, metadata } = await cluster.apps.listNamespacedDeployment({ namespace });
    const waiting = items.filter((deployment) => !isAvailable(deployment));
    if (waiting.length === 0) return;
    await failOnBrokenPod(cluster, namespace);
    signal.throwIfAborted();
    if (stop.aborted) throw notInTime(waiting, namespace, withinMs);
    await change(cluster, namespace, metadata?.resourceVersion, stop);
  }
}

function isAvailable({ metadata, spec, status }: V1Deployment): boolean {
  const wanted = spec?.replicas ?? 1;
  return (
    status?.observedGeneration === metadata?.generation &&
    (status?.updatedReplicas ?? 0) >= wanted &&
    (status?.availableReplicas ?? 0) >= wanted &&
    (status?.replicas ?? 0) <= wanted
  );
}

async function failOnBrokenPod(cluster: ClusterClient, namespace: string): Promise<void> {
  const { items } = await cluster.core.listNamespacedPod({ namespace });
  for (const pod of items) {
    const broken = containerStatuses(pod).find(({ state }) =>
      terminalReasons.has(state?.waiting?.reason ?? ''),
    );
    if (broken !== undefined) {
      const { reason, message } = broken.state?.waiting ?? {};
      const name = pod.metadata?.name ?? '';
      throw new LabError(
        'POD_FAILED',
        `Pod ${namespace}/${name} cannot start: ${reason ?? ''} ${message ?? ''}`.trim(),
        {
          hint: `kubectl -n ${namespace} describe pod ${name}`,
        },
      );
    }
  }
}

const containerStatuses = ({ status }: V1Pod): readonly V1ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

/** Resolves with the next change of a Deployment, or after half a second, which covers pods that fail. */
async function change(
  cluster: ClusterClient,
  namespace: string,
  resourceVersion: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(500)]);
  const watching = new AbortController();
  await new Promise<void>((resolve) => {
    const done = (): void => {
      watching.abort();
      resolve();
    };
    stop.addEventListener('abort', done, { once: true });
    new Watch(cluster.config)
      .watch(
        `/apis/apps/v1/namespaces/${namespace}/deployments`,
        { resourceVersion: resourceVersion ?? '0' },
        done,
        done,
      )
      .then((request) => {
        if (watching.signal.aborted) request.abort();
        else watching.signal.addEventListener('abort', () => request.abort(), { once: true });
      }, done);
  });
}

const notInTime = (waiting: readonly V1Deployment[], namespace: string, withinMs: number): LabError => {
  const names = waiting.map(({ metadata }) => metadata?.name ?? '').join(', ');
  return new LabError(
    'ROLLOUT_TIMEOUT',
    `Deployment ${namespace}/${names} was not available after ${Math.round(withinMs / 1000)} s`,
    { hint: `kubectl -n ${namespace} get pods; kubectl -n ${namespace} get events` },
  );
};
