// What istiod decides once it was asked (injectRequired of Istio's pkg/kube/inject).

import type { ObjectMeta } from '../kube/object.ts';
import type { PodSpec } from 'kubernetes-types/core/v1.js';

const neverInjected = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);
const yes = new Set(['y', 'yes', 'true', 'on']);

/** The label beats the older annotation; a pod that says nothing gets a sidecar. */
export function wantsSidecar(
  namespace: string,
  { labels, annotations }: Partial<ObjectMeta>,
  spec: PodSpec,
): boolean {
  if (spec.hostNetwork === true || neverInjected.has(namespace)) return false;
  if (annotations?.['sidecar.istio.io/status'] !== undefined) return false;
  const said = labels?.['sidecar.istio.io/inject'] ?? annotations?.['sidecar.istio.io/inject'] ?? '';
  return said === '' || yes.has(said.toLowerCase());
}
