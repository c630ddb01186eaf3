// Brings a cluster back to an inventory: what came is removed, what went is made again, what changed is put back.

import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../error.ts';
import { Discovery } from '../kubectl/api/discovery.ts';
import { StatusError } from '../kubectl/failure.ts';
import { compareInventories, isSame, type Difference } from '../lab/inventory/compare.ts';
import type { Inventory, InventoryObject } from '../lab/inventory/inventory.ts';
import { withoutContents } from '../lab/inventory/show-inventory.ts';
import { restorable } from '../lab/inventory/normalise.ts';
import type { Api } from './api.ts';
import { listInventory, type Scope } from './inventory.ts';
import { createObject, removeObject, replaceObject, type Target } from './objects.ts';
import { inPutOrder, inRemovalOrder, istioRuns } from './restore-order.ts';

export interface RestoreOptions {
  readonly api: Api;
  readonly scope: Scope;
  readonly signal: AbortSignal;
  /** How long objects may take to go, in milliseconds. @default 60_000: pods have half a minute to end */
  readonly withinMs?: number;
  /** Resolves when the pods of Istio are ready: it decides about every pod and every rule that is made. */
  readonly istioIsReady: () => Promise<void>;
}

export interface Restored {
  /** What had to be undone. */
  readonly undone: Difference;
  /** What could not be, or came back. */
  readonly left: Difference;
}

/** How long controllers may take until what they made for an object is gone as well. */
const settleMs = 5_000;
const pollMs = 50;

/** Resolves when the cluster is as it was, or cannot be made so. @throws LabError for what the API refuses */
export async function restore(target: Inventory, options: RestoreOptions): Promise<Restored> {
  const found = await settledInventory(options);
  const undone = compareInventories(target, found);
  if (isSame(undone)) return { undone, left: undone };
  for (const objects of inRemovalOrder(withoutContents(undone.extra))) {
    await eachOf(objects, removeObject, options);
  }
  const changed = undone.changed.map(({ expected }) => expected);
  const isMissing = new Set(undone.missing);
  for (const objects of inPutOrder([...undone.missing, ...changed])) {
    await eachOf(
      objects,
      async (at, object) => (isMissing.has(object) ? createObject : replaceObject)(at, object),
      options,
    );
    if (objects.some(istioRuns)) await options.istioIsReady();
  }
  return { undone, left: await leftOver(target, options) };
}

/** What is being deleted by somebody is waited for: until it is gone, nothing can have its name. */
async function settledInventory({
  api,
  scope,
  signal,
  withinMs = 60_000,
}: RestoreOptions): Promise<Inventory> {
  for (const startedAt = Date.now(); ; await sleep(pollMs, undefined, { signal })) {
    const { inventory, terminating } = await listInventory(api, scope);
    const [first] = terminating;
    if (first === undefined || Date.now() - startedAt > withinMs) return inventory;
  }
}

/** Controllers may be a moment behind. */
async function leftOver(
  target: Inventory,
  { api, scope, signal, withinMs = 60_000 }: RestoreOptions,
): Promise<Difference> {
  for (const startedAt = Date.now(); ; await sleep(pollMs, undefined, { signal })) {
    const { inventory, terminating } = await listInventory(api, scope);
    const left = compareInventories(target, inventory);
    const all = { ...left, extra: [...left.extra, ...terminating.map(restorable)] };
    if (isSame(all) || Date.now() - startedAt > Math.min(settleMs, withinMs)) return all;
  }
}

/** All at the same time. New kinds are only in a new list of kinds, so each group has its own. */
async function eachOf(
  objects: readonly InventoryObject[],
  call: (target: Target, object: InventoryObject) => Promise<unknown>,
  { api, signal, withinMs = 60_000 }: RestoreOptions,
): Promise<void> {
  const target = { api, signal, withinMs, discovery: await Discovery.open(api) };
  await Promise.all(
    objects.map(async (object) => {
      try {
        await call(target, object);
      } catch (error) {
        throw refused(object, error);
      }
    }),
  );
}

function refused({ kind, metadata: { namespace, name } }: InventoryObject, error: unknown): unknown {
  if (!(error instanceof StatusError)) return error;
  const place = namespace === undefined ? '' : ` of namespace ${namespace}`;
  return new LabError('RESTORE_REFUSED', `${kind} ${name}${place} could not be put back: ${error.message}`, {
    cause: error,
    hint: 'remove what stands in its way, then run the same command again',
  });
}
