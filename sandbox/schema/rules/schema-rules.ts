import { notSupported, required } from '../cause.ts';
import { at, child, isRecord } from '../json.ts';
import { modelOf } from '../model/model-schema.ts';
import { fieldOf } from '../structural.ts';
import type { Schema } from '../type.ts';
import type { Causes } from './check.ts';

/**
 * What the schema of a built-in kind alone can tell: required fields that are missing or empty, and values outside a
 * fixed set. Metadata and status are not looked at: the API answers for one, controllers for the other.
 */
export function schemaRules(schema: Schema, object: Readonly<Record<string, unknown>>): Causes {
  return Object.entries(object).flatMap(([name, value]) => {
    const field = fieldOf(schema, name);
    return field === undefined || name === 'metadata' || name === 'status' ? [] : visit(field, value, name);
  });
}

function visit(schema: Schema, value: unknown, path: string): Causes {
  if (schema.enum !== undefined && value !== undefined && !schema.enum.includes(value)) {
    return [notSupported(path, value, schema.enum)];
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? [] : value.flatMap((item, index) => visit(items, item, at(path, index)));
  }
  if (!isRecord(value)) return [];
  const missing =
    modelOf(schema) === undefined ? [] : (schema.required ?? []).filter((name) => isMissing(value[name]));
  return [
    ...missing.map((name) => required(child(path, name))),
    ...Object.entries(value).flatMap(([name, item]) => {
      const field = fieldOf(schema, name);
      return field === undefined ? [] : visit(field, item, child(path, name));
    }),
  ];
}

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === '';
