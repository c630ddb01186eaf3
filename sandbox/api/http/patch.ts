// PATCH: JSON patch, merge patch, strategic merge patch and server-side apply.

import type { AnyObject, NewObject } from '../../kube/object.ts';
import { StatusError } from '../../kube/status-error.ts';
import { applyConfiguration } from '../managed-fields/apply.ts';
import { goPrinted } from '../patch/go-printed.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMergePatch } from '../patch/strategic-merge-patch.ts';
import type { WriteOptions } from '../registry/context.ts';
import { badRequest, invalid, invalidValue, notFound, unexpected } from '../registry/refusals.ts';
import { representation } from './accept.ts';
import { decodeBody, readBody, unsupportedMediaType, type Body, type DecodedBody } from './body.ts';
import { decodeYaml } from './decode-yaml.ts';
import { checkFields, decodeObject, type Refuse } from './decode-object.ts';
import { withinDepth } from './nesting.ts';
import type { ApiContext, ObjectRequest } from './request.ts';
import { asStored, inVersion, representOne } from './represent.ts';
import { isTrue, respond } from './respond.ts';
import { apiVersionOfTarget } from './target.ts';
import { addressed, checkAddress, warnOfVersion } from './write.ts';
import { writeOptions } from './write-options.ts';

const applyType = 'application/apply-patch+yaml';
const strategicType = 'application/strategic-merge-patch+json';

export async function patch(context: ApiContext, request: ObjectRequest): Promise<void> {
  const form = representation(request.message.headers.accept);
  const body = await readBody(request.message);
  const options = writeOptions(request);
  warnOfVersion(request);
  const { code, object } =
    body.contentType === applyType
      ? apply(context, request, body, options)
      : { code: 200, object: change(context, request, body, options) };
  respond(request, code, representOne(request, form, object, context.registry.clock.now()));
}

export interface Patched {
  readonly value: unknown;
  readonly duplicates: readonly string[];
  /** Answers what is wrong with the value (k8s.io/apiserver, endpoints/handlers/patch.go). */
  readonly refuse: Refuse;
  readonly isConverted?: boolean;
}

/** `target` with the patch of the body applied, whatever its kind. @throws UnsupportedMediaType, BadRequest, Invalid */
export function patched(
  { registry }: ApiContext,
  { type, version }: ObjectRequest,
  target: unknown,
  body: Body,
): Patched {
  const isCustom = registry.types.isCustom(type);
  const { contentType } = body;
  if (contentType === 'application/json-patch+json') {
    const value = jsonPatch(target, decodePatch(body).value);
    return { value, duplicates: [], refuse: refusal(JSON.stringify(value)) };
  }
  if (contentType !== 'application/merge-patch+json' && (contentType !== strategicType || isCustom)) {
    throw unsupportedMediaType([
      'application/json-patch+json',
      'application/merge-patch+json',
      ...(isCustom ? [] : [strategicType]),
      applyType,
    ]);
  }
  const { value: given, duplicates } = decodePatch(body);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const found = Array.isArray(given) ? 'array' : given === null ? 'null' : jsonKind(given);
    const before = contentType === strategicType ? '' : 'error decoding patch: ';
    throw badRequest(
      `${before}json: cannot unmarshal ${found} into Go value of type map[string]interface {}`,
    );
  }
  if (contentType === strategicType) {
    const value = strategicMergePatch(version.schema(), target, { ...given });
    return { value, duplicates, refuse: refusal(goPrinted(given)), isConverted: true };
  }
  const value = mergePatch(target, given);
  return { value, duplicates, refuse: refusal(JSON.stringify(value)) };
}

const jsonKind = (value: unknown): string => (typeof value === 'boolean' ? 'bool' : typeof value);

const refusal =
  (shown: string): Refuse =>
  (why) =>
    invalid({ group: '', kind: '' }, '', [invalidValue('patch', shown, why)]);

function change(context: ApiContext, request: ObjectRequest, body: Body, options: WriteOptions): AnyObject {
  const { registry } = context;
  const { type, namespace, name } = request;
  const live = registry.get<AnyObject>(type, namespace, name);
  if (live === undefined) throw notFound(type, name);
  const result = patched(context, request, inVersion(request, live), body);
  const decoded = { ...result, value: structuredClone(result.value) };
  const object = decodeObject(context, request, decoded);
  return registry.updateFrom(type, addressed(request, object), options);
}

function apply(
  context: ApiContext,
  request: ObjectRequest,
  { bytes }: Body,
  options: WriteOptions,
): { readonly code: number; readonly object: AnyObject } {
  const { registry } = context;
  const { type, namespace, name, query } = request;
  const given = configuration(request, bytes.toString('utf8'));
  refuseUndeclared(context, request, given);
  const read = checkFields(context, request, given, { duplicates: [] });
  if ((read.metadata.managedFields ?? []).length > 0) throw badRequest('metadata.managedFields must be nil');
  const named = { ...read, metadata: { ...read.metadata, name: read.metadata.name ?? name } };
  checkAddress(request, named);
  const config = asStored(request, named);
  const live = registry.get<AnyObject>(type, namespace, name);
  if (live === undefined && (config.metadata.uid ?? '') !== '') {
    throw new StatusError(
      'Conflict',
      `uid mismatch: the provided object specified uid ${config.metadata.uid}, and no existing object was found`,
    );
  }
  const { manager = '', ...unclaimed } = options;
  const applied = applyConfiguration(registry.clock, type, live, config, {
    manager,
    force: isTrue(query.get('force')),
    version: options.version,
    subresource: options.subresource === 'status' ? 'status' : undefined,
  });
  // Who manages what is settled already; storing must not claim fields for anyone.
  if (live !== undefined) {
    return { code: 200, object: registry.updateFrom(type, addressed(request, applied), unclaimed) };
  }
  if (request.subresource !== undefined) throw notFound(type, name);
  return { code: 201, object: registry.createFrom(type, namespace, applied, unclaimed) };
}

/** Apply knows no leniency: a field without a schema can have no manager. */
function refuseUndeclared(
  { schemas }: ApiContext,
  { version, namespace, name }: ObjectRequest,
  config: NewObject,
): void {
  const paths = schemas
    .unknownFields(version.schema(), config)
    .map((path) => `.${path}: field not declared in schema`);
  if (paths.length === 0) return;
  const { apiVersion, kind } = config;
  const what = `${namespace}/${name}; ${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`;
  const why = paths.length === 1 ? paths[0] : `errors:\n${paths.map((path) => `  ${path}`).join('\n')}`;
  throw unexpected(`failed to create typed patch object (${what}): ${why}`);
}

/** @throws BadRequest for anything but an object of the version and kind in the URL; its fields are not yet looked at */
function configuration(request: ObjectRequest, text: string): NewObject {
  let value: unknown;
  try {
    value = withinDepth(decodeApplied(text));
  } catch (error) {
    throw badRequest(`error decoding YAML: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null) throw badRequest('error decoding YAML: not an object');
  const { apiVersion, kind, metadata } = value as Record<string, unknown>;
  const expected = apiVersionOfTarget(request);
  if (apiVersion !== expected || kind !== request.type.kind) {
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected})`,
    );
  }
  return { ...value, apiVersion: expected, kind: request.type.kind, metadata: metadata ?? {} };
}

/** Mostly it is JSON, which YAML takes in as well, but slower. */
function decodeApplied(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return decodeYaml(text).value;
  }
}

function decodePatch(body: Body): DecodedBody {
  try {
    return decodeBody(body);
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
}
