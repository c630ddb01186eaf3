import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patienceMs } from '../../support/patience.ts';
import { noKubectl } from '../api/support/kubectl.ts';
import { openCluster, type TestCluster } from './support/cluster.ts';

// What a learner types, and sees: facts §7. `shop` has sidecars, `bare` has none.

const policy = (kind: string, spec: string): string => `
apiVersion: security.istio.io/v1
kind: ${kind}
metadata: { name: web, namespace: shop }
spec: ${spec}
`;

describe.skipIf(noKubectl !== undefined)(
  `security with kubectl and curl${noKubectl === undefined ? '' : ` (skipped: ${noKubectl})`}`,
  () => {
    let cluster: TestCluster;

    beforeAll(async () => {
      cluster = await openCluster();
      await cluster.stdout('create namespace shop');
      await cluster.stdout('create namespace bare');
      await cluster.stdout('label namespace shop istio-injection=enabled');
      await cluster.stdout('create deployment web -n shop --image=istioinaction/catalog --port=3000');
      await cluster.stdout('expose deployment web -n shop --port=80 --target-port=3000');
      for (const namespace of ['shop', 'bare']) {
        await cluster.stdout(
          `create deployment client -n ${namespace} --image=curlimages/curl -- sleep infinity`,
        );
        await cluster.stdout(`rollout status deployment -n ${namespace} --timeout=60s`);
      }
    });
    afterAll(() => cluster.close());

    /** Applies it, without a warning. */
    const apply = async (text: string): Promise<void> => {
      const { exitCode, stderr } = await cluster.run('apply -f -', text);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    };
    const remove = (kind: string) => cluster.stdout(`delete ${kind} web -n shop`);
    const curl = (from: string, ...args: readonly string[]) => {
      const command = ['exec', '-n', from, 'deploy/client', '--', 'curl', '-sS', '-w', ' %{http_code}'];
      return cluster.kubectl.run([...command, ...args, 'http://web.shop/items/1']);
    };
    /** What curl prints, as soon as `wanted` is in it; when patience ends, what it printed last. */
    const answer = async (wanted: string, from: string, ...args: readonly string[]): Promise<string> => {
      const until = Date.now() + patienceMs;
      for (;;) {
        const { stdout, stderr } = await curl(from, ...args);
        const printed = `${stdout}${stderr}`;
        if (printed.includes(wanted) || Date.now() > until) return printed;
      }
    };

    it('STRICT resets who speaks plain text (curl 56), and nobody else', async () => {
      expect(await answer(' 200', 'bare')).toContain(' 200');
      await apply(policy('PeerAuthentication', '{ mtls: { mode: STRICT } }'));
      const reset = 'curl: (56) Recv failure: Connection reset by peer';
      expect(await answer(reset, 'bare')).toContain(reset);
      expect((await curl('bare')).exitCode).toBe(56);
      expect(await answer(' 200', 'shop')).toContain(' 200');
      expect(await cluster.stdout('logs -n shop deploy/web -c istio-proxy')).toContain(
        '"- - -" 0 NR filter_chain_not_found',
      );
      await cluster.stdout('wait -n shop --for=condition=Ready pod -l app=web --timeout=60s');
      await remove('peerauthentication');
      expect(await answer(' 200', 'bare')).toContain(' 200');
    });

    it('an empty AuthorizationPolicy denies everyone, one with a rule whom it does not name', async () => {
      await apply(policy('AuthorizationPolicy', '{}'));
      expect(await answer('RBAC: access denied 403', 'shop')).toContain('RBAC: access denied 403');
      await apply(
        policy(
          'AuthorizationPolicy',
          '{ rules: [{ from: [{ source: { namespaces: [shop] } }], to: [{ operation: { methods: [GET] } }] }] }',
        ),
      );
      expect(await answer(' 200', 'shop')).toContain(' 200');
      expect(await answer('RBAC: access denied 403', 'shop', '-X', 'DELETE')).toContain(
        'RBAC: access denied 403',
      );
      expect(await answer('RBAC: access denied 403', 'bare')).toContain('RBAC: access denied 403');
      await remove('authorizationpolicy');
      expect(await answer(' 200', 'bare')).toContain(' 200');
    });

    it('a RequestAuthentication refuses bad tokens and takes good ones', async () => {
      const { privateKey, publicKey } = await generateKeyPair('RS256');
      const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'a' }] });
      const token = await new SignJWT({ iss: 'me', sub: 'you' })
        .setProtectedHeader({ alg: 'RS256', kid: 'a' })
        .setExpirationTime('1h')
        .sign(privateKey);
      await apply(policy('RequestAuthentication', `{ jwtRules: [{ issuer: me, jwks: '${jwks}' }] }`));
      expect(await answer('two dots and 3 sections 401', 'shop', '-H', 'Authorization: Bearer x')).toContain(
        'two dots and 3 sections 401',
      );
      expect(await answer(' 200', 'shop', '-H', `Authorization: Bearer ${token}`)).toContain(' 200');
      expect(await answer(' 200', 'shop')).toContain(' 200');
      await remove('requestauthentication');
    });
  },
);
