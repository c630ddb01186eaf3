// What Go's decoder makes of null: of a field nothing, of an item or a map's value the zero of its type.

import { isRecord } from './json.ts';
import { modelOf } from './model/model-schema.ts';
import { fieldOf } from './structural.ts';
import type { Schema } from './type.ts';
import { zeroOf } from './zero-values.ts';

/**
 * A copy of an object as Go reads it, without nulls. Fields that the schema does not know stay as they are, and so does
 * everything but the metadata of a custom resource, which is no Go struct.
 */
export function withoutNulls(schema: Schema, object: Record<string, unknown>): Record<string, unknown> {
  if (modelOf(schema) !== undefined) return inFields(schema, object);
  const metadata = fieldOf(schema, 'metadata');
  return metadata === undefined ? object : { ...object, metadata: inside(metadata, object['metadata']) };
}

function inside(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined
      ? value
      : value.map((item) => (item === null ? zeroOf(items) : inside(items, item)));
  }
  return isRecord(value) ? inFields(schema, value) : value;
}

function inFields(schema: Schema, value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const field = fieldOf(schema, name);
      if (field === undefined) return [[name, item]];
      if (item !== null) return [[name, inside(field, item)]];
      const isMap = schema.properties === undefined;
      return isMap ? [[name, zeroOf(field)]] : [];
    }),
  );
}
