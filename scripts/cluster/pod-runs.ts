// Which runs of programs there are in a namespace. A pod that is replaced, or a container that is started anew, is
// another run: what somebody told the one before is gone.

import type { ApiClient } from '../kubectl/api/client.ts';
import { isReason } from '../kubectl/failure.ts';

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status?: { readonly containerStatuses?: readonly { readonly restartCount: number }[] };
}

/** One word for each pod, in order. */
export async function podRuns(api: ApiClient, namespaces: readonly string[]): Promise<readonly string[]> {
  const lists = await Promise.all(namespaces.map(async (namespace) => podsIn(api, namespace)));
  return lists.flat().map(runOf).toSorted();
}

function runOf({ metadata: { uid }, status }: Pod): string {
  const restarts = (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
  return `${uid}/${restarts}`;
}

async function podsIn(api: ApiClient, namespace: string): Promise<readonly Pod[]> {
  try {
    return (await api.json<{ items: Pod[] }>({ path: `/api/v1/namespaces/${namespace}/pods` })).items;
  } catch (error) {
    if (isReason(error, 'NotFound')) return [];
    throw error;
  }
}
