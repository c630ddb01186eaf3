import * as fc from 'fast-check';
import { nonsense } from './nonsense.ts';
import type { Schema } from '../../../../sandbox/schema/type.ts';

/** Texts that some field or other gives a meaning to. */
const words = fc.constantFrom(
  '',
  'a',
  '*',
  '*.b',
  'a/b',
  './*',
  '1s',
  '%',
  '(',
  '80',
  '-1',
  '1Gi',
  'Always',
  'unix:///a',
  '10.0.0.0/8',
  'kubernetes.io/a',
  '2025-01-01T00:00:00Z',
  '__proto__',
  'constructor',
);

/** JSON in the schema's fields, mostly of the right types; of a struct a few fields at a time. */
export function shaped(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const odd = fc.oneof(fc.constantFrom<unknown>(null, '', 0, {}, [], [null], [{}]), nonsense);
  return fc.oneof({ weight: 12, arbitrary: rightlyShaped(schema, depth) }, { weight: 1, arbitrary: odd });
}

/** As `shaped`, and of the right type at the top. */
export function rightlyShaped(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const { type, properties, items, additionalProperties } = schema;
  // Some schemas contain themselves.
  if (depth > 10) return fc.constant({});
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (type === 'array' && items !== undefined) return fc.array(shaped(items, depth + 1), { maxLength: 2 });
  if (typeof additionalProperties === 'object') {
    return fc.dictionary(words, shaped(additionalProperties, depth + 1), { maxKeys: 2 });
  }
  if (properties !== undefined) {
    const names = Object.keys(properties);
    return fc
      .subarray(names, { maxLength: Math.min(names.length, 5) })
      .chain((some) =>
        fc.record(Object.fromEntries(some.map((name) => [name, shaped(properties[name] ?? {}, depth + 1)]))),
      );
  }
  if (type === 'string' || schema.format === 'quantity') return fc.oneof(words, fc.string({ maxLength: 8 }));
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.integer({ min: -2, max: 70_000 });
  return fc.oneof(fc.integer({ min: -2, max: 70_000 }), fc.double(), words);
}
