import { gatewayGroup, type ObjectReference, type ReferenceGrant } from './resources.ts';

/** Who refers to something in another namespace. */
export interface Referrer {
  readonly kind: 'HTTPRoute' | 'Gateway';
  readonly namespace: string;
}

/** Whether a ReferenceGrant in the namespace `to` lets it. */
export function isGranted(
  { group, kind, name }: Required<Pick<ObjectReference, 'group' | 'kind' | 'name'>>,
  from: Referrer,
  to: string,
  grants: readonly ReferenceGrant[],
): boolean {
  return grants.some(
    ({ metadata, spec }) =>
      metadata.namespace === to &&
      spec?.from?.some(
        (each) => each.group === gatewayGroup && each.kind === from.kind && each.namespace === from.namespace,
      ) === true &&
      spec.to?.some(
        (each) =>
          each.group === group && each.kind === kind && (each.name === undefined || each.name === name),
      ) === true,
  );
}
