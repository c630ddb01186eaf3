// Defaulting, mutation and validation of an object about to be stored.

import type { AnyObject, NewObject } from '../../kube/object.ts';
import type { ResourceType } from '../../schema/type.ts';
import type { AdmissionRequest } from '../extension.ts';
import type { RegistryContext, WriteOptions } from './context.ts';
import { isDefinition } from './definitions.ts';
import { metadataMistakes } from './metadata-rules.ts';
import { invalid } from './refusals.ts';
import { versionOf } from './types.ts';

/** Completes `object` in place and lets every plug-in change it; defaults are filled in again afterwards. */
export function mutate(
  context: RegistryContext,
  type: ResourceType,
  object: NewObject,
  old: AnyObject | undefined,
  options: WriteOptions,
): void {
  applyDefaults(context, type, object, old);
  const plugins = context.plugins.filter((plugin) => plugin.mutate !== undefined);
  if (plugins.length === 0) return;
  const request = admissionRequest(type, object, old, options);
  for (const plugin of plugins) plugin.mutate?.(request);
  applyDefaults(context, type, object, old);
}

/** @throws Invalid with every mistake found, or what a plug-in refuses with */
export function validate(
  context: RegistryContext,
  type: ResourceType,
  object: AnyObject,
  old: AnyObject | undefined,
  options: WriteOptions,
): void {
  const causes = [
    ...metadataMistakes(type, object, old),
    ...context.schemas.validateSchema(versionOf(type).schema(), object),
  ];
  // Rules of a custom kind may rely on what its schema promises; Go's types promise it of those built in.
  if (causes.length === 0 || !context.types.isCustom(type)) {
    causes.push(...(type.validate?.(object, old) ?? []));
  }
  if (causes.length > 0) throw invalid(type, object.metadata.name, causes);
  // What cannot be served is not stored.
  if (isDefinition(type)) context.schemas.crdType(object);
  const request = admissionRequest(type, object, old, options);
  for (const plugin of context.plugins) plugin.validate?.(request);
}

/** Lets plug-ins refuse a removal. */
export function validateDelete(
  context: RegistryContext,
  type: ResourceType,
  old: AnyObject,
  options: WriteOptions,
): void {
  const { dryRun, warn } = options;
  const namespace = old.metadata.namespace ?? '';
  const request = { type, operation: 'DELETE', namespace, object: undefined, old, dryRun, warn } as const;
  for (const plugin of context.plugins) plugin.validate?.(request);
}

function applyDefaults(
  { types, schemas }: RegistryContext,
  type: ResourceType,
  object: NewObject,
  old: AnyObject | undefined,
): void {
  if (types.isCustom(type)) schemas.applySchemaDefaults(versionOf(type).schema(), object);
  type.applyDefaults?.(object, old);
}

function admissionRequest(
  type: ResourceType,
  object: NewObject,
  old: AnyObject | undefined,
  { dryRun, warn }: WriteOptions,
): AdmissionRequest {
  const operation = old === undefined ? 'CREATE' : 'UPDATE';
  return { type, operation, namespace: object.metadata.namespace ?? '', object, old, dryRun, warn };
}
