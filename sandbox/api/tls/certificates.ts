// The API's own certificate authority and serving certificate, kept with the state so that a kubeconfig stays good.
// The library that makes them is loaded only when they have to be made: a restart does not pay for it.

import { randomBytes, webcrypto } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../clock/clock.ts';

export interface Credentials {
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
  /** What a client presents as `Authorization: Bearer …`. */
  readonly token: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 24 * 60 * 60 * 1000;
const validity = 365 * day;
const renewBefore = 30 * day;

/**
 * Reads `<dir>/credentials.json`, or makes it (mode 0600): certificates for 127.0.0.1 and localhost, good for a year and
 * renewed in its last 30 days, and a random token, which is kept. Without `dir` they last as long as the process.
 */
export async function credentials(dir: string | undefined, clock: Clock): Promise<Credentials> {
  if (dir === undefined) return (await make(clock, undefined)).credentials;
  const file = path.join(dir, 'credentials.json');
  const kept = await read(file);
  if (kept !== undefined && kept.notAfter - clock.now() > renewBefore) return kept.credentials;
  const made = await make(clock, kept?.credentials.token);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify(made), { mode: 0o600 });
  return made.credentials;
}

interface Kept {
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  readonly credentials: Credentials;
}

async function read(file: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Kept;
  } catch (error) {
    // A file cut short by a kill is as good as none: the kubeconfig is written anew at every start.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function make(clock: Clock, token = randomBytes(32).toString('base64url')): Promise<Kept> {
  await import('reflect-metadata');
  const { default: x509 } = await import('@peculiar/x509');
  x509.cryptoProvider.set(webcrypto);
  const notBefore = new Date(clock.now() - day);
  const notAfter = new Date(clock.now() + validity);
  const [authorityKeys, serverKeys] = await Promise.all([newKeys(), newKeys()]);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=mesh-workshop-ca',
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys: authorityKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const server = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=kube-apiserver',
    issuer: authority.subject,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'localhost' },
      ]),
    ],
  });
  return {
    notAfter: notAfter.getTime(),
    credentials: {
      caPem: authority.toString('pem'),
      certificatePem: server.toString('pem'),
      keyPem: await privatePem(serverKeys.privateKey),
      token,
    },
  };
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

/** Positive, as RFC 5280 demands. */
const serialNumber = (): string => `01${randomBytes(15).toString('hex')}`;

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const lines = der.toString('base64').match(/.{1,64}/gu) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
}
