import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DiagnosticsFolder, folderName } from '../../../scripts/diagnostics/folder.ts';
import { presentable, withoutSecrets } from '../../../scripts/diagnostics/without-secrets.ts';

const parent = mkdtempSync(join(tmpdir(), 'mesh-workshop-diagnostics-'));

afterAll(() => rmSync(parent, { recursive: true, force: true }));

describe('the folder', () => {
  it('keeps the end of a log that is too long, and the beginning of everything else', () => {
    const folder = new DiagnosticsFolder(parent, folderName('long', new Date()));
    const long = `begin${'.'.repeat(3 * 2 ** 20)}end`;
    folder.put('logs/a.log', long);
    folder.put('a.yaml', long);
    expect(readFileSync(join(folder.path, 'logs/a.log'), 'utf8')).toMatch(/^\.+end$/);
    expect(readFileSync(join(folder.path, 'a.yaml'), 'utf8')).toMatch(/^begin\.+$/);
    expect(folder.short).toEqual([
      'logs/a.log: 2097152 of 3145736 bytes',
      'a.yaml: 2097152 of 3145736 bytes',
    ]);
  });

  it('takes no more when it is full', () => {
    const folder = new DiagnosticsFolder(parent, folderName('full', new Date()));
    for (let number = 0; number < 20; number += 1) folder.put(`${number}.txt`, '.'.repeat(2 * 2 ** 20));
    expect(existsSync(join(folder.path, '14.txt'))).toBe(true);
    expect(existsSync(join(folder.path, '15.txt'))).toBe(false);
    expect(folder.short).toContain('15.txt: left out, the folder is full');
  });

  it('is for its owner only', () => {
    const folder = new DiagnosticsFolder(parent, folderName('own', new Date()));
    folder.put('deep/a.txt', 'a');
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder.path, 'deep/a.txt')).mode & 0o777).toBe(0o600);
  });

  it('is removed when eight newer ones are there, whatever they are of', () => {
    const own = join(parent, 'many');
    for (let minute = 10; minute < 22; minute += 1) {
      const subject = minute % 2 === 0 ? '01-a' : '02-b';
      new DiagnosticsFolder(own, folderName(subject, new Date(`2026-11-27T18:${minute}:00Z`))).removeOld();
    }
    expect(readdirSync(own).map((name) => name.slice(-10, -8))).toEqual([
      '14',
      '16',
      '18',
      '20',
      '15',
      '17',
      '19',
      '21',
    ]);
  });
});

describe('what is left out', () => {
  const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----';
  it.each([
    ['a private key', `tls:\n${key}\nend`, 'tls:\n(a private key)\nend'],
    ['one that breaks off', key.slice(0, 40), '(a private key)'],
    ['one that is encoded', `key: ${Buffer.from(`${key}\n`).toString('base64')}`, 'key: (a private key)'],
    ['a token', 'token eyJhbGciOiJSUzI1.eyJpc3MiOiJ0ZXN0.c2lnbmF0dXJl!', 'token (a token)!'],
    ['a bearer', 'authorization: Bearer 0123456789abcdef0123', 'authorization: Bearer (a token)'],
    ['a password in an address', 'via http://me:hidden@proxy:3128/', 'via http://(a password)@proxy:3128/'],
    ['a field that is called so', 'password: 0123456789abcdef', 'password: "(left out)"'],
  ])('%s', (_, text, expected) => {
    expect(withoutSecrets(text)).toBe(expected);
  });

  it('nothing of a text that has none', () => {
    const text =
      '-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\nhttp://a:80/@b token: short\n';
    expect(withoutSecrets(text)).toBe(text);
  });

  it('a variable that is called so, and what says everything twice', () => {
    const env = [
      { name: 'DB_PASSWORD', value: 'hidden' },
      { name: 'DB_HOST', value: 'db' },
      { name: 'API_TOKEN', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
    ];
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', kept: 'yes' };
    expect(presentable({ metadata: { managedFields: [], annotations }, spec: { env } })).toEqual({
      metadata: { annotations: { kept: 'yes' } },
      spec: { env: [{ name: 'DB_PASSWORD', value: '(left out)' }, env[1], env[2]] },
    });
  });
});
