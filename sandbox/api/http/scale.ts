// The scale subresource, as autoscaling/v1.

import type { AnyObject } from '../../kube/object.ts';
import type { ScalePaths } from '../../schema/type.ts';
import { badRequest } from '../registry/refusals.ts';
import { scalePrinter } from '../../schema/table/scale.ts';
import { representation, type Representation } from './accept.ts';
import { decodeBody, readBody } from './body.ts';
import { patched } from './patch.ts';
import type { ApiContext, ObjectRequest } from './request.ts';
import { tableOf } from './represent.ts';
import { respond } from './respond.ts';
import { found, methodNotAllowed } from './write.ts';
import { writeOptions } from './write-options.ts';

export async function scale(context: ApiContext, request: ObjectRequest, paths: ScalePaths): Promise<void> {
  const { method } = request.message;
  const object = found(context, request);
  const form = representation(request.message.headers.accept);
  if (method === 'GET') {
    answer(context, request, form, scaleOf(object, paths));
    return;
  }
  if (method !== 'PUT' && method !== 'PATCH') throw methodNotAllowed();
  const body = await readBody(request.message);
  const value =
    method === 'PUT' ? decodeBody(body).value : patched(context, request, scaleOf(object, paths), body).value;
  const { metadata, spec } = value as Partial<Scale>;
  const replicas = spec?.replicas ?? 0;
  if (!Number.isInteger(replicas) || replicas < 0) {
    throw badRequest(
      `Scale in version "v1" cannot be handled as a Scale: spec.replicas: Invalid value: ${String(replicas)}: must be greater than or equal to 0`,
    );
  }
  const next = structuredClone(object);
  writePath(next, paths.specReplicasPath, replicas);
  next.metadata.resourceVersion = metadata?.resourceVersion ?? object.metadata.resourceVersion;
  const updated = context.registry.updateFrom(request.type, next, writeOptions(request));
  answer(context, request, form, scaleOf(updated, paths));
}

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
