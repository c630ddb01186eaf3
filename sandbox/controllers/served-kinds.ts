// Every kind of object there can be: those built in, and those that CustomResourceDefinitions add.

import type { Cluster } from '../kube/cluster.ts';
import { type CustomObject, customResourceDefinitions } from '../kube/resources.ts';

export interface ServedKind {
  readonly group: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

export function servedKinds(cluster: Cluster, builtin: readonly ServedKind[]): ServedKind[] {
  return [...builtin, ...cluster.list(customResourceDefinitions).flatMap((crd) => customKind(crd) ?? [])];
}

/** Undefined for a definition that is on its way out. */
export function customKind({ metadata, spec }: CustomObject): ServedKind | undefined {
  const { group, scope, names } = (spec ?? {}) as Partial<CrdSpec>;
  if (metadata.deletionTimestamp !== undefined || group === undefined || names === undefined)
    return undefined;
  return { group, resource: names.plural, kind: names.kind, namespaced: scope === 'Namespaced' };
}

interface CrdSpec {
  readonly group: string;
  readonly scope: string;
  readonly names: { readonly plural: string; readonly kind: string };
}
