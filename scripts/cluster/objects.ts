// Objects of any kind: made, put back, deleted.

import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../kubectl/api/client.ts';
import type { Discovery } from '../kubectl/api/discovery.ts';
import { pathOf, type Resource } from '../kubectl/api/resource.ts';
import { isReason, StatusError } from '../kubectl/failure.ts';
import { groupOf, type InventoryObject } from '../lab/inventory/inventory.ts';

export interface Target {
  readonly api: ApiClient;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
  /** How long an object may take to go, in milliseconds. */
  readonly withinMs: number;
}

const pollMs = 50;
const fieldManager = 'mesh-workshop';

/** One that is there already, because a controller was faster, is made what it should be. */
export async function createObject(target: Target, object: InventoryObject): Promise<void> {
  const resource = resourceOf(target, object);
  const path = pathOf(resource, object.metadata.namespace);
  const create = async (body: InventoryObject): Promise<unknown> =>
    target.api.json({ method: 'POST', path, query: { fieldManager }, body });
  try {
    await whenServed(target, async () => create(object));
  } catch (error) {
    if (isReason(error, 'AlreadyExists')) await replaceObject(target, object);
    else if (isReason(error, 'Invalid') && hasAddress(object)) await create(withoutAddress(object));
    else throw error;
  }
}

/** Where a field cannot be changed, the object is made anew. */
export async function replaceObject(target: Target, object: InventoryObject): Promise<void> {
  const { api } = target;
  const path = pathIn(target, object);
  for (let tries = 1; ; tries += 1) {
    const live = await api.json<InventoryObject>({ path });
    try {
      const { resourceVersion } = live.metadata;
      const body = { ...withAddressOf(live, object), metadata: { ...object.metadata, resourceVersion } };
      await api.json({ method: 'PUT', path, query: { fieldManager }, body });
      return;
    } catch (error) {
      if (isReason(error, 'Conflict') && tries < 5) continue;
      if (!isReason(error, 'Invalid')) throw error;
      await removeObject(target, object);
      await createObject(target, object);
      return;
    }
  }
}

/** Resolves when it is gone, or another one has its name. False when the time was over first. */
export async function removeObject(target: Target, object: InventoryObject): Promise<boolean> {
  const path = pathIn(target, object);
  const uid = await uidAt(target, path);
  if (uid === undefined) return true;
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
  await ignoringMissing(target.api.json({ method: 'DELETE', path, body }));
  for (const startedAt = Date.now(); (await uidAt(target, path)) === uid; await sleep(pollMs)) {
    target.signal.throwIfAborted();
    if (Date.now() - startedAt > target.withinMs) return false;
  }
  return true;
}

async function uidAt({ api }: Target, path: string): Promise<unknown> {
  return (await ignoringMissing(api.json<InventoryObject>({ path })))?.metadata['uid'];
}

const pathIn = (target: Target, object: InventoryObject): string =>
  pathOf(resourceOf(target, object), object.metadata.namespace, object.metadata.name);

function resourceOf({ discovery }: Target, { apiVersion, kind }: InventoryObject): Resource {
  const group = groupOf(apiVersion);
  const found = discovery.preferred().find((one) => one.group === group && one.kind === kind);
  if (found !== undefined) return found;
  throw new StatusError({ message: `the cluster does not know the kind ${kind} of ${apiVersion}` });
}

/** A CustomResourceDefinition is served a moment after it was made. */
async function whenServed<T>({ signal }: Target, call: () => Promise<T>): Promise<T> {
  for (const startedAt = Date.now(); ; await sleep(100, undefined, { signal })) {
    try {
      return await call();
    } catch (error) {
      if (!isReason(error, 'NotFound') || Date.now() - startedAt > 5_000) throw error;
    }
  }
}

async function ignoringMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  }
}

interface Addresses {
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
}

const specOf = ({ spec }: InventoryObject): Addresses & Readonly<Record<string, unknown>> =>
  typeof spec === 'object' && spec !== null ? (spec as Record<string, unknown>) : {};

/** `None` is a wish of the author's, and no address. */
const hasAddress = (object: InventoryObject): boolean =>
  object.kind === 'Service' && !['', 'None', undefined].includes(specOf(object).clusterIP);

/** Somebody else has it by now. */
function withoutAddress(object: InventoryObject): InventoryObject {
  const { clusterIP: _one, clusterIPs: _all, ...spec } = specOf(object);
  return { ...object, spec };
}

/** A Service that lives keeps the address that it has. */
function withAddressOf(live: InventoryObject, object: InventoryObject): InventoryObject {
  if (!hasAddress(object) || !hasAddress(live)) return object;
  const { clusterIP, clusterIPs } = specOf(live);
  return { ...object, spec: { ...specOf(object), clusterIP, clusterIPs } };
}
