// POST and PUT.

import type { AnyObject, NewObject } from '../../kube/object.ts';
import { StatusError } from '../../kube/status-error.ts';
import { badRequest, notFound } from '../registry/refusals.ts';
import { representation } from './accept.ts';
import { decodeBody, readBody } from './body.ts';
import { decodeObject } from './decode-object.ts';
import type { ApiContext, ObjectRequest, ResourceRequest } from './request.ts';
import { representOne } from './represent.ts';
import { respond } from './respond.ts';
import { writeOptions } from './write-options.ts';

export async function create(context: ApiContext, request: ResourceRequest): Promise<void> {
  const form = representation(request.message.headers.accept);
  const options = writeOptions(request);
  const object = decodeObject(context, request, decodeBody(await readBody(request.message)));
  warnOfVersion(request);
  const created = context.registry.createFrom(request.type, request.namespace, object, options);
  respond(request, 201, representOne(request, form, created, context.registry.clock.now()));
}

export async function replace(context: ApiContext, request: ObjectRequest): Promise<void> {
  const form = representation(request.message.headers.accept);
  const options = writeOptions(request);
  const object = decodeObject(context, request, decodeBody(await readBody(request.message)));
  warnOfVersion(request);
  const updated = context.registry.updateFrom(request.type, addressed(request, object), options);
  respond(request, 200, representOne(request, form, updated, context.registry.clock.now()));
}

/** The object as the one the URL names. @throws BadRequest when it says otherwise or has no name */
export function addressed(request: ObjectRequest, object: NewObject): AnyObject {
  checkAddress(request, object);
  const { type, namespace, name } = request;
  return {
    ...object,
    metadata: {
      uid: '',
      resourceVersion: '',
      creationTimestamp: '',
      ...object.metadata,
      name,
      ...(type.namespaced ? { namespace } : {}),
    },
  };
}

/** @throws BadRequest when an object's name or namespace is not the one of the URL */
export function checkAddress({ namespace, name }: ObjectRequest, { metadata }: NewObject): void {
  const { name: own = '', namespace: ownNamespace = '' } = metadata;
  if (own === '') throw badRequest('name must be provided');
  if (own !== name) {
    throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  }
  if (ownNamespace !== '' && ownNamespace !== namespace) {
    throw badRequest(
      `the namespace of the object (${ownNamespace}) does not match the namespace on the URL (${namespace})`,
    );
  }
}

export function get(context: ApiContext, request: ObjectRequest): void {
  const form = representation(request.message.headers.accept);
  warnOfVersion(request);
  const object = found(context, request);
  respond(request, 200, representOne(request, form, object, context.registry.clock.now()));
}

/** The object the request names. @throws NotFound */
export function found({ registry }: ApiContext, { type, namespace, name }: ObjectRequest): AnyObject {
  const object = registry.get<AnyObject>(type, namespace, name);
  if (object === undefined) throw notFound(type, name);
  return object;
}

export function warnOfVersion({ version, warnings }: ResourceRequest): void {
  if (version.deprecationWarning !== undefined) warnings.push(version.deprecationWarning);
}

export const methodNotAllowed = (): StatusError =>
  new StatusError('MethodNotAllowed', 'the server does not allow this method on the requested resource');
