// DELETE of one object and of a collection.

import type { AnyObject } from '../../kube/object.ts';
import { isStatus } from '../../kube/status-error.ts';
import { representation } from './accept.ts';
import { deletionOf } from './delete-options.ts';
import type { ApiContext, ObjectRequest, ResourceRequest } from './request.ts';
import { representList, representOne } from './represent.ts';
import { respond } from './respond.ts';
import { selectionOf } from './selection.ts';
import { warnOfVersion } from './write.ts';

export async function remove(context: ApiContext, request: ObjectRequest): Promise<void> {
  const form = representation(request.message.headers.accept);
  const { deletion, options } = await deletionOf(context, request);
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
  const { deletion, options } = await deletionOf(context, request);
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
