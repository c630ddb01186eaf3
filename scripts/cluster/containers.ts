// What is in a pod. Checks read it as soon as they are parsed, long before there is a client: none is loaded here.

import type { Pod } from '../../sandbox/kube/resources.ts';

export const containersOf = ({ spec }: Pod): NonNullable<Pod['spec']>['containers'] => [
  ...(spec?.containers ?? []),
  ...(spec?.initContainers ?? []),
];

export const hasProxy = (pod: Pod): boolean => containersOf(pod).some(({ name }) => name === 'istio-proxy');

/** And is not on its way out. */
export const isRunning = ({ metadata, status }: Pod): boolean =>
  status?.phase === 'Running' && metadata.deletionTimestamp === undefined;
