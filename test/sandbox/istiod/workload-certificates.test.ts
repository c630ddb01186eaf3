// What SDS brings to a proxy, and what /config_dump shows of it.

import { X509Certificate } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { credentials, type Credentials } from '../../../sandbox/api/tls/certificates.ts';
import { WorkloadCertificates } from '../../../sandbox/istiod/workload-certificates.ts';
import { configDump } from '../../../sandbox/mesh/config-dump.ts';
import { certificatesPage } from '../../../sandbox/proxy/admin/certificates.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { configOf, meshOf, router, service, sidecar } from '../mesh/support/mesh.ts';

const hour = 60 * 60 * 1000;
const node = sidecar({ name: 'web-1', namespace: 'shop', serviceAccount: 'seller' });
let authority: Credentials;

beforeAll(async () => {
  authority = await credentials(undefined, new ManualClock());
});

it('a proxy has a certificate of its identity for a day, and that of the authority that signed it', async () => {
  const clock = new ManualClock();
  const [own, root] = await new WorkloadCertificates(authority, clock).of(node);
  expect([own?.name, root?.name, root?.pem]).toEqual(['default', 'ROOTCA', authority.caPem]);
  const certificate = new X509Certificate(own?.pem ?? '');
  expect(certificate.subjectAltName).toBe('URI:spiffe://cluster.local/ns/shop/sa/seller');
  expect(certificate.verify(new X509Certificate(authority.caPem).publicKey)).toBe(true);
  expect(Date.parse(certificate.validTo) - clock.now()).toBe(24 * hour);
});

it('the certificate stays until half of its time is over', async () => {
  const clock = new ManualClock();
  const certificates = new WorkloadCertificates(authority, clock);
  const [first] = await certificates.of(node);
  await clock.advance(11 * hour);
  expect((await certificates.of(node))[0]).toEqual(first);
  await clock.advance(2 * hour);
  expect((await certificates.of(node))[0]?.pem).not.toBe(first?.pem);
});

it('/certs tells of both, and how long they are good', async () => {
  const clock = new ManualClock();
  const page = certificatesPage(await new WorkloadCertificates(authority, clock).of(node), clock.now());
  expect(page).toMatchObject({
    certificates: [
      {
        ca_cert: [{ path: '<inline>', days_until_expiration: '365', subject_alt_names: [] }],
        cert_chain: [
          {
            days_until_expiration: '1',
            subject_alt_names: [{ uri: 'spiffe://cluster.local/ns/shop/sa/seller' }],
            valid_from: '2025-04-01T09:58:00.000Z',
            expiration_time: '2025-04-02T10:00:00.000Z',
          },
        ],
      },
    ],
  });
});

it('/config_dump shows certificates, those of a gateway too, and no private key', async () => {
  const config = configOf(meshOf(service('web')), router());
  const secret = {
    name: 'kubernetes://shop-cert',
    tls_certificate: {
      certificate_chain: { inline_string: 'CHAIN' },
      private_key: { inline_string: 'KEY' },
    },
  };
  const certificates = await new WorkloadCertificates(authority, new ManualClock()).of(node);
  const dump = configDump({ ...config, secrets: [secret] }, { certificates, mask: 'dynamic_active_secrets' });
  const bytes = (text: string): object => ({ inline_bytes: Buffer.from(text).toString('base64') });
  const withKey = (chain: string): object => ({
    tls_certificate: { certificate_chain: bytes(chain), private_key: bytes('[redacted]') },
  });
  expect(dump.configs).toMatchObject([
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.SecretsConfigDump',
      dynamic_active_secrets: [
        { name: 'default', secret: { name: 'default', ...withKey(certificates[0]?.pem ?? '') } },
        { name: 'ROOTCA', secret: { validation_context: { trusted_ca: bytes(authority.caPem) } } },
        { name: 'kubernetes://shop-cert', secret: withKey('CHAIN') },
      ],
    },
  ]);
  expect(JSON.stringify(dump)).not.toContain(Buffer.from('KEY').toString('base64'));
});
