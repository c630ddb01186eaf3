// AuthorizationPolicy and RequestAuthentication: the filters the mesh makes of random ones, and tokens good and bad.

import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, expect, it } from 'vitest';
import type { HttpFilter } from '../../../sandbox/envoy/config.ts';
import { httpFilters } from '../../../sandbox/mesh/security/rbac-filters.ts';
import { jwtFilters } from '../../../sandbox/mesh/security/request-authentication.ts';
import { atGateway, cluster, endpoints, manager } from '../../sandbox/proxy/support/config.ts';
import { host, httpListener } from '../support/config.ts';
import { Dice } from '../support/dice.ts';
import { startDuel, type Case } from '../support/duel.ts';
import { issuers, randomAuthentication, randomAuthorization } from '../support/random-policies.ts';
import { report } from '../support/report.ts';
import { sendable } from '../support/sendable.ts';

const dice = new Dice(7);

const algorithms = ['RS256', 'ES256', 'PS384'] as const;
const keys = await Promise.all(
  algorithms.map(async (alg) => ({ alg, ...(await generateKeyPair(alg, { extractable: true })) })),
);
const stranger = await generateKeyPair('RS256');
const secret = new TextEncoder().encode('a secret of thirty-two bytes or so');
const jwk = async (at: number, more: object): Promise<object> => {
  const key = keys[at];
  if (key === undefined) throw new Error(`There is no key ${at}`);
  return { ...(await exportJWK(key.publicKey)), ...more };
};
const oct = { kty: 'oct', k: Buffer.from(secret).toString('base64url'), alg: 'HS256', kid: 'shared' };
const sets = [
  [await jwk(0, { kid: 'rsa', alg: 'RS256' }), await jwk(1, { kid: 'ec', alg: 'ES256' }), oct],
  [await jwk(0, {}), await jwk(1, {})],
  [await jwk(2, { kid: 'ps', alg: 'PS384' }), await jwk(0, { kid: 'rsa' })],
].map((set) => JSON.stringify({ keys: set }));

const now = Math.floor(Date.now() / 1000);

async function token(): Promise<string> {
  const alg = dice.of([...algorithms, 'RS256', 'ES256', 'HS256'] as const);
  const key =
    alg === 'HS256'
      ? secret
      : dice.chance(0.08) && alg === 'RS256'
        ? stranger
        : keys.find((each) => each.alg === alg);
  const claims: Record<string, unknown> = {
    iss: dice.of([...issuers, 'https://one.test', 'https://unknown.test']),
  };
  const maybe = (share: number, name: string, ...values: unknown[]): void => {
    if (dice.chance(share)) claims[name] = dice.of(values);
  };
  maybe(0.8, 'sub', 'alice', 'bob', '');
  maybe(0.6, 'aud', 'api', ['web', 'other'], 'http://web', [], 'a/');
  maybe(0.7, 'exp', now + 3600, now + 3600, now + 3600, now - 3600, now - 30);
  maybe(0.2, 'nbf', now - 10, now + 3600, now + 30);
  maybe(0.1, 'iat', now, now + 3600);
  maybe(0.2, 'azp', 'client');
  maybe(0.5, 'groups', 'admins', ['users', 'admins'], [], 7, null);
  maybe(0.4, 'scope', 'read write', 'read', ['write']);
  maybe(0.3, 'deep', { er: 'x' }, { er: ['x', 'y'] }, { er: 7 }, 'x', { er: true });
  maybe(0.02, 'exp', 'soon', -1, 1.5);
  maybe(0.02, 'iss', 7);
  maybe(0.02, 'aud', 7, [7]);
  const kid = dice.of(['', '', 'rsa', 'ec', 'shared', 'ps', 'unknown']);
  const signed = await new SignJWT(claims)
    .setProtectedHeader({ alg, ...(kid !== '' && { kid }) })
    .sign(key instanceof Uint8Array ? key : (key?.privateKey ?? stranger.privateKey));
  if (dice.chance(0.9)) return signed;
  const [head = '', body = '', signature = ''] = signed.split('.');
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return dice.of([
    `${head}.${body}`,
    `${head}.${body}.`,
    `${head}.${body}.${signature}.x`,
    `${part({ alg: 'none' })}.${body}.`,
    `${part({ alg: 'none' })}.${body}.${signature}`,
    `${part({ alg: 7 })}.${body}.${signature}`,
    `${part({})}.${body}.${signature}`,
    `${part({ alg: 'RS256', kid: 7 })}.${body}.${signature}`,
    `${part([])}.${body}.${signature}`,
    `YWJj.${body}.${signature}`,
    `${head}.YWJj.${signature}`,
    `${head}.${part('text')}.${signature}`,
    `${head}.${body}.!!!`,
    `!!!.${body}.${signature}`,
    `${head}.!!!.${signature}`,
    `${head}.${body}.${signature.slice(0, -4)}AAAA`,
    '',
    'nonsense',
  ]);
}

const [router] = manager().http_filters.slice(-1);
const cors = manager().http_filters.filter(({ name }) => name.endsWith('cors'));

const listeners = Array.from({ length: 40 }, (_, at) => {
  const authentications = Array.from({ length: dice.number(3) }, (_unused, each) =>
    randomAuthentication(dice, `ra${each}`, sets),
  );
  const authorizations = Array.from({ length: dice.number(4) }, (_unused, each) =>
    randomAuthorization(dice, `ap${each}`),
  );
  const filters: HttpFilter[] = [
    ...jwtFilters(authentications),
    ...httpFilters(authorizations),
    ...cors,
    ...(router === undefined ? [] : [router]),
  ];
  const shown = authentications.flatMap(({ rules }) =>
    rules.map(({ jwks = '', ...rule }) => ({ ...rule, keys: sets.indexOf(jwks) })),
  );
  const about = { jwt: shown, rbac: authorizations.map(({ action, rules }) => ({ action, rules })) };
  return { name: `l${at}`, edge: dice.chance(0.3), filters, about };
});

const duel = await startDuel((port) => ({
  listeners: listeners.map(({ name, edge, filters }, at) =>
    httpListener(
      name,
      80 + at,
      [host('all', ['*'], [{ name: 'all', match: { prefix: '/' }, route: { cluster: 'a', timeout: '0s' } }])],
      { ...(edge ? atGateway : {}), http_filters: filters },
    ),
  ),
  routes: [],
  clusters: [cluster('a')],
  endpoints: [endpoints('a', [port('a')])],
}));
afterAll(async () => {
  report('policies', duel);
  await duel[Symbol.asyncDispose]();
});

async function request(at: number): Promise<Case> {
  const headers: [string, string][] = [];
  const maybe = async (share: number, name: string, value: () => string | Promise<string>): Promise<void> => {
    if (dice.chance(share)) headers.push([name, await value()]);
  };
  await maybe(
    0.6,
    'authorization',
    async () => `${dice.of(['Bearer ', 'Bearer ', 'Bearer ', 'bearer ', 'Basic '])}${await token()}`,
  );
  await maybe(0.15, 'x-token', async () => `${dice.of(['', 'Token '])}${await token()}`);
  await maybe(0.15, 'cookie', async () => `a=b; session=${await token()}`);
  await maybe(0.4, 'x-a', () => dice.of(['one', 'ONE', 'other', '']));
  await maybe(0.3, 'x-b', () => 'b');
  await maybe(0.4, 'x-forwarded-for', () =>
    dice.of(['10.1.2.3', '10.9.9.9', '2001:db8::1', '192.0.2.1, 10.1.2.3']),
  );
  await maybe(0.2, 'x-sub', () => 'forged');
  await maybe(0.2, 'x-payload', () => 'forged');
  await maybe(0.1, 'origin', () => 'https://a.test');
  await maybe(0.1, 'access-control-request-method', () => 'PUT');
  const path = dice.of([
    '/',
    '/api',
    '/api/items',
    '/API',
    '/a/x/b',
    '/a/x/y/b',
    '/a',
    '/a/b/',
    '/api;x',
    '//api',
  ]);
  const query = dice.chance(0.15)
    ? `?${dice.of(['', '', 'b=c&', 'b&a=1&'])}${dice.of(['token', 'access_token'])}=${await token()}${dice.of(['', '', '&z', '&a=2&a=1'])}`
    : dice.of(['', '', '?', '?b', '?token=']);
  const listener = dice.of(listeners);
  return sendable(
    {
      id: `j${at}`,
      method: dice.of(['GET', 'GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']),
      path: `${path}${query}`,
      host: dice.of(['web', 'web', 'WEB', 'web.test', 'web:80', 'other']),
      headers,
    },
    { listener: listener.name, about: listener.about },
  );
}

it('decides alike about requests and their tokens, and says the same of them', async () => {
  const cases: Case[] = [];
  for (let at = 0; at < 4000; at += 1) cases.push(await request(at));
  expect(await duel.run(cases)).toBe('');
});
