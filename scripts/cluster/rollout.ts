// Waits until Deployments are available, and leaves at once when one never will be.

import { Watch, type V1Deployment } from '@kubernetes/client-node';
import { LabError } from '../error.ts';
import { failOnBrokenPod } from './broken-pod.ts';
import type { ClusterClient } from './client.ts';
import { firstAbort } from '../process/first-abort.ts';

export interface RolloutOptions {
  readonly namespace: string;
  /** Only these; without it, all that the namespace has. */
  readonly names?: readonly string[];
  /** Told whenever others are waited for. */
  readonly onWait?: (names: readonly string[]) => void;
  /** Milliseconds. @default 180_000 */
  readonly withinMs?: number;
  readonly signal: AbortSignal;
}

/**
 * Resolves when the Deployments of the namespace have all its replicas updated and available.
 * @throws LabError naming the Deployment, the reason and the next command
 */
export async function rolloutAll(
  cluster: ClusterClient,
  { namespace, names, onWait, withinMs = 180_000, signal }: RolloutOptions,
): Promise<void> {
  const stop = firstAbort(signal, AbortSignal.timeout(withinMs));
  for (;;) {
    const { items, metadata } = await cluster.apps.listNamespacedDeployment({ namespace });
    const waiting = items.filter((deployment) => isAsked(names, deployment) && !isAvailable(deployment));
    onWait?.(waiting.map(({ metadata: { name = '' } = {} }) => name));
    if (waiting.length === 0) return;
    await failOnBrokenPod(cluster, namespace);
    signal.throwIfAborted();
    if (stop.aborted) throw notInTime(waiting, namespace, withinMs);
    await change(cluster, namespace, metadata?.resourceVersion, stop);
  }
}

const isAsked = (names: readonly string[] | undefined, { metadata }: V1Deployment): boolean =>
  names?.includes(metadata?.name ?? '') ?? true;

function isAvailable({ metadata, spec, status }: V1Deployment): boolean {
  const wanted = spec?.replicas ?? 1;
  return (
    status?.observedGeneration === metadata?.generation &&
    (status?.updatedReplicas ?? 0) >= wanted &&
    (status?.availableReplicas ?? 0) >= wanted &&
    (status?.replicas ?? 0) <= wanted
  );
}

/** Resolves with the next change of a Deployment, or after half a second, which covers pods that fail. */
async function change(
  cluster: ClusterClient,
  namespace: string,
  resourceVersion: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const stop = firstAbort(signal, AbortSignal.timeout(500));
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
