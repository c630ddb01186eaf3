// Who asks: whoever holds the token is the administrator, and may ask in the name of others (`kubectl --as`).

import type { IncomingMessage } from 'node:http';

export interface Identity {
  readonly username: string;
  readonly groups: readonly string[];
}

const administrator: Identity = {
  username: 'kubernetes-admin',
  groups: ['system:masters', 'system:authenticated'],
};

export function identityOf(message: IncomingMessage): Identity {
  const username = impersonated(message);
  if (username === undefined) return administrator;
  const given = message.headersDistinct['impersonate-group'] ?? [];
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/u.exec(username) ?? [];
  const implied =
    namespace === undefined || given.length > 0
      ? []
      : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return { username, groups: [...new Set([...given, ...implied, 'system:authenticated'])] };
}

/** Nobody is kept from anything: that is said to those who came to see it. */
export function identityWarnings(message: IncomingMessage): string[] {
  const username = impersonated(message);
  return username === undefined
    ? []
    : [`this sandbox enforces no RBAC, so ${JSON.stringify(username)} may do everything; use --engine kind`];
}

const impersonated = ({ headersDistinct }: IncomingMessage): string | undefined =>
  headersDistinct['impersonate-user']?.[0];
