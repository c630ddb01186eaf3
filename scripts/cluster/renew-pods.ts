// Replaces the pods of namespaces by new ones: what was told to a program while it ran is in no object.

import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../kubectl/api/client.ts';
import { isReason } from '../kubectl/failure.ts';
import type { ClusterClient } from './client.ts';
import { rolloutAll } from './rollout.ts';

export interface RenewOptions {
  readonly api: ApiClient;
  readonly cluster: ClusterClient;
  readonly namespaces: readonly string[];
  readonly signal: AbortSignal;
}

interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly namespace: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly kind: string }[];
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

const pollMs = 50;

/**
 * Deletes the pods of Deployments and the like at once, without their time to end, and resolves when the new ones are
 * ready. @throws LabError when a new one cannot start
 */
export async function renewPods({ api, cluster, namespaces, signal }: RenewOptions): Promise<void> {
  const old = (await Promise.all(namespaces.map(async (namespace) => podsIn(api, namespace)))).flat();
  await Promise.all(old.map(async (pod) => deleteNow(api, pod)));
  const uids = new Set(old.map(({ metadata }) => metadata.uid));
  await Promise.all(
    namespaces.map(async (namespace) => {
      for (;;) {
        await rolloutAll(cluster, { namespace, signal });
        // A Deployment says for a moment that pods are available that are gone.
        const [pods, wanted] = await Promise.all([podsIn(api, namespace), replicasIn(api, namespace)]);
        const ready = pods.filter((pod) => isReady(pod) && !uids.has(pod.metadata.uid));
        if (ready.length >= wanted && !pods.some(({ metadata }) => uids.has(metadata.uid))) return;
        await sleep(pollMs, undefined, { signal });
      }
    }),
  );
}

async function podsIn(api: ApiClient, namespace: string): Promise<readonly Pod[]> {
  const { items } = await api.json<{ items: Pod[] }>({ path: `/api/v1/namespaces/${namespace}/pods` });
  return items.filter(({ metadata: { ownerReferences: [owner] = [] } }) => owner?.kind === 'ReplicaSet');
}

async function replicasIn(api: ApiClient, namespace: string): Promise<number> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const { items } = await api.json<{ items: { spec?: { replicas?: number } }[] }>({ path });
  return items.reduce((sum, { spec }) => sum + (spec?.replicas ?? 1), 0);
}

async function deleteNow(api: ApiClient, { metadata: { namespace, name, uid } }: Pod): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0, preconditions: { uid } };
  try {
    await api.json({ method: 'DELETE', path, body });
  } catch (error) {
    if (!isReason(error, 'NotFound') && !isReason(error, 'Conflict')) throw error;
  }
}

const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True');
