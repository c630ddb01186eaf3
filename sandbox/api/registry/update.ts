import type { AnyObject } from '../../kube/object.ts';
import type { ResourceType } from '../../schema/type.ts';
import { areReadable } from '../managed-fields/managers.ts';
import { trackUpdate } from '../managed-fields/track-update.ts';
import { mutate, validate } from './admit.ts';
import type { RegistryContext, WriteOptions } from './context.ts';
import { establish, isDefinition } from './definitions.ts';
import { equal } from './equal.ts';
import { hasGeneration } from './generation.ts';
import { conflict, invalid, modified, notFound } from './refusals.ts';
import { isReleased } from './released.ts';
import { removeForGood } from './remove.ts';
import { apiVersionOf, qualified } from './types.ts';

/**
 * Replaces an object and returns the stored one; `given` is not changed. Of `status`, `scale` and `finalize` only their
 * part is taken. Without a resourceVersion the current one is meant (custom resources must name it).
 * The last finalizer taken off an object being deleted removes it.
 */
export function updateObject(
  context: RegistryContext,
  type: ResourceType,
  given: AnyObject,
  options: WriteOptions,
): AnyObject {
  const { namespace = '', name } = given.metadata;
  const old = context.store.get(qualified(type), namespace, name);
  if (old === undefined) throw notFound(type, name);
  checkVersion(context, type, given, old);
  const next = merge(type, given, old, options);
  mutate(context, type, next, old, options);
  if (isDefinition(type) && options.subresource !== 'status' && !equal(next['spec'], old['spec'])) {
    establish(context, next);
  }
  if (hasGeneration(context, type) && !equal(content(next), content(old))) {
    next.metadata.generation = (old.metadata.generation ?? 0) + 1;
  }
  if (equal(next, old)) return old;
  validate(context, type, next, old, options);
  if (options.manager !== undefined) trackUpdate(context, type, old, next, options);
  if (isReleased(next)) {
    return options.dryRun ? next : removeForGood(context, type, old);
  }
  return options.dryRun ? next : context.store.put(qualified(type), next, old.metadata.resourceVersion);
}

function checkVersion(
  { types }: RegistryContext,
  type: ResourceType,
  given: AnyObject,
  old: AnyObject,
): void {
  const { name, resourceVersion, uid } = given.metadata;
  if (uid !== '' && uid !== old.metadata.uid) {
    throw conflict(
      type,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
    );
  }
  if (resourceVersion === '') {
    if (!types.isCustom(type)) return;
    throw invalid(type, name, [
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: 0x0: must be specified for an update',
        field: 'metadata.resourceVersion',
      },
    ]);
  }
  if (resourceVersion !== old.metadata.resourceVersion) throw modified(type, name);
}

/** The object to store before defaulting: what the client may set from `given`, the rest from `old`. */
function merge(
  type: ResourceType,
  given: AnyObject,
  old: AnyObject,
  { subresource }: WriteOptions,
): AnyObject {
  if (subresource === 'status') {
    const next = structuredClone(old);
    if (given['status'] === undefined) delete next['status'];
    else next['status'] = structuredClone(given['status']);
    return next;
  }
  const next: AnyObject = {
    ...structuredClone(given),
    apiVersion: apiVersionOf(type.group, type.storageVersion),
    kind: type.kind,
  };
  keepSystemFields(next, old);
  if (type.subresources.status) {
    if (old['status'] === undefined) delete next['status'];
    else next['status'] = structuredClone(old['status']);
  }
  if (type.resource === 'namespaces' && type.group === '' && subresource !== 'finalize') {
    next['spec'] = structuredClone(old['spec']);
  }
  return next;
}

function keepSystemFields({ metadata }: AnyObject, { metadata: old }: AnyObject): void {
  Object.assign(metadata, {
    uid: old.uid,
    resourceVersion: old.resourceVersion,
    creationTimestamp: metadata.creationTimestamp || old.creationTimestamp,
  });
  for (const key of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'generation'] as const) {
    delete metadata[key];
    if (old[key] !== undefined) Object.assign(metadata, { [key]: old[key] });
  }
  // A client that knows nothing of managedFields, or nothing good, must not lose them; one empty entry resets them.
  const isReset = metadata.managedFields?.length === 1 && equal(metadata.managedFields[0], {});
  if (!areReadable(metadata.managedFields)) {
    delete metadata.managedFields;
    if (!isReset && old.managedFields !== undefined) {
      metadata.managedFields = structuredClone(old.managedFields);
    }
  }
  for (const key of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const) {
    const value = metadata[key];
    if (value !== undefined && Object.keys(value).length === 0) delete metadata[key];
  }
}

function content({ metadata: _metadata, status: _status, ...rest }: AnyObject): unknown {
  return rest;
}
