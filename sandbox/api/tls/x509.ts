// What making certificates takes. The library for it is loaded only when one has to be made.

import { randomBytes, webcrypto } from 'node:crypto';

export const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export async function loadX509(): Promise<typeof import('@peculiar/x509')> {
  await import('reflect-metadata');
  const { default: x509 } = await import('@peculiar/x509');
  x509.cryptoProvider.set(webcrypto);
  return x509;
}

export const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

/** Positive, as RFC 5280 demands. */
export const serialNumber = (): string => `01${randomBytes(15).toString('hex')}`;

export async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const lines = der.toString('base64').match(/.{1,64}/gu) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
}

export const signingKeyOf = (pem: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey(
    'pkcs8',
    Buffer.from(pem.replaceAll(/-----.+-----/g, ''), 'base64'),
    algorithm,
    false,
    ['sign'],
  );
