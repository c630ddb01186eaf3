// A pod as the mesh sees it: the labels and the identity behind an endpoint.

import type { Pod } from '../../kube/resources.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Workload {
  readonly labels: Labels;
  /** `istio.workload` in an endpoint's metadata: "name;namespace;canonical-name;canonical-revision;cluster". */
  readonly identity: string;
  readonly mtls: boolean;
  readonly ports: readonly { readonly name?: string; readonly containerPort: number }[];
}

export function workloadOf(pod: Pod): Workload {
  const { metadata, spec } = pod;
  const labels = metadata.labels ?? {};
  const name = workloadName(pod);
  const canonicalName =
    labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels['app'] ?? name;
  const revision =
    labels['service.istio.io/canonical-revision'] ??
    labels['app.kubernetes.io/version'] ??
    labels['version'] ??
    'latest';
  // Istio leaves the default revision out.
  const parts = [
    name,
    metadata.namespace,
    canonicalName,
    revision === 'latest' ? '' : revision,
    'Kubernetes',
  ];
  return {
    labels,
    identity: parts.join(';'),
    mtls: labels['security.istio.io/tlsMode'] === 'istio',
    ports: (spec?.containers ?? []).flatMap(({ ports = [] }) =>
      ports.map(({ name: portName, containerPort }) => ({
        containerPort,
        ...(portName === undefined ? {} : { name: portName }),
      })),
    ),
  };
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
