// A pod as the mesh sees it: the labels and the identity behind an endpoint.

import type { Pod } from '../../kube/resources.ts';
import { spiffeId } from '../../kube/spiffe-id.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Workload {
  readonly namespace: string;
  readonly labels: Labels;
  /** Empty until the pod is ready, and from when it is being deleted. */
  readonly readyAddress: string;
  /** `istio.workload` in an endpoint's metadata: "name;namespace;canonical-name;canonical-revision;cluster". */
  readonly identity: string;
  /** SPIFFE URI of its service account. */
  readonly account: string;
  readonly mtls: boolean;
  readonly ports: readonly { readonly name?: string; readonly containerPort: number }[];
}

export function workloadOf(pod: Pod): Workload {
  const { metadata, spec } = pod;
  const labels = metadata.labels ?? {};
  const name = workloadName(pod);
  return {
    namespace: metadata.namespace ?? '',
    labels,
    readyAddress: isReady(pod) ? (pod.status?.podIP ?? '') : '',
    identity: identityOf(name, metadata.namespace ?? '', labels),
    account: spiffeId(metadata.namespace ?? '', spec?.serviceAccountName ?? 'default'),
    mtls: labels['security.istio.io/tlsMode'] === 'istio',
    ports: (spec?.containers ?? []).flatMap(({ ports = [] }) =>
      ports.map(({ name: portName, containerPort }) => ({
        containerPort,
        ...(portName === undefined ? {} : { name: portName }),
      })),
    ),
  };
}

/** With the names a workload goes by in metrics, its labels' first. Istio leaves the default revision out. */
export function identityOf(name: string, namespace: string, labels: Labels): string {
  const canonicalName =
    labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels['app'] ?? name;
  const revision =
    labels['service.istio.io/canonical-revision'] ??
    labels['app.kubernetes.io/version'] ??
    labels['version'] ??
    'latest';
  return [name, namespace, canonicalName, revision === 'latest' ? '' : revision, 'Kubernetes'].join(';');
}

function isReady({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp !== undefined || status?.phase !== 'Running') return false;
  return status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

/** The owner's name; a Deployment's stands in its ReplicaSet's, before the pod template's hash. */
function workloadName({ metadata }: Pod): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return metadata.name;
  const hash = metadata.labels?.['pod-template-hash'];
  const suffix = `-${hash ?? ''}`;
  const ofDeployment = owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(suffix);
  return ofDeployment ? owner.name.slice(0, -suffix.length) : owner.name;
}

export const hasLabels = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);
