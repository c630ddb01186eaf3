import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Ask } from '../../proxy/support/mesh-world.ts';
import { policy, start, type Pods } from './support/pods.ts';

// Over the pod network, through the proxies, with tokens that are really signed: facts §7.3.

const { privateKey, publicKey } = await generateKeyPair('ES256');
const stranger = await generateKeyPair('ES256');
const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] });
/** The clock of these tests stands at 2025-04-01T10:00:00Z. */
const now = Date.parse('2025-04-01T10:00:00Z') / 1000;

interface Signing {
  readonly key?: typeof privateKey;
  readonly kid?: string;
}

const token = (claims: JWTPayload = {}, { key = privateKey, kid = 'one' }: Signing = {}): Promise<string> =>
  new SignJWT({ iss: 'https://issuer', sub: 'alice', exp: now + 600, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid })
    .sign(key);

const authentication = (rule = '', name = 'web', issuer = 'https://issuer'): string => `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: ${name} }
spec: { jwtRules: [{ issuer: '${issuer}', jwks: '${jwks}'${rule === '' ? '' : `, ${rule}`} }] }
`;

const bearer = (text: string): Ask => ({ headers: { authorization: `Bearer ${text}` } });
const ask = ({ world, client, server }: Pods, options?: Ask) => world.ask(client, server, options);

describe('a token (facts §7.3)', () => {
  const badFormat = 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections';
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each<[string, () => string | Promise<string>, number, string]>([
    ['expired', () => token({ exp: now - 61 }), 401, 'Jwt is expired'],
    ['not yet valid', () => token({ nbf: now + 61 }), 401, 'Jwt not yet valid'],
    [
      'signed by another key',
      () => token({ aud: 'api' }, { key: stranger.privateKey }),
      401,
      'Jwt verification fails',
    ],
    ['of another issuer', () => token({ iss: 'https://other' }), 401, 'Jwt issuer is not configured'],
    [
      'of a key that is not known',
      () => token({ aud: 'api' }, { kid: 'two' }),
      401,
      "Jwks doesn't have key to match kid or alg from Jwt",
    ],
    ['for another audience', () => token({ aud: 'other' }), 403, 'Audiences in Jwt are not allowed'],
    ['for no audience', () => token(), 403, 'Audiences in Jwt are not allowed'],
    ['that is none', () => 'nonsense', 401, badFormat],
    ['with a header that is no JSON', () => 'YWJj.YWJj.YWJj', 401, 'Jwt header is an invalid JSON'],
    [
      'without alg',
      () => `${part({})}.${part({})}.YWJj`,
      401,
      'Jwt header [alg] field is required and must be a string',
    ],
    [
      'with alg none',
      () => `${part({ alg: 'none' })}.${part({})}.YWJj`,
      401,
      'Jwt header [alg] is not supported',
    ],
    [
      'with a word before it, as long as to leave one digit over',
      () => `Token ${part({ alg: 'ES256' })}.${part({})}.YWJj`,
      401,
      'Jwt header is an invalid Base64url encoded',
    ],
    [
      'with a word before it that makes whole bytes of it',
      () => `Tokens ${part({ alg: 'ES256' })}.${part({})}.YWJj`,
      401,
      'Jwt header is an invalid JSON',
    ],
    [
      'with a payload that is no JSON',
      () => `${part({ alg: 'ES256' })}.YWJj.YWJj`,
      401,
      'Jwt payload is an invalid JSON',
    ],
  ])('%s is refused', async (_, make, status, body) => {
    await using pods = await start(authentication('audiences: [api]'));
    const answer = await ask(pods, bearer(await make()));
    expect(answer).toMatchObject({ status, body, headers: { 'content-type': 'text/plain' } });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="http://web.shop/", error="invalid_token"');
    expect(pods.server.seen).toEqual([]);
    expect(pods.server.logs.at(-1)).toContain(
      ` ${status} - jwt_authn_access_denied{${body.replaceAll(' ', '_')}} - `,
    );
  });

  it.each([
    ['within a minute of its end', { exp: now - 60 }],
    ['within a minute of its begin', { nbf: now + 60 }],
    ['with an end between two seconds', { exp: now - 59.5 }],
    ['of one of its audiences', { aud: ['other', 'https://api/'] }],
  ])('is good %s', async (_, claims) => {
    await using pods = await start(authentication('audiences: [api]'));
    expect((await ask(pods, bearer(await token({ aud: 'api', ...claims })))).status).toBe(200);
  });

  it('is not needed, nor looked at in a CORS preflight', async () => {
    await using pods = await start(authentication());
    expect((await ask(pods)).status).toBe(200);
    const headers = { authorization: 'Bearer x', origin: 'http://a', 'access-control-request-method': 'GET' };
    expect((await ask(pods, { headers, method: 'OPTIONS' })).status).toBe(200);
    expect((await ask(pods, { headers })).status).toBe(401);
  });

  it.each([
    ['taken away', '', undefined],
    ['forwarded', 'forwardOriginalToken: true', 'Bearer'],
  ])('is %s before the service sees the request', async (_, rule, seen) => {
    await using pods = await start(authentication(rule));
    expect((await ask(pods, bearer(await token()))).status).toBe(200);
    const { authorization } = pods.server.seen[0] ?? {};
    expect(authorization?.split(' ')[0]).toBe(seen);
  });

  it('is looked for where the rule says, and nowhere else', async () => {
    await using pods = await start(
      authentication('fromHeaders: [{ name: X-Token, prefix: "jwt " }], fromParams: [t], fromCookies: [c]'),
    );
    const good = await token();
    const asks: Ask[] = [
      { headers: { 'x-token': `jwt ${good}` } },
      { path: `/?t=${good}` },
      { headers: { cookie: `a=b; c=${good}` } },
    ];
    for (const one of asks) expect((await ask(pods, one)).status).toBe(200);
    pods.world.apply(
      policy("{ action: DENY, rules: [{ from: [{ source: { notRequestPrincipals: ['*'] } }] }] }"),
    );
    for (const one of asks) expect((await ask(pods, one)).status).toBe(200);
    expect((await ask(pods, bearer(good))).status).toBe(403);
  });

  it('is taken out of the query unless it is forwarded', async () => {
    const good = await token();
    await using pods = await start(authentication());
    await ask(pods, { path: `/a?z=1&access_token=${good}&b` });
    await ask(pods, { path: `/a?access_token=${good}` });
    await ask(pods, { path: '/a?z=1&b' });
    expect(pods.server.paths).toEqual(['/a?b=&z=1', '/a', '/a?z=1&b']);
    await using forwarding = await start(authentication('forwardOriginalToken: true'));
    await ask(forwarding, { path: `/a?access_token=${good}` });
    expect(forwarding.server.paths).toEqual([`/a?access_token=${good}`]);
  });

  it('is found in ?access_token= by default', async () => {
    await using pods = await start(authentication());
    expect((await ask(pods, { path: `/?access_token=${await token({ exp: 1 })}` })).body).toBe(
      'Jwt is expired',
    );
  });

  it('gives the service its payload and claims, and only it can', async () => {
    await using pods = await start(
      authentication(
        'outputPayloadToHeader: x-payload, outputClaimToHeaders: [{ header: x-sub, claim: sub }, { header: x-n, claim: deep.n }, { header: x-list, claim: list }]',
      ),
    );
    const good = await token({ deep: { n: 7 }, list: ['a'] });
    await ask(pods, bearer(good));
    expect(pods.server.seen[0]).toMatchObject({
      'x-payload': good.split('.')[1],
      'x-sub': 'alice',
      'x-n': '7',
    });
    expect(pods.server.seen[0]).not.toHaveProperty('x-list');
    await ask(pods, { headers: { 'x-payload': 'forged', 'x-sub': 'forged' } });
    const preflight = { origin: 'http://a', 'access-control-request-method': 'GET', 'x-sub': 'forged' };
    await ask(pods, { headers: preflight, method: 'OPTIONS' });
    for (const seen of pods.server.seen.slice(1)) {
      expect(seen).not.toHaveProperty('x-payload');
      expect(seen).not.toHaveProperty('x-sub');
    }
  });

  it('is refused when its keys would have to be fetched', async () => {
    await using pods = await start(`
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: web }
spec: { jwtRules: [{ issuer: 'https://issuer', jwksUri: 'https://issuer/keys' }] }
`);
    expect(await ask(pods, bearer(await token()))).toMatchObject({
      status: 401,
      body: "Jwks doesn't have key to match kid or alg from Jwt",
    });
  });
});

describe('several policies (facts §7.3)', () => {
  it('are combined: each issuer’s tokens are good, all others are not', async () => {
    await using pods = await start(`${authentication()}---${authentication('', 'second', 'https://second')}`);
    const status = async (claims: JWTPayload) => (await ask(pods, bearer(await token(claims)))).status;
    expect(await status({})).toBe(200);
    expect(await status({ iss: 'https://second' })).toBe(200);
    expect((await ask(pods)).status).toBe(200);
    expect((await ask(pods, bearer(await token({ iss: 'https://third' })))).body).toBe(
      'Jwt issuer is not configured',
    );
    expect((await ask(pods, bearer(await token({ exp: 1 })))).status).toBe(401);
  });

  it('tell what is wrong with a token of their own, rather than that it is none of the others', async () => {
    await using pods = await start(`${authentication()}---${authentication('', 'second', 'https://second')}`);
    const body = async (claims: JWTPayload) => (await ask(pods, bearer(await token(claims)))).body;
    expect(await body({ exp: 1 })).toBe('Jwt is expired');
    expect(await body({ exp: 1, iss: 'https://second' })).toBe('Jwt is expired');
  });
});

describe('an AuthorizationPolicy by claims (facts §7.2, §7.3)', () => {
  const required = "{ rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }] }";
  it('asks for a token: without one it is 403, not 401', async () => {
    await using pods = await start(`${authentication()}---${policy(required)}`);
    expect(await ask(pods)).toMatchObject({ status: 403, body: 'RBAC: access denied' });
    expect((await ask(pods, bearer(await token()))).status).toBe(200);
    expect((await ask(pods, bearer('x'))).status).toBe(401);
  });

  it.each<[string, JWTPayload, boolean]>([
    ["from: [{ source: { requestPrincipals: ['https://issuer/alice'] } }]", {}, true],
    ["from: [{ source: { requestPrincipals: ['https://issuer/*'] } }]", {}, true],
    ["from: [{ source: { requestPrincipals: ['*/alice'] } }]", {}, true],
    ["from: [{ source: { requestPrincipals: ['https://issuer/bob'] } }]", {}, false],
    ["from: [{ source: { notRequestPrincipals: ['https://issuer/bob'] } }]", {}, true],
    ["when: [{ key: request.auth.principal, values: ['https://issuer/alice'] }]", {}, true],
    ["when: [{ key: 'request.auth.audiences', values: [api] }]", { aud: ['x', 'api'] }, true],
    ["when: [{ key: 'request.auth.presenter', values: [app] }]", { azp: 'app' }, true],
    ["when: [{ key: 'request.auth.claims[group]', values: [admin] }]", { group: 'admin' }, true],
    ["when: [{ key: 'request.auth.claims[group]', values: [admin] }]", { group: ['dev', 'admin'] }, true],
    ["when: [{ key: 'request.auth.claims[group]', values: ['ad*'] }]", { group: 'admin' }, true],
    ["when: [{ key: 'request.auth.claims[group]', values: [admin] }]", { group: 'dev' }, false],
    ["when: [{ key: 'request.auth.claims[group]', notValues: [admin] }]", { group: 'dev' }, true],
    ["when: [{ key: 'request.auth.claims[realm][roles]', values: [a] }]", { realm: { roles: ['a'] } }, true],
    ["when: [{ key: 'request.auth.claims[scope]', values: [write] }]", { scope: 'read write' }, true],
  ])('ALLOW %s of %j: %s', async (rule, claims, allowed) => {
    await using pods = await start(`${authentication()}---${policy(`{ rules: [{ ${rule} }] }`)}`);
    expect((await ask(pods, bearer(await token(claims)))).status).toBe(allowed ? 200 : 403);
  });
});

describe('a VirtualService that matches claims (facts §2)', () => {
  const routed = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: gateway }
spec: { selector: { app: ingress }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec:
  hosts: ['*']
  gateways: [gateway]
  http:
    - match: [{ headers: { '@request.auth.claims.group': { exact: admin } } }]
      directResponse: { status: 200, body: { string: admin } }
    - match: [{ headers: { '@request.auth.claims[realm][roles]': { prefix: ad } } }]
      directResponse: { status: 200, body: { string: role } }
    - match: [{ uri: { prefix: /none }, withoutHeaders: { '@request.auth.claims.group': { exact: dev } } }]
      directResponse: { status: 200, body: { string: no-dev } }
`;

  it('looks at those of the gateway’s own tokens', async () => {
    await using pods = await start(routed);
    const gateway = await pods.world.pod('ingress', { proxy: 'router' });
    const to = { ip: gateway.network.ip, port: 8080 };
    const answer = async (claims: JWTPayload, path = '/') => {
      const got = await pods.world.ask(pods.plain, gateway, { ...bearer(await token(claims)), to, path });
      return got.status === 200 ? got.body : got.status;
    };
    expect(await answer({ group: 'admin' })).toBe(404);
    pods.world.apply(authentication('', 'ingress'));
    expect(await answer({ group: 'admin' })).toBe('admin');
    expect(await answer({ group: ['dev', 'admin'] })).toBe('admin');
    expect(await answer({ realm: { roles: ['admin'] } })).toBe('role');
    expect(await answer({ group: 'dev' })).toBe(404);
    expect(await answer({ group: 'dev' }, '/none')).toBe(404);
    expect(await answer({ group: 'other' }, '/none')).toBe('no-dev');
  });
});
