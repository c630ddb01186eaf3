// The kinds every cluster serves, with the names Kubernetes 1.32 gives them.

import { type BuiltinKind, builtinType } from './builtin-type.ts';
import { clusterKinds } from './kinds/cluster.ts';
import { coreKinds } from './kinds/core.ts';
import { policyKinds } from './kinds/policy.ts';
import { workloadKinds } from './kinds/workload.ts';
import type { ResourceType } from './type.ts';

/** The built-in kinds, in the order in which discovery lists them. Cheap: no schema is read. */
export function builtinTypes(): readonly ResourceType[] {
  return kinds.map(builtinType);
}

/** Kinds that are kept and listed but that no part of the sandbox acts on, by `group/resource`. */
export const storedOnly: ReadonlySet<string> = new Set([
  '/persistentvolumes',
  '/persistentvolumeclaims',
  '/limitranges',
  '/replicationcontrollers',
  '/resourcequotas',
  'apps/statefulsets',
  'apps/daemonsets',
  'apps/controllerrevisions',
  'batch/jobs',
  'batch/cronjobs',
  'autoscaling/horizontalpodautoscalers',
  'policy/poddisruptionbudgets',
  'networking.k8s.io/ingresses',
  'networking.k8s.io/ingressclasses',
  'networking.k8s.io/networkpolicies',
  'rbac.authorization.k8s.io/roles',
  'rbac.authorization.k8s.io/rolebindings',
  'rbac.authorization.k8s.io/clusterroles',
  'rbac.authorization.k8s.io/clusterrolebindings',
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'scheduling.k8s.io/priorityclasses',
  'storage.k8s.io/storageclasses',
]);

const kinds: readonly BuiltinKind[] = [...coreKinds, ...workloadKinds, ...policyKinds, ...clusterKinds];
