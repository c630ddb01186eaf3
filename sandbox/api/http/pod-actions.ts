// Subresources that act on an object instead of holding a part of it: binding, eviction, token.

import { randomBytes } from 'node:crypto';
import { timestamp } from '../../clock/clock.ts';
import type { AnyObject } from '../../kube/object.ts';
import { badRequest, conflict, invalid, invalidValue } from '../registry/refusals.ts';
import { decodeBody, readBody } from './body.ts';
import type { ApiContext, ObjectRequest } from './request.ts';
import { respond } from './respond.ts';
import { found } from './write.ts';
import { writeOptions } from './write-options.ts';

const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

/** Assigns a pod to a node. */
export async function bind(context: ApiContext, request: ObjectRequest): Promise<void> {
  const { target } = (await bodyOf(request)) as { target?: { name?: string } };
  if (target?.name === undefined) throw badRequest('Binding "" is invalid: target.name: Required value');
  const pod = structuredClone(found(context, request));
  const spec = pod['spec'] as { nodeName?: string };
  if ((spec.nodeName ?? '') !== '') {
    throw conflict(
      request.type,
      request.name,
      `pod ${request.name} is already assigned to node ${JSON.stringify(spec.nodeName)}`,
    );
  }
  spec.nodeName = target.name;
  context.registry.updateFrom(request.type, pod, { ...writeOptions(request), subresource: 'binding' });
  respond(request, 201, success);
}

/** Deletes a pod; no budget is kept here, so nothing stands against it. */
export async function evict(context: ApiContext, request: ObjectRequest): Promise<void> {
  const { deleteOptions = {} } = (await bodyOf(request)) as { deleteOptions?: object };
  const { type, namespace, name } = request;
  context.registry.remove(type, namespace, name, deleteOptions, writeOptions(request));
  respond(request, 201, success);
}

/** A token nobody checks: the API itself knows only the kubeconfig's. */
export async function token(context: ApiContext, request: ObjectRequest): Promise<void> {
  const given = (await bodyOf(request)) as { spec?: { expirationSeconds?: number; audiences?: string[] } };
  found(context, request);
  const { namespace, name } = request;
  const { clock } = context.registry;
  const expirationSeconds = given.spec?.expirationSeconds ?? 3600;
  checkExpiration(expirationSeconds);
  const later = { ...clock, now: () => clock.now() + expirationSeconds * 1000 };
  respond(request, 201, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timestamp(clock) },
    spec: {
      audiences: given.spec?.audiences ?? ['https://kubernetes.default.svc.cluster.local'],
      expirationSeconds,
      boundObjectRef: null,
    },
    status: { token: randomBytes(32).toString('base64url'), expirationTimestamp: timestamp(later) },
  });
}

/** pkg/apis/authentication/validation */
function checkExpiration(seconds: number): void {
  const limit =
    seconds < 600 ? 'less than 10 minutes' : seconds > 2 ** 32 ? 'larger than 2^32 seconds' : undefined;
  if (limit === undefined) return;
  throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [
    invalidValue('spec.expirationSeconds', seconds, `may not specify a duration ${limit}`),
  ]);
}

async function bodyOf(request: ObjectRequest): Promise<Partial<AnyObject>> {
  const body = await readBody(request.message);
  const { value } = body.bytes.length === 0 ? { value: {} } : decodeBody(body);
  if (typeof value !== 'object' || value === null) throw badRequest('the body is not an object');
  return value;
}
