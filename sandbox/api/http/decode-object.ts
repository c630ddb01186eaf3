// A body as an object of the resource it was sent to (k8s.io/apiserver field validation, "strict decoding").

import type { NewObject, ObjectMeta } from '../../kube/object.ts';
import type { StatusError } from '../../kube/status-error.ts';
import { badRequest } from '../registry/refusals.ts';
import type { DecodedBody } from './body.ts';
import { asStored } from './represent.ts';
import type { ApiContext, ResourceRequest } from './request.ts';
import { apiVersionOfTarget } from './target.ts';
import { fieldValidation } from './write-options.ts';

/** How a mistake in an object's fields is answered; a patch that makes one is answered otherwise than an object. */
export type Refuse = (why: string) => StatusError;

/** How the fields of an object came, and how what is wrong with them is answered. */
export interface Given {
  readonly duplicates: readonly string[];
  /** Without it, as of an object that was sent as a whole. */
  readonly refuse?: Refuse;
  /** Put together by a strategic merge patch, which is not read as JSON again. */
  readonly isConverted?: boolean;
}

/** @throws BadRequest for anything but an object of this kind, what `refuse` makes of unknown fields where they are forbidden */
export function decodeObject(
  context: ApiContext,
  request: ResourceRequest,
  body: DecodedBody & Given,
): NewObject {
  const { value, refuse } = body;
  if (!isRecord(value)) {
    throw badRequest("couldn't get version/kind; json parse error: the body is not an object");
  }
  const { type } = request;
  const expected = apiVersionOfTarget(request);
  const apiVersion = textOf(value, 'apiVersion', refuse) ?? expected;
  const kind = textOf(value, 'kind', refuse) ?? type.kind;
  if (isMissing(value['kind']) && isMissing(value['apiVersion']) && context.registry.types.isCustom(type)) {
    throw badRequest(`Object 'Kind' is missing in '${JSON.stringify(value)}'`);
  }
  if (apiVersion !== expected || kind !== type.kind) {
    throw badRequest(wrongKind(apiVersion, kind, expected, type.kind));
  }
  const object = { ...value, apiVersion, kind, metadata: value['metadata'] ?? {} } as NewObject;
  return asStored(request, checkFields(context, request, object, body));
}

/** Undefined where nothing is said. @throws what `refuse` makes of anything but a text */
function textOf(
  value: Record<string, unknown>,
  name: string,
  refuse: Refuse = badRequest,
): string | undefined {
  const given = value[name];
  if (isMissing(given)) return undefined;
  if (typeof given === 'string') return given;
  const found = Array.isArray(given) ? 'array' : typeof given;
  throw refuse(
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${found} into Go struct field .${name} of type string`,
  );
}

const isMissing = (value: unknown): value is null | undefined => value === null || value === undefined;

/** The object as its kind's types read it, without what the schema does not know, which is named. @throws BadRequest */
export function checkFields(
  { schemas }: ApiContext,
  { type, version, query, warnings }: ResourceRequest,
  given: NewObject,
  { duplicates, refuse, isConverted = false }: Given,
): NewObject {
  const validation = fieldValidation(query);
  const schema = version.schema();
  const object = schemas.withoutNulls(schema, given) as NewObject;
  const [mistake] = isConverted
    ? schemas.conversionErrors(schema, object)
    : schemas.decodeErrors(schema, object);
  if (mistake !== undefined) {
    if (refuse !== undefined) throw refuse(mistake);
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
    throw (refuse ?? badRequest)(`strict decoding error: ${problems.join(', ')}`);
  }
  warnings.push(...problems);
  schemas.prune(schema, object);
  return { ...object, metadata: inSeconds(object.metadata) };
}

/** JavaScript's clients send milliseconds; Kubernetes keeps seconds in UTC (metav1.Time). */
function inSeconds(metadata: Partial<ObjectMeta>): Partial<ObjectMeta> {
  const { creationTimestamp, deletionTimestamp, managedFields } = metadata;
  return {
    ...metadata,
    ...(creationTimestamp === undefined ? {} : { creationTimestamp: secondOf(creationTimestamp) }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp: secondOf(deletionTimestamp) }),
    ...(managedFields === undefined
      ? {}
      : {
          managedFields: managedFields.map((entry) =>
            entry.time === undefined ? entry : { ...entry, time: secondOf(entry.time) },
          ),
        }),
  };
}

const secondOf = (time: string): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

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
