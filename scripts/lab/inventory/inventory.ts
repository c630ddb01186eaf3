// What people have put into a cluster, as plain data: the objects that nothing would bring back by itself.

/** An object as the API gives it, without what the API or a controller wrote into it. */
export interface InventoryObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectName & Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface ObjectName {
  readonly name: string;
  /** Absent for an object of the whole cluster. */
  readonly namespace?: string;
}

export interface Inventory {
  /** Another cluster has another one: what was noted of one says nothing of the other. */
  readonly cluster: string;
  /** In the order of their keys. */
  readonly objects: readonly InventoryObject[];
}

/** Equal for an object before and after; not its uid, because one that was deleted and made again counts as the same. */
export const keyOf = ({ apiVersion, kind, metadata }: InventoryObject): string =>
  `${metadata.namespace ?? ''}/${groupOf(apiVersion)}/${kind}/${metadata.name}`;

/** Versions of an API are views of the same objects. */
export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';

/** `VirtualService istioinaction/catalog`. */
export const titleOf = ({ kind, metadata: { namespace, name } }: InventoryObject): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
