// What containers have written: those that run, and the ones before them that ended.

import type { V1Pod } from '@kubernetes/client-node';
import type { ClusterClient } from '../../cluster/client.ts';
import { apiMessage } from '../../cluster/api-error.ts';
import type { Put } from '../collector.ts';
import { isConcerned, type Concern } from './concern.ts';

const lines = 1000;

/** A container that has not begun has no log: what the API says of it stands there instead. */
export async function collectLogs({ core }: ClusterClient, concern: Concern, put: Put): Promise<void> {
  const { items } = await core.listPodForAllNamespaces();
  const sources = items
    .filter(({ metadata }) => isConcerned(concern, metadata?.namespace))
    .flatMap(sourcesOf);
  await Promise.all(
    sources.map(async ({ namespace, pod, container, previous }) => {
      const file = `logs/${namespace}/${pod}/${container}${previous ? '.previous' : ''}.log`;
      const request = { namespace, name: pod, container, previous, tailLines: lines };
      put(file, await core.readNamespacedPodLog(request).catch((error: unknown) => `${apiMessage(error)}\n`));
    }),
  );
}

interface Source {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

function sourcesOf({ metadata, spec, status }: V1Pod): readonly Source[] {
  const { namespace = '', name: pod = '' } = metadata ?? {};
  const states = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  return containers.flatMap(({ name: container }) => {
    const restarted = (states.find(({ name }) => name === container)?.restartCount ?? 0) > 0;
    const source = { namespace, pod, container };
    return [{ ...source, previous: false }, ...(restarted ? [{ ...source, previous: true }] : [])];
  });
}
