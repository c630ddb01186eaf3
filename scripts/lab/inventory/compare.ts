// Two inventories of a cluster, and what lies between them.

import { fieldDifferences, type FieldDifference } from './field-differences.ts';
import { keyOf, type Inventory, type InventoryObject } from './inventory.ts';
import { comparable } from './normalise.ts';

export interface Difference {
  /** Expected, and not there. */
  readonly missing: readonly InventoryObject[];
  /** There, and not expected. */
  readonly extra: readonly InventoryObject[];
  readonly changed: readonly ChangedObject[];
}

export interface ChangedObject {
  readonly expected: InventoryObject;
  readonly found: InventoryObject;
  readonly fields: readonly FieldDifference[];
}

export function compareInventories(expected: Inventory, found: Inventory): Difference {
  const [wanted, there] = [byKey(expected), byKey(found)];
  return {
    missing: expected.objects.filter((object) => !there.has(keyOf(object))),
    extra: found.objects.filter((object) => !wanted.has(keyOf(object))),
    changed: expected.objects.flatMap((object) => {
      const other = there.get(keyOf(object));
      if (other === undefined) return [];
      const fields = fieldDifferences(comparable(object), comparable(other));
      return fields.length === 0 ? [] : [{ expected: object, found: other, fields }];
    }),
  };
}

export const isSame = ({ missing, extra, changed }: Difference): boolean =>
  missing.length + extra.length + changed.length === 0;

const byKey = ({ objects }: Inventory): ReadonlyMap<string, InventoryObject> =>
  new Map(objects.map((object) => [keyOf(object), object]));
