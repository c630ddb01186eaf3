// The API's own certificate authority and serving certificate, kept with the state so that a kubeconfig stays good.
// A restart makes none, and does not pay for the library that does.

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../clock/clock.ts';
import { algorithm, loadX509, newKeys, privatePem, serialNumber } from './x509.ts';

export interface Credentials {
  readonly caPem: string;
  /** Signs the certificates of workloads. */
  readonly caKeyPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
  /** What a client presents as `Authorization: Bearer …`. */
  readonly token: string;
}

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
  if (kept !== undefined && isWhole(kept) && kept.notAfter - clock.now() > renewBefore)
    return kept.credentials;
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

/** An earlier version kept no key of the authority. */
const isWhole = ({ credentials: kept }: Kept): boolean => 'caKeyPem' in kept;

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
  const x509 = await loadX509();
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
      caKeyPem: await privatePem(authorityKeys.privateKey),
      certificatePem: server.toString('pem'),
      keyPem: await privatePem(serverKeys.privateKey),
      token,
    },
  };
}
