// Server-side apply (structured-merge-diff, merge/update.go; k8s.io/apimachinery/pkg/util/managedfields).

import { timestamp, type Clock } from '../../clock/clock.ts';
import type { AnyObject, NewObject } from '../../kube/object.ts';
import { StatusError, type StatusCause } from '../../kube/status-error.ts';
import type { ResourceType } from '../../schema/type.ts';
import { equal } from '../registry/equal.ts';
import { apiVersionOf, versionOf } from '../registry/types.ts';
import { emptySet, intersection, isEmpty, pathsOf, union } from './field-set.ts';
import { changesOf, fieldsOf } from './field-sets-of.ts';
import {
  isSameManager,
  managed,
  managersOf,
  toManagedFields,
  withoutFields,
  type Manager,
} from './managers.ts';
import { mergeApplied } from './merge-applied.ts';
import { withoutAbandoned } from './without-abandoned.ts';

export interface ApplyOptions {
  readonly manager: string;
  /** Takes fields over from other managers instead of refusing. */
  readonly force: boolean;
  /** The version the configuration is written in. */
  readonly version: string;
  readonly subresource: 'status' | undefined;
}

/**
 * The object that applying `config` to `live` makes, managedFields included; nothing is stored.
 * @throws Conflict when another manager owns a field that would change
 */
export function applyConfiguration(
  clock: Clock,
  type: ResourceType,
  live: AnyObject | undefined,
  config: NewObject,
  options: ApplyOptions,
): AnyObject {
  const schema = versionOf(type).schema();
  const own = {
    name: options.manager,
    operation: 'Apply',
    apiVersion: apiVersionOf(type.group, options.version),
    subresource: options.subresource ?? '',
  } as const;
  const claimed = managed(type, withoutNulls(config) as AnyObject, options.subresource);
  // Who applies nothing but a name manages nothing, not even the whole.
  const set = { ...fieldsOf(schema, claimed), member: false };
  const managers = managersBefore(type, live, options);
  const mine = managers.find((each) => isSameManager(each, own));
  const others = managers.filter((each) => each !== mine);

  const merged = mergeApplied(schema, live ?? {}, asMerged(config, claimed)) as AnyObject;
  const kept = others.reduce((all, each) => union(all, each.set), set);
  const result = withoutAbandoned(schema, merged, mine?.set ?? emptySet(), kept) as AnyObject;

  const before = live === undefined ? {} : managed(type, live, options.subresource);
  const changes = changesOf(schema, before, managed(type, result, options.subresource));
  const changed = union(changes.added, changes.modified);
  if (!options.force) refuseConflicts(others, changed);
  const entries = [
    ...others.map((each) => withoutFields(each, union(changed, changes.removed))),
    { ...own, time: timestamp(clock), set },
  ];
  result.metadata = { ...result.metadata };
  result.metadata.managedFields = toManagedFields(
    isSettled(managers, entries)
      ? entries.map((each) => ({ ...each, time: timeOf(managers, each) }))
      : entries,
  );
  return result;
}

/** An object made before anything was applied to it belongs, as it is, to a manager of that name. */
function managersBefore(
  type: ResourceType,
  live: AnyObject | undefined,
  { subresource }: ApplyOptions,
): readonly Manager[] {
  const managers = managersOf(live);
  if (live === undefined || managers.length > 0) return managers;
  return [
    {
      name: 'before-first-apply',
      operation: 'Update',
      apiVersion: live.apiVersion,
      subresource: '',
      time: live.metadata.creationTimestamp,
      set: fieldsOf(versionOf(type).schema(), managed(type, live, subresource)),
    },
  ];
}

/** The configuration without what the API fills in itself: managed fields, and which object is meant, in which state. */
function asMerged(config: NewObject, claimed: Readonly<Record<string, unknown>>): unknown {
  const { name, namespace, uid, resourceVersion } = config.metadata;
  const identity = Object.entries({ name, namespace, uid, resourceVersion }).filter(
    ([, value]) => value !== undefined,
  );
  const { apiVersion, kind } = config;
  const metadata = { ...(claimed['metadata'] as object | undefined), ...Object.fromEntries(identity) };
  return { apiVersion, kind, ...claimed, metadata };
}

/** An applied null claims nothing. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === null ? [] : [[key, withoutNulls(each)]])),
  );
}

function refuseConflicts(others: readonly Manager[], changed: ReturnType<typeof emptySet>): void {
  const conflicts = others.flatMap((manager) =>
    pathsOf(intersection(manager.set, changed)).map((path) => ({ manager: printed(manager), path })),
  );
  const [first] = conflicts;
  if (first === undefined) return;
  const causes = conflicts.map(({ manager, path }): StatusCause => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${manager}`,
    field: path,
  }));
  const byManager = [...new Set(conflicts.map(({ manager }) => manager))].toSorted().map((name) => {
    const paths = conflicts.filter(({ manager }) => manager === name).map(({ path }) => `- ${path}`);
    return `conflicts with ${name}:\n${paths.join('\n')}`;
  });
  const message =
    conflicts.length === 1
      ? `Apply failed with 1 conflict: conflict with ${first.manager}: ${first.path}`
      : `Apply failed with ${conflicts.length} conflicts: ${byManager.join('\n')}`;
  throw new StatusError('Conflict', message, { causes });
}

function printed({ name, subresource, operation, apiVersion }: Manager): string {
  const who = JSON.stringify(name) + (subresource === '' ? '' : ` with subresource "${subresource}"`);
  return operation === 'Update' ? `${who} using ${apiVersion}` : who;
}

/** Whether nobody's fields changed: the times then stay, so that applying the same again is not a write. */
function isSettled(before: readonly Manager[], after: readonly Manager[]): boolean {
  const filled = after.filter(({ set }) => !isEmpty(set));
  return (
    filled.length === before.length &&
    filled.every((each) => {
      const same = before.find((other) => isSameManager(other, each) && other.apiVersion === each.apiVersion);
      return same !== undefined && equal(pathsOf(same.set), pathsOf(each.set));
    })
  );
}

const timeOf = (managers: readonly Manager[], manager: Manager): string | undefined =>
  managers.find((each) => isSameManager(each, manager))?.time;
