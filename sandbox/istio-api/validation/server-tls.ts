import type { Findings } from './findings.ts';
import type { Message } from './message.ts';

const certificates = ['serverCertificate', 'privateKey', 'caCertificates', 'credentialName'];

/** TLS as a gateway or a sidecar speaks it to clients. */
export function serverTls(findings: Findings, tls: Message | undefined): void {
  if (tls === undefined) return;
  ciphers(findings, tls);
  // The zero value of protobuf's enum.
  const mode = tls.text('mode') || 'PASSTHROUGH';
  const has = (field: string): boolean => tls.text(field) !== '';
  if (mode === 'ISTIO_MUTUAL') {
    const said = ['server certificate', 'private key', 'CA bundle', 'credentialName'];
    for (const [index, field] of certificates.entries()) {
      if (has(field)) findings.error(`ISTIO_MUTUAL TLS cannot have associated ${said[index] ?? ''}`);
    }
    return;
  }
  if (mode.endsWith('PASSTHROUGH') && ['caCrl', ...certificates].some(has)) {
    findings.warn(`${mode} mode does not use certificates, they will be ignored`);
  }
  const isTerminated = ['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL'].includes(mode);
  if (isTerminated && has('credentialName')) return;
  if (isTerminated) {
    const called = mode === 'SIMPLE' ? 'SIMPLE' : 'MUTUAL';
    if (!has('serverCertificate')) findings.error(`${called} TLS requires a server certificate`);
    if (!has('privateKey')) findings.error(`${called} TLS requires a private key`);
    if (called === 'MUTUAL' && !has('caCertificates')) {
      findings.error('MUTUAL TLS requires a client CA bundle');
    }
  }
  if (!has('caCrl')) return;
  if (has('credentialName')) {
    findings.error('CRL is not supported with credentialName. CRL has to be specified in the credential');
  }
  if (mode === 'SIMPLE') findings.error('CRL is not supported with SIMPLE TLS');
}

function ciphers(findings: Findings, tls: Message): void {
  const suites = tls.texts('cipherSuites');
  if (['TLSV1_0', 'TLSV1_1'].includes(tls.text('minProtocolVersion')) && suites.length === 0) {
    findings.warn(
      'TLS version below TLSV1_2 require setting compatible ciphers as by default they no longer include compatible ciphers.',
    );
  }
  const listed = (names: readonly string[]): string => `[${[...new Set(names)].toSorted().join(' ')}]`;
  const invalid = suites.filter((suite) => !isCipher(suite));
  if (invalid.length > 0) findings.warn(`ignoring invalid cipher suites: ${listed(invalid)}`);
  const duplicate = suites.filter((suite, index) => isCipher(suite) && suites.indexOf(suite) < index);
  if (duplicate.length > 0) findings.warn(`ignoring duplicate cipher suites: ${listed(duplicate)}`);
}

// What begins with neither letter nor digit is an operator of BoringSSL's cipher language.
const isCipher = (suite: string): boolean =>
  suite === '' || suite === 'ALL' || !/^[\p{L}\p{N}]/u.test(suite) || knownCiphers.has(suite);

const knownCiphers = new Set([
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
  'DES-CBC3-SHA',
]);
