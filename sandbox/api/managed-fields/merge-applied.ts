import type { Schema } from '../../schema/type.ts';
import { mergedOrder } from './merged-order.ts';
import { fieldSchema, shapeOf } from './shape.ts';

/** `config` laid over `live`: fields and keyed items are merged, everything else is replaced. Shares, never changes. */
export function mergeApplied(schema: Schema | undefined, live: unknown, config: unknown): unknown {
  if (config === undefined) return live;
  const before = shapeOf(schema, live);
  const after = shapeOf(schema, config);
  if (before.is === 'fields' && after.is === 'fields') {
    const merged: Record<string, unknown> = { ...before.value };
    for (const [name, value] of Object.entries(after.value)) {
      merged[name] = mergeApplied(fieldSchema(schema, name), before.value[name], value);
    }
    return merged;
  }
  if (before.is === 'items' && after.is === 'items') {
    const { value: theirs } = before;
    const { value: ours, item } = after;
    return mergedOrder([...theirs.keys()], [...ours.keys()]).map((key) =>
      ours.has(key) && theirs.has(key)
        ? mergeApplied(item, theirs.get(key), ours.get(key))
        : (ours.get(key) ?? theirs.get(key)),
    );
  }
  return config;
}
