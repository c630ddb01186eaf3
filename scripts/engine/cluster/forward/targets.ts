// Where each of the six ports leads in a cluster, and a pod that answers there.

import type { V1Pod, V1Service } from '@kubernetes/client-node';
import { ignoreMissing } from '../../../cluster/api-error.ts';
import type { ClusterClient } from '../../../cluster/client.ts';

export interface ForwardTarget {
  readonly namespace: string;
  readonly service: string;
  /** Of the Service. */
  readonly port: number;
}

/** In the order of `portNames`. The addons have these names and ports in Istio's own samples, and in manifests/telemetry. */
export const forwardTargets: readonly ForwardTarget[] = [
  { namespace: 'istio-system', service: 'istio-ingressgateway', port: 80 },
  { namespace: 'istio-system', service: 'prometheus', port: 9090 },
  { namespace: 'istio-system', service: 'grafana', port: 3000 },
  { namespace: 'istio-system', service: 'kiali', port: 20_001 },
  { namespace: 'istio-system', service: 'tracing', port: 80 },
  { namespace: 'istio-system', service: 'kube-ops-view', port: 80 },
];

export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

export type Resolved =
  | { readonly kind: 'found'; readonly to: PodPort }
  /** The cluster has no such Service. */
  | { readonly kind: 'absent' }
  /** It has, and none of its pods is ready. */
  | { readonly kind: 'unready' };

/** A ready pod of the Service; `pick` chooses among several. */
export async function resolveTarget(
  { core }: ClusterClient,
  { namespace, service, port }: ForwardTarget,
  pick: (count: number) => number,
): Promise<Resolved> {
  const found = await ignoreMissing(core.readNamespacedService({ namespace, name: service }));
  const selector = Object.entries(found?.spec?.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  if (found === undefined || selector.length === 0) return { kind: 'absent' };
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: selector.join(',') });
  const ready = items.filter(isReady);
  const chosen = ready[pick(ready.length)];
  if (chosen === undefined) return { kind: 'unready' };
  return {
    kind: 'found',
    to: { namespace, pod: chosen.metadata?.name ?? '', port: portIn(found, port, chosen) },
  };
}

const isReady = ({ metadata, status }: V1Pod): boolean =>
  metadata?.deletionTimestamp === undefined &&
  (status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false);

/** A port of the pod may be named instead of numbered. */
function portIn(service: V1Service, port: number, pod: V1Pod): number {
  const target = service.spec?.ports?.find((each) => each.port === port)?.targetPort ?? port;
  if (typeof target === 'number') return target;
  const ports = pod.spec?.containers.flatMap((container) => container.ports ?? []) ?? [];
  return ports.find(({ name }) => name === target)?.containerPort ?? port;
}
