// What a schema does to an object before it is stored: unknown fields are named and dropped, defaults filled in.

import { at, child, isRecord } from './json.ts';
import type { Schema } from './type.ts';

/** Paths of fields that the schema does not have, such as `spec.containers[0].imagee`, in the order of the object. */
export function unknownFields(schema: Schema, value: unknown): readonly string[] {
  const found: string[] = [];
  visitUnknown(schema, value, '', (_holder, _name, path) => found.push(path));
  return found;
}

/** Removes, in place, what `unknownFields` names. */
export function prune(schema: Schema, value: unknown): void {
  visitUnknown(schema, value, '', (holder, name) => delete holder[name]);
}

/** Fills in, in place, the defaults that an OpenAPI schema declares (`default:`), also inside defaults. */
export function applySchemaDefaults(schema: Schema, value: unknown): void {
  if (Array.isArray(value)) {
    if (schema.items !== undefined) for (const item of value) applySchemaDefaults(schema.items, item);
    return;
  }
  if (!isRecord(value)) return;
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (field.default === undefined) continue;
    const isMissing = !Object.hasOwn(value, name) || (value[name] === null && field.nullable !== true);
    if (isMissing) value[name] = structuredClone(field.default);
  }
  for (const [name, item] of Object.entries(value)) {
    const field = fieldOf(schema, name);
    if (field !== undefined) applySchemaDefaults(field, item);
  }
}

/** The schema of a field or of a map's value; undefined when there is none. */
export function fieldOf(schema: Schema, name: string): Schema | undefined {
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

type Report = (holder: Record<string, unknown>, name: string, path: string) => void;

// Kubernetes keeps these in every object and every embedded resource, whether or not its schema has them.
const typeMeta = new Set(['apiVersion', 'kind', 'metadata']);

function visitUnknown(schema: Schema, value: unknown, path: string, report: Report): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined)
      value.forEach((item, index) => visitUnknown(items, item, at(path, index), report));
    return;
  }
  if (!isRecord(value)) return;
  const isResource = path === '' || schema['x-kubernetes-embedded-resource'] === true;
  for (const [name, item] of Object.entries(value)) {
    const field = fieldOf(schema, name);
    const fieldPath = child(path, name);
    if (field !== undefined) visitUnknown(field, item, fieldPath, report);
    else if (!keepsUnknown(schema) && !(isResource && typeMeta.has(name))) report(value, name, fieldPath);
  }
}

const keepsUnknown = (schema: Schema): boolean =>
  schema['x-kubernetes-preserve-unknown-fields'] === true ||
  schema.additionalProperties === true ||
  // A schema that says nothing of its fields (`any`).
  (schema.type === undefined && schema.properties === undefined);
