// A body as an object of the resource it was sent to (k8s.io/apiserver field validation, "strict decoding").

import type { AnyObject, ManagedFieldsEntry, NewObject } from '../../kube/object.ts';
import { badRequest } from '../registry/refusals.ts';
import type { DecodedBody } from './body.ts';
import { asStored } from './represent.ts';
import type { ApiContext, ResourceRequest } from './request.ts';
import { apiVersionOfTarget } from './target.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** @throws BadRequest for anything but an object of this kind, and for unknown fields where they are forbidden */
export function decodeObject(context: ApiContext, request: ResourceRequest, body: DecodedBody): NewObject {
  const { value } = body;
  if (!isRecord(value)) {
    throw badRequest("couldn't get version/kind; json parse error: the body is not an object");
  }
  const { type } = request;
  const expected = apiVersionOfTarget(request);
  const { apiVersion = expected, kind = type.kind } = value as Partial<AnyObject>;
  if (
    value['kind'] === undefined &&
    value['apiVersion'] === undefined &&
    context.registry.types.isCustom(type)
  ) {
    throw badRequest(`Object 'Kind' is missing in '${JSON.stringify(value)}'`);
  }
  if (apiVersion !== expected || kind !== type.kind) {
    throw badRequest(wrongKind(apiVersion, kind, expected, type.kind));
  }
  const object = { ...value, apiVersion, kind, metadata: metadataOf(value) };
  return asStored(request, checkFields(context, request, object, body.duplicates));
}

/** Names or drops what the schema does not know, and returns the object without it. */
export function checkFields(
  { schemas, registry }: ApiContext,
  { type, version, query, warnings }: ResourceRequest,
  given: NewObject,
  duplicates: readonly string[],
): NewObject {
  const validation = fieldValidation(query);
  const schema = version.schema();
  const isCustom = registry.types.isCustom(type);
  const object = isCustom ? given : (withoutNulls(given) as NewObject);
  const [mistake] = schemas.decodeErrors(schema, object);
  if (mistake !== undefined) {
    throw badRequest(
      `${type.kind} in version ${JSON.stringify(version.version)} cannot be handled as a ${type.kind}: ${mistake}`,
    );
  }
  const problems =
    validation === 'Ignore'
      ? []
      : [
          ...schemas.unknownFields(schema, object).map((path) => `unknown field "${path}"`),
          ...duplicates.map((path) => `duplicate field "${path}"`),
        ];
  if (problems.length > 0 && validation === 'Strict') {
    throw badRequest(`strict decoding error: ${problems.join(', ')}`);
  }
  warnings.push(...problems);
  schemas.prune(schema, object);
  return object;
}

/** In Go's structs null is the same as absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === null ? [] : [[key, withoutNulls(each)]])),
  );
}

/** Warn where nothing is said. @throws BadRequest */
export function fieldValidation(query: URLSearchParams): FieldValidation {
  const value = query.get('fieldValidation') ?? '';
  if (value === '') return 'Warn';
  if (value === 'Ignore' || value === 'Warn' || value === 'Strict') return value;
  throw badRequest(
    `fieldValidation: Unsupported value: "${value}": supported values: "Ignore", "Strict", "Warn"`,
  );
}

function metadataOf(value: Record<string, unknown>): AnyObject['metadata'] {
  const metadata = value['metadata'] ?? {};
  if (!isRecord(metadata)) throw badRequest('metadata must be an object');
  // Clients write `creationTimestamp: null` for "not yet"; a null field is an absent one.
  const given = Object.fromEntries(
    Object.entries(metadata).filter(([, each]) => each !== null),
  ) as unknown as AnyObject['metadata'];
  for (const key of ['creationTimestamp', 'deletionTimestamp'] as const) {
    if (typeof given[key] === 'string') given[key] = inSeconds(given[key]);
  }
  if (Array.isArray(given.managedFields)) given.managedFields = given.managedFields.map(entryInSeconds);
  return given;
}

function entryInSeconds(entry: ManagedFieldsEntry): ManagedFieldsEntry {
  return typeof entry.time === 'string' ? { ...entry, time: inSeconds(entry.time) } : entry;
}

/** JavaScript's clients send milliseconds; Kubernetes keeps seconds in UTC (metav1.Time). */
function inSeconds(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function wrongKind(apiVersion: string, kind: string, expectedVersion: string, expectedKind: string): string {
  const [group, version] = split(apiVersion);
  const [expectedGroup, wantedVersion] = split(expectedVersion);
  if (group === expectedGroup && kind === expectedKind) {
    return `the API version in the data (${apiVersion}) does not match the expected API version (${expectedVersion})`;
  }
  return `${kind} in version "${version}" cannot be handled as a ${expectedKind}: no kind "${kind}" is registered for version "${group === '' ? version : apiVersion}": expected ${expectedKind} in version "${wantedVersion}"`;
}

function split(apiVersion: string): readonly [group: string, version: string] {
  const at = apiVersion.indexOf('/');
  return at === -1 ? ['', apiVersion] : [apiVersion.slice(0, at), apiVersion.slice(at + 1)];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
