import { webcrypto } from 'node:crypto';
import { connect } from 'node:tls';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules, Shop, to } from './support/shop.ts';

let shop: Shop;
let secretA: string;
let secretB: string;
beforeAll(async () => {
  shop = await Shop.open();
  secretA = await secret('a-cert', 'a.com');
  secretB = await secret('b-cert', '*.b.com');
});
afterAll(() => shop[Symbol.asyncDispose]());

/** A Secret of the gateway's namespace with a certificate for this name. */
async function secret(name: string, host: string): Promise<string> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(webcrypto);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${host}`,
    keys,
    signingAlgorithm: algorithm,
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const pem = `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`;
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return `
---
apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: istio-system }
type: kubernetes.io/tls
data: { tls.crt: ${base64(certificate.toString('pem'))}, tls.key: ${base64(pem)} }
`;
}

const server = (host: string, credential: string, name = 'https', more = ''): string =>
  `{ port: { number: 8443, name: ${name}, protocol: HTTPS }, hosts: [${host}], tls: { mode: SIMPLE, credentialName: ${credential} }${more} }`;
const gateway = (servers: string): string => `
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge }
spec: { selector: { app: ingress }, servers: [${servers}] }
`;
const bound = rules(`{ ${to('web  80')} }`, "hosts: ['*'], gateways: [edge]");

interface Answered {
  readonly status: number;
  readonly certificate: string;
}

/** One request over TLS from a pod without a proxy to the gateway's port 8443. */
async function ask(serverName: string, host = serverName): Promise<Answered> {
  const raw = await shop.pod('plain').network.connect({ ip: shop.pod('ingress').network.ip, port: 8443 });
  const socket = connect({
    socket: raw,
    rejectUnauthorized: false,
    ...(serverName !== '' && { servername: serverName }),
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    const asked = request(
      { createConnection: () => socket, headers: { host, connection: 'close' } },
      (response) => {
        const { subject } = socket.getPeerCertificate();
        response.resume();
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, certificate: String(subject.CN) }),
        );
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

/** What a client sees of a handshake that fails. */
const broken = { code: expect.stringMatching(/^(?:ECONNRESET|EPROTO|ERR_SSL_.*)$/u) as string };

const logged = (): string => shop.pod('ingress').logs.at(-1) ?? '';

describe('HTTPS at a gateway (facts §1.2, §5.1)', () => {
  it('ends TLS with the certificate of credentialName, and tells the service that it was https', async () => {
    const got = await shop.under(gateway(server("'*'", 'a-cert')) + secretA + bound, () => ask('a.com'));
    expect(got).toEqual({ status: 200, certificate: 'a.com' });
    const seen = [shop.pod('v1'), shop.pod('v2')].flatMap((pod) => pod.seen).at(-1);
    expect(seen).toMatchObject({ host: 'a.com', 'x-forwarded-proto': 'https' });
    expect(logged()).toMatch(/"GET \/ HTTP\/1\.1" 200 - via_upstream .* [\d.]+:8443 [\d.]+:\d+ a\.com -$/u);
  });

  it('chooses server, certificate and routes by the server name', async () => {
    const servers = `${server('a.com', 'a-cert', 'a')}, ${server("'*.b.com'", 'b-cert', 'b')}`;
    const onlyA = rules(`{ ${to('web  80')} }`, 'hosts: [a.com], gateways: [edge]');
    await shop.under(gateway(servers) + secretA + secretB + onlyA, async () => {
      expect(await ask('a.com')).toEqual({ status: 200, certificate: 'a.com' });
      expect(await ask('x.b.com')).toEqual({ status: 404, certificate: '*.b.com' });
      // The other server’s hosts are not served under this name.
      expect((await ask('x.b.com', 'a.com')).status).toBe(404);
    });
  });

  it('resets a connection whose server name no server has: NR filter_chain_not_found, no request (facts §8.2)', async () => {
    await shop.under(gateway(server('a.com', 'a-cert')) + secretA + bound, async () => {
      await expect(ask('other.com')).rejects.toMatchObject(broken);
      expect(logged()).toContain('"- - -" 0 NR filter_chain_not_found ');
    });
  });

  it('fails the handshake while the Secret is missing, and not from when it comes', async () => {
    await shop.under(gateway(server("'*'", 'a-cert')) + bound, async () => {
      await expect(ask('a.com')).rejects.toMatchObject(broken);
      shop.world.apply(secretA);
      expect((await ask('a.com')).status).toBe(200);
      shop.world.apply(secretA, true);
      await expect(ask('a.com')).rejects.toMatchObject(broken);
    });
  });

  it('resets plain HTTP', async () => {
    const at = { ip: shop.pod('ingress').network.ip, port: 8443 };
    const text = gateway(server("'*'", 'a-cert')) + secretA + bound;
    await expect(shop.under(text, () => shop.askGateway('a.com', { to: at }))).rejects.toMatchObject(broken);
  });

  it('answers a client without a server name where a server has every host', async () => {
    const got = await shop.under(gateway(server("'*'", 'a-cert')) + secretA + bound, () => ask('', 'a.com'));
    expect(got.status).toBe(200);
  });

  it('httpsRedirect of a plain server does not concern it', async () => {
    const plain =
      "{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'], tls: { httpsRedirect: true } }";
    await shop.under(gateway(`${plain}, ${server("'*'", 'a-cert')}`) + secretA + bound, async () => {
      expect((await shop.askGateway('a.com')).status).toBe(301);
      expect((await ask('a.com')).status).toBe(200);
    });
  });
});
