// DELETE of one object and of a collection.

import type { DeleteOptions } from '../../kube/cluster.ts';
import type { AnyObject } from '../../kube/object.ts';
import { isStatus } from '../../kube/status-error.ts';
import type { WriteOptions } from '../registry/context.ts';
import { badRequest } from '../registry/refusals.ts';
import { representation } from './accept.ts';
import { decodeBody, readBody } from './body.ts';
import type { ApiContext, ObjectRequest, ResourceRequest } from './request.ts';
import { representList, representOne } from './represent.ts';
import { respond } from './respond.ts';
import { selectionOf } from './selection.ts';
import { warnOfVersion } from './write.ts';
import { writeOptions } from './write-options.ts';

export async function remove(context: ApiContext, request: ObjectRequest): Promise<void> {
  const form = representation(request.message.headers.accept);
  const { deletion, options } = await deletionOf(request);
  warnOfVersion(request);
  const { registry } = context;
  const { type, namespace, name } = request;
  const { object, gone } = registry.remove(type, namespace, name, deletion, options);
  const isReturned = !gone || returned.has(type.resource);
  respond(
    request,
    200,
    isReturned ? representOne(request, form, object, registry.clock.now()) : success(request, object),
  );
}

export async function removeCollection(context: ApiContext, request: ResourceRequest): Promise<void> {
  const form = representation(request.message.headers.accept);
  const { deletion, options } = await deletionOf(request);
  const { registry } = context;
  const { type, namespace } = request;
  const isWanted = selectionOf(request);
  const removed: AnyObject[] = [];
  for (const { metadata } of registry
    .list<AnyObject>(type, namespace === '' ? undefined : namespace)
    .filter(isWanted)) {
    try {
      removed.push(registry.remove(type, metadata.namespace ?? '', metadata.name, deletion, options).object);
    } catch (error) {
      // Removed meanwhile, by a controller that follows one of the others.
      if (!isStatus(error, 'NotFound')) throw error;
    }
  }
  const metadata = { resourceVersion: String(registry.store.revision) };
  respond(request, 200, representList(request, form, removed, metadata, registry.clock.now()));
}

/** Kinds whose deletion answers with the object that was (`ReturnDeletedObject` of their stores). */
const returned = new Set([
  'pods',
  'services',
  'serviceaccounts',
  'persistentvolumes',
  'persistentvolumeclaims',
  'resourcequotas',
]);

function success(
  { type: { group, resource } }: ObjectRequest,
  { metadata: { name, uid } }: AnyObject,
): unknown {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(group === '' ? {} : { group }), kind: resource, uid },
  };
}

interface Deletion {
  readonly deletion: DeleteOptions;
  readonly options: WriteOptions;
}

/** DeleteOptions of the body, or of the query where there is no body. */
async function deletionOf(request: ResourceRequest): Promise<Deletion> {
  const body = await readBody(request.message);
  const given =
    body.bytes.length === 0 ? fromQuery(request.query) : (decodeBody(body).value as Record<string, unknown>);
  const { propagationPolicy, gracePeriodSeconds, preconditions, orphanDependents, dryRun } = given;
  if (propagationPolicy !== undefined && !policies.has(propagationPolicy)) {
    throw badRequest(
      `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: ${JSON.stringify(propagationPolicy)}: supported values: "Background", "Foreground", "Orphan"`,
    );
  }
  if (gracePeriodSeconds !== undefined && !Number.isInteger(gracePeriodSeconds)) {
    throw badRequest('gracePeriodSeconds must be a whole number of seconds');
  }
  const options = writeOptions(request);
  const policy = propagationPolicy ?? (orphanDependents === true ? 'Orphan' : undefined);
  return {
    deletion: {
      ...(policy === undefined ? {} : { propagationPolicy: policy as 'Background' }),
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: gracePeriodSeconds as number }),
      ...(preconditions === undefined
        ? {}
        : { preconditions: preconditions as NonNullable<DeleteOptions['preconditions']> }),
    },
    options: { ...options, dryRun: options.dryRun || (Array.isArray(dryRun) && dryRun.includes('All')) },
  };
}

const policies = new Set<unknown>(['Background', 'Foreground', 'Orphan']);

function fromQuery(query: URLSearchParams): Record<string, unknown> {
  const policy = query.get('propagationPolicy');
  const grace = query.get('gracePeriodSeconds');
  return {
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
  };
}
