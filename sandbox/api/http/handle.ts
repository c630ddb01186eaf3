// From a request to its handler.

import { StatusError } from '../../kube/status-error.ts';
import { qualified } from '../registry/types.ts';
import { remove, removeCollection } from './delete.ts';
import { discovery } from './discovery.ts';
import { list } from './list.ts';
import { log } from './log.ts';
import { patch } from './patch.ts';
import { bind, evict, token } from './pod-actions.ts';
import { proxy } from './proxy.ts';
import type { ApiContext, ApiRequest, ObjectRequest, ResourceRequest } from './request.ts';
import { isTrue } from './respond.ts';
import { review } from './reviews.ts';
import { scale } from './scale.ts';
import { systemPath } from './system-paths.ts';
import { targetOf } from './target.ts';
import { watch } from './watch.ts';
import { create, get, methodNotAllowed, replace } from './write.ts';

/** Answers one request. @throws StatusError for every refusal */
export async function handle(context: ApiContext, request: ApiRequest): Promise<void> {
  const isReading = request.message.method === 'GET' || request.message.method === 'HEAD';
  if (isReading && (systemPath(context, request) || discovery(context, request))) return;
  if ((await review(context, request)) || (await proxy(context, request))) return;
  const target = targetOf(context.registry.types, request.path);
  if (target === undefined) throw unknownPath();
  // The server routes it nowhere but to the kinds of CRDs, which it serves in another way.
  if (request.message.method === 'HEAD' && !context.registry.types.isCustom(target.type))
    throw methodNotAllowed();
  const { name } = target;
  if (name === undefined) await handleCollection(context, { ...request, ...target });
  else await handleObject(context, { ...request, ...target, name });
}

const unknownPath = (): StatusError =>
  new StatusError('NotFound', 'the server could not find the requested resource', {});

async function handleCollection(context: ApiContext, request: ResourceRequest): Promise<void> {
  switch (request.message.method) {
    case 'GET':
    case 'HEAD':
      if (isTrue(request.query.get('watch'))) await watch(context, request);
      else list(context, request);
      return;
    case 'POST':
      await create(context, request);
      return;
    case 'DELETE':
      await removeCollection(context, request);
      return;
    default:
      throw methodNotAllowed();
  }
}

async function handleObject(context: ApiContext, request: ObjectRequest): Promise<void> {
  if (request.subresource !== undefined && request.subresource !== 'status') {
    await handleSubresource(context, request);
    return;
  }
  if (request.subresource === 'status' && !request.type.subresources.status) throw unknownPath();
  switch (request.message.method) {
    case 'GET':
    case 'HEAD':
      if (isTrue(request.query.get('watch'))) await watch(context, request);
      else get(context, request);
      return;
    case 'PUT':
      await replace(context, request);
      return;
    case 'PATCH':
      await patch(context, request);
      return;
    case 'DELETE':
      if (request.subresource !== undefined) throw methodNotAllowed();
      await remove(context, request);
      return;
    default:
      throw methodNotAllowed();
  }
}

async function handleSubresource(context: ApiContext, request: ObjectRequest): Promise<void> {
  const { type, subresource } = request;
  const { method } = request.message;
  if (subresource === 'scale' && type.subresources.scale !== undefined) {
    await scale(context, request, type.subresources.scale);
    return;
  }
  switch (`${method} ${qualified(type)}/${subresource}`) {
    case 'GET pods/log':
      await log(context, request);
      return;
    case 'POST pods/binding':
      await bind(context, request);
      return;
    case 'POST pods/eviction':
      await evict(context, request);
      return;
    case 'POST serviceaccounts/token':
      await token(context, request);
      return;
    case 'PUT namespaces/finalize':
      await replace(context, request);
      return;
    case 'GET pods/exec':
    case 'POST pods/exec':
    case 'GET pods/portforward':
    case 'POST pods/portforward':
      throw new StatusError(
        'BadRequest',
        `${subresource} needs a WebSocket or SPDY: Upgrade request required`,
      );
    case 'GET pods/attach':
    case 'POST pods/attach':
      throw notImplemented(subresource ?? '');
    case 'GET pods/ephemeralcontainers':
    case 'PATCH pods/ephemeralcontainers':
    case 'PUT pods/ephemeralcontainers':
      throw notImplemented('debug with ephemeral containers');
    default:
      throw unknownPath();
  }
}

export const notImplemented = (what: string): StatusError =>
  new StatusError('NotImplemented', `${what} is not available in the sandbox; use --engine kind for it`);
