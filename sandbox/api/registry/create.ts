import { randomUUID } from 'node:crypto';
import { timestamp, type Random } from '../../clock/clock.ts';
import type { AnyObject, NewObject } from '../../kube/object.ts';
import { namespaces } from '../../kube/resources.ts';
import type { ResourceType } from '../../schema/type.ts';
import { areReadable } from '../managed-fields/managers.ts';
import { trackUpdate } from '../managed-fields/track-update.ts';
import { mutate, validate } from './admit.ts';
import type { RegistryContext, WriteOptions } from './context.ts';
import { establish, isDefinition } from './definitions.ts';
import { hasGeneration } from './generation.ts';
import { alreadyExists, badRequest, forbidden, notFound, unexpected } from './refusals.ts';
import { apiVersionOf, qualified } from './types.ts';

/** As many tries for a free generated name as Kubernetes makes. */
const nameTries = 8;

/** Stores a new object and returns it; `given` is not changed. With `dryRun` everything but the storing happens. */
export function createObject(
  context: RegistryContext,
  type: ResourceType,
  namespace: string,
  given: NewObject,
  options: WriteOptions,
): AnyObject {
  const object = prepare(context, type, namespace, given);
  checkNamespace(context, type, object);
  mutate(context, type, object, undefined, options);
  if (hasGeneration(context, type)) object.metadata.generation = 1;
  if (isDefinition(type)) establish(context, object);
  validate(context, type, object, undefined, options);
  if (options.manager !== undefined) trackUpdate(context, type, undefined, object, options);
  if (context.store.get(qualified(type), namespace, object.metadata.name) !== undefined) {
    throw alreadyExists(type, object.metadata.name);
  }
  if (!options.dryRun) return context.store.put(qualified(type), object, undefined);
  const { resourceVersion: _none, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as AnyObject['metadata'] };
}

function prepare(
  context: RegistryContext,
  type: ResourceType,
  namespace: string,
  given: NewObject,
): NewObject & { metadata: AnyObject['metadata'] } {
  // What is no number is overlooked (k8s.io/apiserver/pkg/storage/etcd3, Create).
  if (/^0*[1-9]\d*$/u.test(given.metadata.resourceVersion ?? '')) {
    throw unexpected('resourceVersion should not be set on objects to be created');
  }
  if (type.namespaced && namespace === '') {
    throw badRequest('an empty namespace may not be set during creation');
  }
  const { namespace: own, ...metadata } = structuredClone(given.metadata);
  if ((own ?? '') !== '' && own !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  for (const field of [
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'generation',
    'resourceVersion',
  ] as const) {
    delete metadata[field];
  }
  if (!areReadable(metadata.managedFields)) delete metadata.managedFields;
  const object = {
    ...structuredClone(given),
    apiVersion: apiVersionOf(type.group, type.storageVersion),
    kind: type.kind,
    metadata: {
      ...metadata,
      name: chooseName(context, type, namespace, metadata),
      ...(type.namespaced ? { namespace } : {}),
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: timestamp(context.clock),
    },
  };
  if (type.subresources.status) delete (object as NewObject)['status'];
  return object;
}

function chooseName(
  { store, random }: RegistryContext,
  type: ResourceType,
  namespace: string,
  { name = '', generateName = '' }: Partial<AnyObject['metadata']>,
): string {
  if (name !== '' || generateName === '') return name;
  // The suffix always fits (k8s.io/apiserver/pkg/storage/names).
  const base = generateName.slice(0, 58);
  let candidate = base + suffix(random);
  for (let tries = 1; tries < nameTries; tries += 1) {
    if (store.get(qualified(type), namespace, candidate) === undefined) break;
    candidate = base + suffix(random);
  }
  return candidate;
}

/** Five letters and digits that cannot spell a word (k8s.io/apimachinery/pkg/util/rand). */
function suffix(random: Random): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  return Array.from({ length: 5 }, () => letters.charAt(Math.floor(random() * letters.length))).join('');
}

function checkNamespace({ store }: RegistryContext, type: ResourceType, object: AnyObject): void {
  if (!type.namespaced) return;
  const { namespace = '', name } = object.metadata;
  const found = store.get('namespaces', '', namespace);
  if (found === undefined) throw notFound(namespaces, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  throw forbidden(
    type,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  );
}
