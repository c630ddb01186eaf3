// AuthorizationPolicies and RequestAuthentications, as far as plain text on loopback shows a difference.

import { policyOf } from '../../../sandbox/mesh/security/policy.ts';
import type { AuthorizationPolicy, Rule } from '../../../sandbox/mesh/security/authorization-policy.ts';
import type {
  JwtRule,
  RequestAuthentication,
} from '../../../sandbox/mesh/security/request-authentication.ts';
import type { CustomObject } from '../../../sandbox/kube/resources.ts';
import type { Dice } from './dice.ts';

const common = (name: string): ReturnType<typeof policyOf> =>
  policyOf({ metadata: { name, namespace: 'shop', creationTimestamp: '' } } as CustomObject);

export const issuers = ['https://one.test', 'https://two.test', 'three@test'];

const lists: Readonly<Record<string, readonly string[]>> = {
  principals: ['*', 'cluster.local/ns/shop/sa/web'],
  namespaces: ['shop', '*'],
  requestPrincipals: [
    '*',
    'https://one.test/alice',
    'https://one.test/*',
    '*/bob',
    'three@test/alice',
    'nobody',
  ],
  ipBlocks: ['127.0.0.1', '127.0.0.0/8', '10.0.0.0/8', '::1'],
  remoteIpBlocks: ['10.1.2.3', '10.0.0.0/8', '127.0.0.0/8', '2001:db8::/32'],
  hosts: ['web', 'WEB', 'web.test', '*.test', 'web*', '*', 'web:80'],
  methods: ['GET', 'POST', 'P*', '*T', '*', 'get'],
  paths: ['/', '/api', '/api*', '*items', '*', '/a/{*}/b', '/a/{**}', '/API', '/a?b', '/api/items'],
};

const conditions: Readonly<Record<string, readonly string[]>> = {
  'request.headers[x-a]': ['one', 'o*', '*e', '*', 'ONE', ''],
  'request.headers[X-B]': ['b', '*'],
  'source.ip': lists['ipBlocks'] ?? [],
  'remote.ip': lists['remoteIpBlocks'] ?? [],
  'destination.ip': ['127.0.0.1', '10.0.0.0/8'],
  'request.auth.principal': lists['requestPrincipals'] ?? [],
  'request.auth.audiences': ['api', 'web', '*', 'a*'],
  'request.auth.presenter': ['client', '*'],
  'request.auth.claims[groups]': ['admins', '*s', '*', 'users'],
  'request.auth.claims[scope]': ['read', 'write', 'read write', '*'],
  'request.auth.claims[deep][er]': ['x', '*'],
  'connection.sni': ['web', '*'],
};

export function randomAuthorization(dice: Dice, name: string): AuthorizationPolicy {
  const some = (values: readonly string[]): readonly string[] => {
    const chosen = dice.some(values, 0.3);
    return chosen.length === 0 ? [dice.of(values)] : chosen;
  };
  const fields = (names: readonly string[], share: number): Record<string, readonly string[]> =>
    Object.fromEntries(
      dice.some(names, share).map((field) => {
        const key = dice.chance(0.25) ? `not${field.charAt(0).toUpperCase()}${field.slice(1)}` : field;
        return [key, some(lists[field] ?? [])];
      }),
    );
  const rule = (): Rule => ({
    ...(dice.chance(0.5) && {
      from: Array.from({ length: 1 + dice.number(2) }, () => ({
        source: fields(['principals', 'namespaces', 'requestPrincipals', 'ipBlocks', 'remoteIpBlocks'], 0.3),
      })),
    }),
    ...(dice.chance(0.6) && {
      to: Array.from({ length: 1 + dice.number(2) }, () => ({
        operation: fields(['hosts', 'methods', 'paths'], 0.4),
      })),
    }),
    ...(dice.chance(0.5) && {
      when: dice.some(Object.keys(conditions), 0.12).map((key) => {
        const values = some((conditions[key] ?? []).filter((value) => value !== ''));
        return dice.chance(0.25) ? { key, notValues: values } : { key, values };
      }),
    }),
  });
  return {
    ...common(name),
    action: dice.of(['ALLOW', 'ALLOW', 'DENY', 'AUDIT'] as const),
    rules: Array.from({ length: dice.number(4) }, rule),
    dryRun: dice.chance(0.1),
  };
}

export function randomAuthentication(
  dice: Dice,
  name: string,
  jwks: readonly string[],
): RequestAuthentication {
  const rule = (): JwtRule => ({
    issuer: dice.of(issuers),
    jwks: dice.of(jwks),
    ...(dice.chance(0.3) ? { audiences: dice.some(['api', 'https://web/', 'other'], 0.5) } : {}),
    ...(dice.chance(0.25)
      ? { fromHeaders: [dice.of([{ name: 'X-Token' }, { name: 'x-token', prefix: 'Token ' }])] }
      : {}),
    ...(dice.chance(0.2) ? { fromParams: ['token'] } : {}),
    ...(dice.chance(0.2) ? { fromCookies: ['session'] } : {}),
    ...(dice.chance(0.3) ? { outputPayloadToHeader: 'X-Payload' } : {}),
    ...(dice.chance(0.3)
      ? {
          outputClaimToHeaders: [
            { header: 'x-sub', claim: 'sub' },
            { header: 'X-Er', claim: 'deep.er' },
            { header: 'x-groups', claim: 'groups' },
          ],
        }
      : {}),
    ...(dice.chance(0.5) ? { forwardOriginalToken: dice.chance(0.6) } : {}),
  });
  return { ...common(name), rules: Array.from({ length: 1 + dice.number(2) }, rule) };
}
