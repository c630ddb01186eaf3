// What is in a pod, and what a command in it prints.

import { apiCode } from './api-error.ts';
import type { ClusterClient } from './client.ts';
import { execInPod } from './exec.ts';
import { LabError } from '../error.ts';
import type { Pod } from '../../sandbox/kube/resources.ts';

export const containersOf = ({ spec }: Pod): NonNullable<Pod['spec']>['containers'] => [
  ...(spec?.containers ?? []),
  ...(spec?.initContainers ?? []),
];

/** undefined when the command failed, or the pod has gone meanwhile. */
export async function printed(
  cluster: ClusterClient,
  { metadata }: Pod,
  container: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const target = { namespace: metadata.namespace ?? '', pod: metadata.name, container };
  try {
    return await execInPod(cluster, target, command, signal);
  } catch (error) {
    if (error instanceof LabError || apiCode(error) === 404) return undefined;
    throw error;
  }
}
