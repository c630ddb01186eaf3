import type { Schema } from '../../schema/type.ts';
import { emptySet, isEmpty, type FieldSet } from './field-set.ts';
import { fieldSchema, itemKey, shapeOf } from './shape.ts';

/** `value` without what its manager claimed last time (`claimed`) and nobody claims now (`kept`). */
export function withoutAbandoned(
  schema: Schema | undefined,
  value: unknown,
  claimed: FieldSet,
  kept: FieldSet,
): unknown {
  const shape = shapeOf(schema, value);
  if (claimed.children.size === 0 || shape.is === 'atom') return value;
  if (shape.is === 'fields') {
    const result: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(shape.value)) {
      const key = `f:${name}`;
      if (isAbandoned(claimed, kept, key)) continue;
      result[name] = inner(fieldSchema(schema, name), field, claimed, kept, key);
    }
    return result;
  }
  return (value as readonly unknown[]).flatMap((item) => {
    const key = itemKey(schema, item) ?? '';
    return isAbandoned(claimed, kept, key) ? [] : [inner(shape.item, item, claimed, kept, key)];
  });
}

const isAbandoned = (claimed: FieldSet, kept: FieldSet, key: string): boolean =>
  claimed.children.has(key) && isEmpty(kept.children.get(key));

function inner(
  schema: Schema | undefined,
  value: unknown,
  claimed: FieldSet,
  kept: FieldSet,
  key: string,
): unknown {
  const own = claimed.children.get(key);
  return own === undefined
    ? value
    : withoutAbandoned(schema, value, own, kept.children.get(key) ?? emptySet());
}
