// What PeerAuthentication, AuthorizationPolicy and RequestAuthentication have in common: whom they are for.

import { hasLabels, type Labels } from '../kube/workload.ts';
import type { CustomObject } from '../../kube/resources.ts';

export interface Policy {
  /** `namespace/name`. */
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly createdAt: string;
  /** Labels of the workloads it is for; empty is all. */
  readonly selector: Labels;
  readonly targets: readonly Target[];
}

export interface Target {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

export interface Workload {
  readonly namespace: string;
  readonly labels: Labels;
}

/** The part of any policy that says whom it is for. */
export function policyOf({ metadata, spec = {} }: CustomObject): Policy {
  const { name, namespace = '', creationTimestamp } = metadata;
  const { selector, targetRef, targetRefs = [] } = spec as Selecting;
  return {
    key: `${namespace}/${name}`,
    name,
    namespace,
    createdAt: creationTimestamp,
    selector: selector?.matchLabels ?? {},
    targets: [...targetRefs, ...(targetRef === undefined ? [] : [targetRef])].map((target) => ({
      group: target.group ?? '',
      kind: target.kind ?? '',
      name: target.name ?? '',
    })),
  };
}

interface Selecting {
  readonly selector?: { readonly matchLabels?: Labels };
  readonly targetRef?: Partial<Target>;
  readonly targetRefs?: readonly Partial<Target>[];
}

/** Whether a policy of the workload's namespace, or of the root namespace, is for it. */
export function isFor({ selector, targets, namespace }: Policy, workload: Workload): boolean {
  if (targets.length === 0) return hasLabels(workload.labels, selector);
  const gateway = workload.labels['gateway.networking.k8s.io/gateway-name'];
  return targets.some(
    ({ group, kind, name }) =>
      group === 'gateway.networking.k8s.io' &&
      kind === 'Gateway' &&
      name === gateway &&
      namespace === workload.namespace,
  );
}
