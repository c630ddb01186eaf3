// An inventory as what it has other than another one: after a step, nearly everything is as it was at the start.

import { keyOf, type Inventory, type InventoryObject } from './inventory.ts';

export interface Delta {
  /** New, or not as they were. */
  readonly put: readonly InventoryObject[];
  /** Keys of those that are there no more. */
  readonly gone: readonly string[];
}

export function deltaOf(before: Inventory, after: Inventory): Delta {
  const known = new Map(before.objects.map((object) => [keyOf(object), JSON.stringify(object)]));
  const there = new Set(after.objects.map(keyOf));
  return {
    put: after.objects.filter((object) => known.get(keyOf(object)) !== JSON.stringify(object)),
    gone: before.objects.map(keyOf).filter((key) => !there.has(key)),
  };
}

export function withDelta({ cluster, objects }: Inventory, { put, gone }: Delta): Inventory {
  const all = new Map([...objects, ...put].map((object) => [keyOf(object), object]));
  for (const key of gone) all.delete(key);
  return { cluster, objects: [...all.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) };
}
