// Envoy's `/certs` (envoy.admin.v3.Certificates), from what SDS brought to the proxy.

import { X509Certificate } from 'node:crypto';

/** One certificate of the proxy, or of an authority that it trusts. */
export interface ProxyCertificate {
  readonly kind: 'own' | 'authority';
  readonly pem: string;
}

const dayMs = 24 * 60 * 60 * 1000;

export function certificatesPage(all: readonly ProxyCertificate[], now: number): object {
  const of = (wanted: ProxyCertificate['kind']): readonly object[] =>
    all.filter(({ kind }) => kind === wanted).map(({ pem }) => details(new X509Certificate(pem), now));
  return { certificates: [{ ca_cert: of('authority'), cert_chain: of('own') }] };
}

function details({ serialNumber, subjectAltName, validFrom, validTo }: X509Certificate, now: number): object {
  const expires = Date.parse(validTo);
  return {
    path: '<inline>',
    serial_number: serialNumber.toLowerCase(),
    subject_alt_names: [...(subjectAltName ?? '').matchAll(/URI:([^,]+)/g)].map(([, uri]) => ({ uri })),
    days_until_expiration: String(Math.max(0, Math.floor((expires - now) / dayMs))),
    valid_from: new Date(validFrom).toISOString(),
    expiration_time: new Date(expires).toISOString(),
  };
}
