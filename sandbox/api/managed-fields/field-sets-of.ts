// Which fields a value has, and which differ between two values.

import type { Schema } from '../../schema/type.ts';
import { equal } from '../registry/equal.ts';
import { childOf, emptySet, isEmpty, type FieldSet } from './field-set.ts';
import { isBare, partsOf, shapeOf } from './shape.ts';

/** The fields an applied configuration claims: its leaves, and every item of its keyed lists. */
export function fieldsOf(schema: Schema | undefined, value: unknown): FieldSet {
  const set = emptySet();
  const shape = shapeOf(schema, value);
  if (isBare(shape)) return { ...set, member: true };
  for (const [key, part, partSchema] of partsOf(schema, shape)) {
    const child = fieldsOf(partSchema, part);
    if (!key.startsWith('f:')) child.member = true;
    set.children.set(key, child);
  }
  return set;
}

export interface Changes {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** What changed from `old` to `next`; of something that came or went, the thing and all within. */
export function changesOf(schema: Schema | undefined, old: unknown, next: unknown): Changes {
  const changes = { added: emptySet(), modified: emptySet(), removed: emptySet() };
  compare(schema, old, next, changes);
  return changes;
}

function compare(schema: Schema | undefined, old: unknown, next: unknown, changes: Changes): void {
  if (old === undefined || next === undefined) {
    if (next !== undefined) wholeInto(changes.added, schema, next);
    if (old !== undefined) wholeInto(changes.removed, schema, old);
    return;
  }
  const before = shapeOf(schema, old);
  const after = shapeOf(schema, next);
  if (before.is === 'atom' || after.is === 'atom' || (isBare(before) && isBare(after))) {
    if (!equal(old, next)) changes.modified.member = true;
    return;
  }
  const parts = new Map<string, { schema: Schema | undefined; old?: unknown; next?: unknown }>();
  for (const [key, part, partSchema] of partsOf(schema, before)) {
    parts.set(key, { schema: partSchema, old: part });
  }
  for (const [key, part, partSchema] of partsOf(schema, after)) {
    parts.set(key, { ...parts.get(key), schema: partSchema, next: part });
  }
  for (const [key, part] of parts) {
    if (equal(part.old, part.next)) continue;
    const inner = changesOf(part.schema, part.old, part.next);
    for (const name of ['added', 'modified', 'removed'] as const) {
      if (!isEmpty(inner[name])) changes[name].children.set(key, inner[name]);
    }
  }
}

function wholeInto(set: FieldSet, schema: Schema | undefined, value: unknown): void {
  set.member = true;
  for (const [key, part, partSchema] of partsOf(schema, shapeOf(schema, value))) {
    wholeInto(childOf(set, key), partSchema, part);
  }
}
