// The scale subresource, as autoscaling/v1.

import type { AnyObject } from '../../kube/object.ts';
import type { ScalePaths } from '../../schema/type.ts';
import type { StatusError } from '../../kube/status-error.ts';
import { modelSchema } from '../../schema/model/model-schema.ts';
import { badRequest, invalid, invalidValue } from '../registry/refusals.ts';
import { scalePrinter } from '../../schema/table/scale.ts';
import { representation, type Representation } from './accept.ts';
import { decodeBody, readBody, type Body } from './body.ts';
import { patched } from './patch.ts';
import type { ApiContext, ObjectRequest } from './request.ts';
import { tableOf } from './represent.ts';
import { respond } from './respond.ts';
import { found, methodNotAllowed } from './write.ts';
import { writeOptions } from './write-options.ts';

export async function scale(context: ApiContext, request: ObjectRequest, paths: ScalePaths): Promise<void> {
  const { method } = request.message;
  const form = representation(request.message.headers.accept);
  if (method === 'GET') {
    answer(context, request, form, scaleOf(found(context, request), paths));
    return;
  }
  if (method !== 'PUT' && method !== 'PATCH') throw methodNotAllowed();
  const body = await readBody(request.message);
  const object = found(context, request);
  const { metadata, spec } = asked(context, request, scaleOf(object, paths), body);
  const replicas = spec?.replicas ?? 0;
  if (replicas < 0) {
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, request.name, [
      invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'),
    ]);
  }
  const next = structuredClone(object);
  writePath(next, paths.specReplicasPath, replicas);
  next.metadata.resourceVersion = metadata?.resourceVersion ?? object.metadata.resourceVersion;
  const updated = context.registry.updateFrom(request.type, next, writeOptions(request));
  answer(context, request, form, scaleOf(updated, paths));
}

/** The scale that is wanted. @throws BadRequest for what is none, or one of another object */
function asked(context: ApiContext, request: ObjectRequest, current: Scale, body: Body): Partial<Scale> {
  const isPatch = request.message.method === 'PATCH';
  const { value, refuse } = isPatch
    ? patched(context, request, current, body)
    : { value: decodeBody(body).value, refuse: undecodable };
  const { schemas } = context;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const read = isObject ? schemas.withoutNulls(schema, { ...value }) : value;
  const [mistake] = schemas.decodeErrors(schema, read ?? '');
  if (mistake !== undefined) throw refuse(mistake);
  const { metadata = {} } = read as Partial<Scale>;
  const { name } = request;
  if ((metadata.name ?? name) !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  return read as Partial<Scale>;
}

const schema = modelSchema('V1Scale');

const undecodable = (why: string): StatusError =>
  badRequest(`Scale in version "v1" cannot be handled as a Scale: ${why}`);

function answer(
  { registry }: ApiContext,
  request: ObjectRequest,
  { as }: Representation,
  object: Scale & AnyObject,
): void {
  const { columns, row } = scalePrinter;
  const shown = { ...request, version: { ...request.version, columns, row } };
  const { resourceVersion } = object.metadata;
  const body =
    as === 'Table' ? tableOf(shown, [object], { resourceVersion }, registry.clock.now(), true) : object;
  respond(request, 200, body);
}

interface Scale {
  readonly metadata: Partial<AnyObject['metadata']>;
  readonly spec: { readonly replicas?: number };
}

function scaleOf(object: AnyObject, paths: ScalePaths): Scale & AnyObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector =
    paths.labelSelectorPath === undefined ? undefined : selectorOf(object, paths.labelSelectorPath);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid,
      resourceVersion,
      creationTimestamp,
    },
    spec: { replicas: Number(readPath(object, paths.specReplicasPath) ?? 0) },
    status: {
      replicas: Number(readPath(object, paths.statusReplicasPath) ?? 0),
      ...(selector === undefined ? {} : { selector }),
    },
  };
}

/** The selector in its text form, whether the kind keeps it as text or as `matchLabels` in its spec. */
function selectorOf(object: AnyObject, path: string): string | undefined {
  const value = readPath(object, path) ?? readPath(object, '.spec.selector');
  if (typeof value === 'string') return value;
  const labels = (value as { matchLabels?: Record<string, string> } | undefined)?.matchLabels;
  return labels === undefined
    ? undefined
    : Object.entries(labels)
        .map(([key, each]) => `${key}=${each}`)
        .join(',');
}

const steps = (path: string): readonly string[] => path.split('.').slice(1);

function readPath(object: AnyObject, path: string): unknown {
  let value: unknown = object;
  for (const step of steps(path)) value = (value as Record<string, unknown> | undefined)?.[step];
  return value;
}

function writePath(object: AnyObject, path: string, value: unknown): void {
  const names = steps(path);
  let holder: Record<string, unknown> = object;
  for (const name of names.slice(0, -1)) {
    holder[name] ??= {};
    holder = holder[name] as Record<string, unknown>;
  }
  holder[names.at(-1) ?? ''] = value;
}
