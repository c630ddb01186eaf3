// What was noted of a lab's way through a cluster: its start, and the state after each step that was green.
//
// The state that a step should leave behind is the one it did leave behind when its checks were green, here, in this
// cluster: by the learner's own hand, or by `goto`. A learner's own solution is then as right as the lab's, and what
// the API fills in is the same on both sides. Nothing has to be known of a manifest to compare it.

import type { Step } from '../format/lab.ts';
import { keyOf, type Inventory, type InventoryObject } from './inventory.ts';

export interface StepRecord {
  /** undefined: the start, before the first step. */
  readonly step: Step | undefined;
  readonly inventory: Inventory;
  /** Which runs of programs there were; of the start none is noted. */
  readonly pods: readonly string[];
}

/** In the order of the lab, the start first. */
export type Records = readonly StepRecord[];

/** The first step after which the object was there; undefined when none of them made it, or the lab began with it. */
export function makerOf(object: InventoryObject, records: Records): Step | undefined {
  const key = keyOf(object);
  return records.find(({ inventory }) => inventory.objects.some((other) => keyOf(other) === key))?.step;
}
