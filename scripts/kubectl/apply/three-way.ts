// The patch of client-side apply: what the manifest changes in the live object, and what it no longer says of what the
// last applied manifest said.
// https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#how-apply-calculates-differences-and-merges-changes

import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from '../objects/object.ts';
import type { PatchSchema } from './patch-schema.ts';

export interface Versions {
  /** As last applied; without one nothing is deleted. */
  readonly original: JsonObject;
  readonly modified: JsonObject;
  readonly live: JsonObject;
}

/** A strategic merge patch, or a JSON merge patch when there is no schema. Empty: nothing to do. */
export function threeWayPatch({ original, modified, live }: Versions, schema?: PatchSchema): JsonObject {
  const patch: Record<string, Json> = {};
  for (const [key, wanted] of Object.entries(modified)) {
    const present = live[key];
    if (present === undefined) {
      patch[key] = wanted;
      continue;
    }
    const field = schema?.field(key);
    if (isObject(wanted) && isObject(present)) {
      const before = asObject(original[key]);
      const change = threeWayPatch({ original: before, modified: wanted, live: present }, field);
      if (Object.keys(change).length > 0) patch[key] = withRetainedKeys(change, wanted, field);
    } else if (
      Array.isArray(wanted) &&
      Array.isArray(present) &&
      field?.strategies.includes('merge') === true
    ) {
      Object.assign(patch, listPatch(key, asList(original[key]), wanted as Json[], present as Json[], field));
    } else if (!isDeepStrictEqual(wanted, present)) {
      patch[key] = wanted;
    }
  }
  for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) patch[key] = null;
  return patch;
}

const asObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const asList = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** Of a union only the keys that are given may stay. */
function withRetainedKeys(
  change: JsonObject,
  wanted: JsonObject,
  schema: PatchSchema | undefined,
): JsonObject {
  return schema?.strategies.includes('retainKeys') === true
    ? { ...change, $retainKeys: Object.keys(wanted).toSorted() }
    : change;
}

function listPatch(
  key: string,
  original: readonly Json[],
  wanted: readonly Json[],
  present: readonly Json[],
  schema: PatchSchema,
): JsonObject {
  const { mergeKey } = schema;
  if (mergeKey === undefined) return primitivesPatch(key, original, wanted, present);
  const keyed = (items: readonly Json[]): ReadonlyMap<Json | undefined, JsonObject> =>
    new Map(items.filter(isObject).map((item) => [item[mergeKey], item]));
  const [before, after, now] = [keyed(original), keyed(wanted), keyed(present)];
  const changes: JsonObject[] = [];
  for (const [id = null, item] of after) {
    const live = now.get(id);
    if (live === undefined) {
      changes.push(item);
      continue;
    }
    const change = threeWayPatch({ original: before.get(id) ?? {}, modified: item, live }, schema.item());
    if (Object.keys(change).length > 0) {
      changes.push({ ...withRetainedKeys(change, item, schema), [mergeKey]: id });
    }
  }
  for (const id of before.keys()) {
    if (!after.has(id)) changes.push({ $patch: 'delete', [mergeKey]: id ?? null });
  }
  const kept = [...now.keys()].filter((id) => after.has(id));
  const inOrder = isDeepStrictEqual(
    kept,
    [...after.keys()].filter((id) => now.has(id)),
  );
  if (changes.length === 0 && inOrder) return {};
  return {
    [`$setElementOrder/${key}`]: [...after.keys()].map((id = null) => ({ [mergeKey]: id })),
    ...(changes.length === 0 ? {} : { [key]: changes }),
  };
}

function primitivesPatch(
  key: string,
  original: readonly Json[],
  wanted: readonly Json[],
  present: readonly Json[],
): JsonObject {
  const added = wanted.filter((item) => !present.includes(item));
  const removed = original.filter((item) => !wanted.includes(item));
  if (added.length === 0 && removed.length === 0) return {};
  return {
    [`$setElementOrder/${key}`]: wanted,
    ...(added.length === 0 ? {} : { [key]: added }),
    ...(removed.length === 0 ? {} : { [`$deleteFromPrimitiveList/${key}`]: removed }),
  };
}
