// A Secret with a certificate for a Gateway's `credentialName`, with Kubernetes' keys or Istio's own.

import type { Secret } from '../../kube/resources.ts';

export interface TlsSecret {
  readonly certificate: string;
  readonly key: string;
}

/** Undefined for a Secret without a certificate and its key. */
export function tlsSecretOf({ data = {} }: Secret): TlsSecret | undefined {
  const decoded = (name: string): string | undefined => {
    const value = data[name];
    return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
  };
  const certificate = decoded('tls.crt') ?? decoded('cert');
  const key = decoded('tls.key') ?? decoded('key');
  return certificate === undefined || key === undefined ? undefined : { certificate, key };
}
