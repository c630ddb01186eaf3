// Who am I, what may I: whoever holds the token may do everything.

import { timestamp } from '../../clock/clock.ts';
import { decodeBody, readBody } from './body.ts';
import { identityOf } from './identity.ts';
import type { ApiContext, ApiRequest } from './request.ts';
import { respond } from './respond.ts';

const selfReview = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

const statuses: Readonly<Record<string, unknown>> = {
  [selfReview]: undefined,
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': { allowed: true },
  '/apis/authorization.k8s.io/v1/subjectaccessreviews': { allowed: true },
  '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews': {
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  },
};

/** Answers a review; false when the request is none. */
export async function review({ registry }: ApiContext, request: ApiRequest): Promise<boolean> {
  const { path, message } = request;
  if (!Object.hasOwn(statuses, path) || message.method !== 'POST') return false;
  const status = path === selfReview ? { userInfo: identityOf(message) } : statuses[path];
  const { value } = decodeBody(await readBody(message));
  const given = value as Record<string, unknown>;
  respond(request, 201, { ...given, metadata: { creationTimestamp: timestamp(registry.clock) }, status });
  return true;
}
