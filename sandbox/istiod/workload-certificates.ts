// istiod as the authority of the mesh: certificates that say who a proxy is, as SDS brings them to it. Between pods nothing is
// encrypted with them, for nothing leaves the process; they are for whoever looks into a proxy.

import type { webcrypto } from 'node:crypto';
import type { Credentials } from '../api/tls/certificates.ts';
import { algorithm, loadX509, newKeys, serialNumber, signingKeyOf } from '../api/tls/x509.ts';
import type { Clock } from '../clock/clock.ts';
import type { CertificateSecret } from '../mesh/config-dump.ts';
import type { ProxyNode } from '../mesh/proxy-node.ts';
import { spiffeId } from '../kube/spiffe-id.ts';

/** As Istio's own, by default. */
const validityMs = 24 * 60 * 60 * 1000;
const clockSkewMs = 2 * 60 * 1000;

/** Makes none before somebody asks. */
export class WorkloadCertificates {
  readonly #authority: Pick<Credentials, 'caPem' | 'caKeyPem'>;
  readonly #clock: Clock;
  readonly #issued = new WeakMap<ProxyNode, { readonly at: number; readonly pem: Promise<string> }>();

  constructor(authority: Pick<Credentials, 'caPem' | 'caKeyPem'>, clock: Clock) {
    this.#authority = authority;
    this.#clock = clock;
  }

  /** What the proxy has of SDS: its own certificate, and the authority's. */
  async of(node: ProxyNode): Promise<readonly CertificateSecret[]> {
    const now = this.#clock.now();
    let issued = this.#issued.get(node);
    // The agent renews it when half of its time is over.
    if (issued === undefined || now - issued.at > validityMs / 2) {
      issued = { at: now, pem: this.#issue(node, now) };
      this.#issued.set(node, issued);
    }
    const lastUpdated = new Date(issued.at).toISOString();
    return [
      { name: 'default', kind: 'own', pem: await issued.pem, lastUpdated },
      { name: 'ROOTCA', kind: 'authority', pem: this.#authority.caPem, lastUpdated },
    ];
  }

  async #issue({ namespace, serviceAccount }: ProxyNode, now: number): Promise<string> {
    const x509 = await loadX509();
    const signingKey: webcrypto.CryptoKey = await signingKeyOf(this.#authority.caKeyPem);
    const { publicKey } = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      issuer: new x509.X509Certificate(this.#authority.caPem).subject,
      notBefore: new Date(now - clockSkewMs),
      notAfter: new Date(now + validityMs),
      signingAlgorithm: algorithm,
      publicKey,
      signingKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
          true,
        ),
        new x509.ExtendedKeyUsageExtension([
          x509.ExtendedKeyUsage.serverAuth,
          x509.ExtendedKeyUsage.clientAuth,
        ]),
        // Critical, since there is no subject.
        new x509.SubjectAlternativeNameExtension(
          [{ type: 'url', value: spiffeId(namespace, serviceAccount) }],
          true,
        ),
      ],
    });
    return certificate.toString('pem');
  }
}
