// How a value takes part in merging, by its schema (`x-kubernetes-list-type`, `x-kubernetes-map-type`).

import type { Schema } from '../../schema/type.ts';

export type Fields = Readonly<Record<string, unknown>>;

export type Shape =
  | { readonly is: 'fields'; readonly value: Fields }
  /** A list whose items have identities: by key fields, or each by its value. */
  | { readonly is: 'items'; readonly value: ReadonlyMap<string, unknown>; readonly item: Schema | undefined }
  | { readonly is: 'atom' };

/** Objects and keyed lists are merged part by part, unless they are empty; everything else is taken as a whole. */
export function shapeOf(schema: Schema | undefined, value: unknown): Shape {
  if (Array.isArray(value)) return listShape(schema, value);
  if (typeof value !== 'object' || value === null || schema?.['x-kubernetes-map-type'] === 'atomic') {
    return { is: 'atom' };
  }
  return { is: 'fields', value: value as Fields };
}

/** Schema of a field; undefined where the schema says nothing, and shapes are guessed from the value. */
export function fieldSchema(schema: Schema | undefined, name: string): Schema | undefined {
  const properties = schema?.properties;
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
  const rest = schema?.additionalProperties;
  return typeof rest === 'object' ? rest : undefined;
}

/** The identity of a list's item as a path element; undefined for an item without its key fields. */
export function itemKey(schema: Schema | undefined, item: unknown): string | undefined {
  if (schema?.['x-kubernetes-list-type'] === 'set') return `v:${JSON.stringify(item)}`;
  if (typeof item !== 'object' || item === null) return undefined;
  const keys: Record<string, unknown> = {};
  for (const name of (schema?.['x-kubernetes-list-map-keys'] ?? []).toSorted()) {
    const value = (item as Fields)[name] ?? defaultKey(schema, name);
    if (value !== undefined) keys[name] = value;
  }
  return Object.keys(keys).length === 0 ? undefined : `k:${JSON.stringify(keys)}`;
}

/** A key field left out has its default, as in the stored object. The built-in kinds' only one is the protocol of a port. */
function defaultKey(schema: Schema | undefined, name: string): unknown {
  return schema?.items?.properties?.[name]?.default ?? (name === 'protocol' ? 'TCP' : undefined);
}

function listShape(schema: Schema | undefined, list: readonly unknown[]): Shape {
  const type = schema?.['x-kubernetes-list-type'];
  if (type !== 'map' && type !== 'set') return { is: 'atom' };
  const items = new Map<string, unknown>();
  for (const item of list) {
    const key = itemKey(schema, item);
    // Without identities, or with one twice, there is nothing to merge by.
    if (key === undefined || items.has(key)) return { is: 'atom' };
    items.set(key, item);
  }
  return { is: 'items', value: items, item: type === 'map' ? schema?.items : undefined };
}

/** Whether a shape has no parts; it is then a leaf, as an empty value differs from a missing one. */
export function isBare(shape: Shape): boolean {
  if (shape.is === 'atom') return true;
  return shape.is === 'items' ? shape.value.size === 0 : Object.keys(shape.value).length === 0;
}

/** Parts by path element, with their schemas. */
export function* partsOf(
  schema: Schema | undefined,
  shape: Shape,
): Generator<[key: string, value: unknown, schema: Schema | undefined]> {
  if (shape.is === 'items') {
    for (const [key, value] of shape.value) yield [key, value, shape.item];
  } else if (shape.is === 'fields') {
    for (const [name, value] of Object.entries(shape.value)) {
      if (value !== undefined) yield [`f:${name}`, value, fieldSchema(schema, name)];
    }
  }
}
