// What a Go struct holds where the JSON said nothing: rules and controllers may rely on a required text being there.

import { isRecord } from './json.ts';
import { modelOf } from './model/model-schema.ts';
import { fieldOf } from './structural.ts';
import type { Schema } from './type.ts';

/** The zero of a type: `''`, `0`, `false`, `[]`, `{}`; null where any JSON may stand. */
export function zeroOf(schema: Schema): unknown {
  const { type } = schema;
  if (schema.format === 'quantity') return '0';
  if (schema['x-kubernetes-int-or-string'] === true || type === 'integer' || type === 'number') return 0;
  if (type === 'string') return '';
  if (type === 'boolean') return false;
  if (type === 'array') return [];
  return type === 'object' ? {} : null;
}

/**
 * Puts, in place, the zero of its type into every required scalar of a built-in kind that is missing; lists, structs
 * and values of a fixed set stay missing. Metadata and status are not looked at.
 */
export function fillZeros(schema: Schema, object: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(object)) {
    const field = fieldOf(schema, name);
    if (field !== undefined && name !== 'metadata' && name !== 'status') visit(field, value);
  }
}

function visit(schema: Schema, value: unknown): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (const item of value) visit(items, item);
    return;
  }
  if (!isRecord(value)) return;
  if (modelOf(schema) !== undefined) {
    for (const name of schema.required ?? []) {
      const field = fieldOf(schema, name);
      if (field !== undefined && isScalar(field)) value[name] ??= zeroOf(field);
    }
  }
  for (const [name, item] of Object.entries(value)) {
    const field = fieldOf(schema, name);
    if (field !== undefined) visit(field, item);
  }
}

const isScalar = (schema: Schema): boolean =>
  schema.enum === undefined &&
  (schema['x-kubernetes-int-or-string'] === true || scalars.has(schema.type ?? ''));

const scalars: ReadonlySet<string> = new Set(['string', 'integer', 'number', 'boolean']);
