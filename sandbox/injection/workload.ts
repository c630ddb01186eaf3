// Which workload a pod belongs to: its Deployment where there is one, else its controller, else itself.

import type { NewObject } from '../kube/object.ts';

export interface Workload {
  readonly name: string;
  /** `kubernetes://apis/apps/v1/namespaces/shop/deployments/catalog` */
  readonly owner: string;
}

export function workloadOf({ metadata }: NewObject, namespace: string): Workload {
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
  if (controller === undefined) {
    const { name = '', generateName = '' } = metadata;
    const own = generateName === '' ? name : generateName.replace(/-$/, '');
    return workload('v1', 'Pod', own, namespace);
  }
  const hash = metadata.labels?.['pod-template-hash'] ?? '';
  const suffix = `-${hash}`;
  if (controller.kind === 'ReplicaSet' && hash !== '' && controller.name.endsWith(suffix)) {
    return workload('apps/v1', 'Deployment', controller.name.slice(0, -suffix.length), namespace);
  }
  return workload(controller.apiVersion, controller.kind, controller.name, namespace);
}

const workload = (apiVersion: string, kind: string, name: string, namespace: string): Workload => ({
  name,
  owner: `kubernetes://apis/${apiVersion}/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`,
});

/** `service.istio.io/canonical-name` and `-revision` as Istio derives them from labels. */
export const canonicalService = (
  labels: Readonly<Record<string, string>>,
  { name }: Workload,
): Record<string, string> => ({
  'service.istio.io/canonical-name':
    labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels['app'] ?? name,
  'service.istio.io/canonical-revision':
    labels['service.istio.io/canonical-revision'] ??
    labels['app.kubernetes.io/version'] ??
    labels['version'] ??
    'latest',
});
