// managedFields as sets per manager.

import type { AnyObject, ManagedFieldsEntry } from '../../kube/object.ts';
import type { ResourceType } from '../../schema/type.ts';
import { difference, fromFieldsV1, isEmpty, isFieldsV1, toFieldsV1, type FieldSet } from './field-set.ts';

export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly set: FieldSet;
}

/** Appliers are the same whatever version they apply in (internal/fieldmanager BuildManagerIdentifier). */
export const isSameManager = (a: Manager, b: Omit<Manager, 'set' | 'time'>): boolean =>
  a.name === b.name &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion);

export function managersOf(object: AnyObject | undefined): readonly Manager[] {
  return (object?.metadata.managedFields ?? []).map((entry) => ({
    name: entry.manager ?? '',
    operation: entry.operation ?? 'Update',
    apiVersion: entry.apiVersion ?? '',
    subresource: entry.subresource ?? '',
    time: entry.time,
    set: fromFieldsV1(entry.fieldsV1 ?? {}),
  }));
}

/** Whether a client's list can be taken as it is; of any other the whole is overlooked (managedfields, DecodeManagedFields). */
export const areReadable = (entries: readonly ManagedFieldsEntry[] | undefined): boolean =>
  entries !== undefined &&
  entries.length > 0 &&
  entries.every(
    ({ operation = '', apiVersion = '', fieldsType, fieldsV1 }) =>
      operations.has(operation) &&
      apiVersion !== '' &&
      fieldsType === 'FieldsV1' &&
      (fieldsV1 === undefined || isFieldsV1(fieldsV1)),
  );

const operations: ReadonlySet<string> = new Set(['Apply', 'Update']);

/** Appliers first, then by time, as Kubernetes lists them; managers left without fields are dropped. */
export function toManagedFields(managers: readonly Manager[]): ManagedFieldsEntry[] {
  return managers
    .filter(({ set }) => !isEmpty(set))
    .toSorted(
      (a, b) =>
        a.operation.localeCompare(b.operation) ||
        (a.time ?? '').localeCompare(b.time ?? '') ||
        a.name.localeCompare(b.name),
    )
    .map(toEntry);
}

function toEntry({ name, operation, apiVersion, subresource, time, set }: Manager): ManagedFieldsEntry {
  return {
    manager: name,
    operation,
    apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(set),
    ...(subresource === '' ? {} : { subresource }),
  };
}

/** The manager once others have changed or removed some of its fields. */
export function withoutFields(manager: Manager, lost: FieldSet): Manager {
  return { ...manager, set: difference(manager.set, lost) };
}

const untracked = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'managedFields',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]);

/** The part of an object whose fields have managers; `status` belongs to the subresource where there is one. */
export function managed(
  type: ResourceType,
  object: AnyObject,
  subresource: string | undefined,
): Readonly<Record<string, unknown>> {
  const { apiVersion: _apiVersion, kind: _kind, metadata, status, ...rest } = object;
  const meta = Object.fromEntries(Object.entries(metadata).filter(([key]) => !untracked.has(key)));
  if (subresource === 'status') return status === undefined ? {} : { status };
  const isStatusElsewhere = type.subresources.status || status === undefined;
  return {
    ...(Object.keys(meta).length === 0 ? {} : { metadata: meta }),
    ...rest,
    ...(isStatusElsewhere ? {} : { status }),
  };
}
