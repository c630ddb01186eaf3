import { createPrivateKey, X509Certificate } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { credentials } from '../../../../sandbox/api/tls/certificates.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const day = 24 * 60 * 60 * 1000;

describe('credentials', () => {
  it('are a server certificate for this machine alone, signed by the CA handed out', async () => {
    const { caPem, certificatePem, keyPem } = await credentials(undefined, new ManualClock());
    const authority = new X509Certificate(caPem);
    const server = new X509Certificate(certificatePem);
    expect(authority.ca).toBe(true);
    expect(server.ca).toBe(false);
    expect(server.verify(authority.publicKey)).toBe(true);
    expect(server.subjectAltName).toBe('IP Address:127.0.0.1, DNS:localhost');
    expect(server.checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
  });

  it('stay the same from start to start, in a file only their owner can read', async () => {
    using folder = temporaryFolder();
    const clock = new ManualClock();
    const first = await credentials(folder.dir, clock);
    expect(await credentials(folder.dir, clock)).toEqual(first);
    expect(statSync(path.join(folder.dir, 'credentials.json')).mode & 0o777).toBe(0o600);
  });

  it('are renewed in the last 30 days, with the same token', async () => {
    using folder = temporaryFolder();
    const clock = new ManualClock();
    const first = await credentials(folder.dir, clock);
    await clock.advance(336 * day);
    const second = await credentials(folder.dir, clock);
    expect(second.token).toBe(first.token);
    expect(Date.parse(new X509Certificate(second.certificatePem).validTo)).toBeGreaterThan(
      clock.now() + 300 * day,
    );
  });

  it('are made anew, with the same token, where the key of their authority was not kept', async () => {
    using folder = temporaryFolder();
    const { caKeyPem: _, ...earlier } = await credentials(undefined, new ManualClock());
    const kept = { notAfter: Number.MAX_SAFE_INTEGER, credentials: earlier };
    writeFileSync(path.join(folder.dir, 'credentials.json'), JSON.stringify(kept));
    const { caPem, caKeyPem, token } = await credentials(folder.dir, new ManualClock());
    expect(new X509Certificate(caPem).checkPrivateKey(createPrivateKey(caKeyPem))).toBe(true);
    expect(token).toBe(earlier.token);
  });

  it('are made anew where the file was cut short', async () => {
    using folder = temporaryFolder();
    writeFileSync(path.join(folder.dir, 'credentials.json'), '{"notAfter":99');
    expect((await credentials(folder.dir, new ManualClock())).token).toHaveLength(43);
  });
});
