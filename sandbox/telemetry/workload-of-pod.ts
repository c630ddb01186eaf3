import type { Workload } from './workload.ts';
import { spiffeId } from '../kube/spiffe-id.ts';

/** What a pod's proxy tells of its workload; see `Workload`. */
export function workloadOfPod(pod: {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
}): Workload {
  const { labels, namespace } = pod;
  const workload = workloadName(pod.name, labels);
  return {
    workload,
    namespace,
    principal: spiffeId(namespace, pod.serviceAccount),
    app: labels['app'] ?? 'unknown',
    version: labels['version'] ?? 'unknown',
    canonicalService:
      labels['service.istio.io/canonical-name'] ??
      labels['app.kubernetes.io/name'] ??
      labels['app'] ??
      workload,
    canonicalRevision:
      labels['service.istio.io/canonical-revision'] ??
      labels['app.kubernetes.io/version'] ??
      labels['version'] ??
      'latest',
    cluster: 'Kubernetes',
  };
}

/** `webapp-7d9c5b8f6d-x2x7p` belongs to the Deployment `webapp`: its ReplicaSet's hash is among the labels. */
function workloadName(pod: string, labels: Readonly<Record<string, string>>): string {
  const hash = labels['pod-template-hash'];
  const at = hash === undefined ? -1 : pod.lastIndexOf(`-${hash}-`);
  return at === -1 ? pod : pod.slice(0, at);
}
