import type { Schema } from '../../../sandbox/schema/type.ts';

/** A field that holds a value: `spec.http[].match[].headers{}.exact`, and a value it may have. */
export interface Leaf {
  readonly path: string;
  readonly sample: unknown;
}

/** Every field of a schema that has no fields itself. */
export function leavesOf(schema: Schema, path = 'spec'): readonly Leaf[] {
  const { properties, items, additionalProperties } = schema;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([name, field]) => leavesOf(field, `${path}.${name}`));
  }
  if (items !== undefined) return leavesOf(items, `${path}[]`);
  if (typeof additionalProperties === 'object') return leavesOf(additionalProperties, `${path}{}`);
  return [{ path, sample: sampleOf(schema) }];
}

function sampleOf(schema: Schema): unknown {
  if (schema.enum !== undefined) return schema.enum.at(-1);
  if (schema['x-kubernetes-validations']?.[0]?.rule.startsWith('duration') === true) return '7s';
  if (schema.type === 'boolean') return true;
  return schema.type === 'string' ? 'x1' : 7;
}

/** `base` with a value set at a path; lists and maps on the way get one entry (map key `k1`) if they have none. */
export function withValue(base: unknown, path: string, value: unknown): unknown {
  const [, name, rest = ''] = /^\.?([^.[{]+|\[\]|\{\})(.*)$/s.exec(path) ?? [];
  if (name === undefined) return value;
  if (name === '[]') {
    const list = Array.isArray(base) ? (base as unknown[]) : [];
    return [withValue(list[0], rest, value), ...list.slice(1)];
  }
  const fields = typeof base === 'object' && base !== null ? (base as Record<string, unknown>) : {};
  const key = name === '{}' ? (Object.keys(fields)[0] ?? 'k1') : name;
  return { ...fields, [key]: withValue(fields[key], rest, value) };
}
