// CustomResourceDefinitions: a definition that is stored is a type that is served, from the same moment.

import { timestamp } from '../../clock/clock.ts';
import type { AnyObject, ResourceName } from '../../kube/object.ts';
import { customResourceDefinitions } from '../../kube/resources.ts';
import { invalid, invalidValue } from './refusals.ts';
import type { RegistryContext } from './context.ts';
import { qualified } from './types.ts';

export const isDefinition = (type: ResourceName): boolean =>
  qualified(type) === qualified(customResourceDefinitions);

interface DefinitionSpec {
  readonly group: string;
  readonly names: { readonly plural: string; readonly [name: string]: unknown };
  readonly versions: readonly { readonly name: string; readonly storage: boolean }[];
}

/** Serves the types of the definitions already stored, and of every one that comes, changes or goes. */
export function followDefinitions(context: RegistryContext): () => void {
  const { store, types, schemas } = context;
  const key = qualified(customResourceDefinitions);
  for (const definition of store.list(key)) types.addCustom(schemas.crdType(definition));
  return store.watch(key, ({ type, object }) => {
    if (type === 'DELETED') types.removeCustom(servedBy(object));
    else types.addCustom(schemas.crdType(object));
  });
}

/** Fills in the status of a definition in place: its names are accepted and it is served. */
export function establish({ clock, types }: RegistryContext, definition: AnyObject): void {
  const spec = definition['spec'] as DefinitionSpec | undefined;
  if (spec?.names === undefined || !Array.isArray(spec.versions)) return;
  const taken = types.get(servedBy(definition));
  if (taken !== undefined && !types.isCustom(taken)) {
    throw invalid(
      { group: customResourceDefinitions.group, kind: definition.kind },
      definition.metadata.name,
      [invalidValue('spec.group', spec.group, `${qualified(taken)} is built in`)],
    );
  }
  const condition = (type: string, reason: string, message: string): unknown => ({
    type,
    status: 'True',
    lastTransitionTime: timestamp(clock),
    reason,
    message,
  });
  definition['status'] = {
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: structuredClone(spec.names),
    storedVersions: spec.versions.filter(({ storage }) => storage).map(({ name }) => name),
  };
}

/** Removes every object of a definition that is about to go. */
export function removeInstances({ store }: RegistryContext, definition: AnyObject): void {
  const key = qualified(servedBy(definition));
  for (const { metadata } of store.list(key)) {
    store.remove(key, metadata.namespace ?? '', metadata.name, metadata.resourceVersion);
  }
}

function servedBy(definition: AnyObject): ResourceName {
  const { group, names } = definition['spec'] as DefinitionSpec;
  return { group, resource: names.plural };
}
