// https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/

import type { Pod } from '../kube/resources.ts';

const counted = ['cpu', 'memory'] as const;

export function qosClass({ spec }: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const all = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(
    ({ resources = {} }) => resources,
  );
  const asks = all.some(({ limits = {}, requests = {} }) =>
    counted.some((name) => limits[name] !== undefined || requests[name] !== undefined),
  );
  if (!asks) return 'BestEffort';
  const exact = all.every(({ limits = {}, requests = {} }) =>
    counted.every((name) => limits[name] !== undefined && (requests[name] ?? limits[name]) === limits[name]),
  );
  return exact ? 'Guaranteed' : 'Burstable';
}
