import { parseGoDuration } from '../go-duration.ts';
import type { Findings } from './findings.ts';
import { loadBalancer } from './load-balancer.ts';
import type { Message } from './message.ts';
import { fqdnMistake } from './names.ts';
import { addressMistake, durationMistake, percentMistake, portMistake } from './values.ts';

const groups = ['outlierDetection', 'connectionPool', 'loadBalancer', 'tls'];

export function trafficPolicy(findings: Findings, policy: Message | undefined): void {
  if (policy === undefined) return;
  const fields = [...groups, 'portLevelSettings', 'tunnel', 'proxyProtocol'];
  if (!fields.some((field) => policy.has(field))) {
    findings.error('traffic policy must have at least one field');
    return;
  }
  if (policy.has('tunnel') && policy.has('proxyProtocol')) {
    findings.error('tunnel and proxyProtocol must not be set together');
    return;
  }
  policyGroups(findings, policy);
  for (const port of policy.list('portLevelSettings')) {
    if (!port.has('port')) findings.error('portTrafficPolicy must have valid port');
    if (groups.some((field) => port.has(field))) findings.quietly(() => policyGroups(findings, port));
    else findings.error('port traffic policy must have at least one field');
  }
  tunnel(findings, policy.child('tunnel'));
}

function policyGroups(findings: Findings, policy: Message): void {
  const outlier = policy.child('outlierDetection');
  outlierDetection(findings, outlier);
  connectionPool(findings, policy.child('connectionPool'));
  loadBalancer(findings, policy.child('loadBalancer'), outlier !== undefined);
  clientTls(findings, policy.child('tls'));
}

function outlierDetection(findings: Findings, outlier: Message | undefined): void {
  if (outlier === undefined) return;
  findings.error(durationMistake(outlier, 'baseEjectionTime'));
  if (outlier.number('consecutiveErrors') !== 0) {
    findings.warn(
      'outlier detection consecutive errors is deprecated, use consecutiveGatewayErrors or consecutive5xxErrors instead',
    );
  }
  if (
    !outlier.flag('splitExternalLocalOriginErrors') &&
    outlier.number('consecutiveLocalOriginFailures') > 0
  ) {
    findings.error(
      'outlier detection consecutive local origin failures is specified, but split external local origin errors is set to false',
    );
  }
  findings.error(
    durationMistake(outlier, 'interval'),
    percentMistake(outlier.number('maxEjectionPercent')),
    percentMistake(outlier.number('minHealthPercent')),
  );
}

const httpCounts = [
  ['http1MaxPendingRequests', 'http1 max pending requests'],
  ['http2MaxRequests', 'http2 max requests'],
  ['maxRequestsPerConnection', 'max requests per connection'],
  ['maxRetries', 'max retries'],
] as const;

const nonNegative = (settings: Message, field: string, called: string): string | undefined =>
  settings.number(field) < 0 ? `${called} must be non-negative` : undefined;

export function connectionPool(findings: Findings, pool: Message | undefined): void {
  if (pool === undefined) return;
  const http = pool.child('http');
  const tcp = pool.child('tcp');
  if (http === undefined && tcp === undefined) {
    findings.error('connection pool must have at least one field');
  }
  if (http !== undefined) {
    findings.error(
      ...httpCounts.map(([field, called]) => nonNegative(http, field, called)),
      durationMistake(http, 'idleTimeout'),
      http.text('h2UpgradePolicy') === 'UPGRADE' && http.flag('useClientProtocol')
        ? 'use client protocol must not be true when H2UpgradePolicy is UPGRADE'
        : undefined,
      nonNegative(http, 'maxConcurrentStreams', 'max concurrent streams'),
    );
  }
  if (tcp === undefined) return;
  const keepalive = tcp.child('tcpKeepalive');
  findings.error(
    nonNegative(tcp, 'maxConnections', 'max connections'),
    durationMistake(tcp, 'connectTimeout'),
    durationMistake(tcp, 'maxConnectionDuration'),
    // 0s turns it off.
    Math.trunc((parseGoDuration(tcp.text('idleTimeout')) ?? 0) / 1e6) === 0
      ? undefined
      : durationMistake(tcp, 'idleTimeout'),
    ...(keepalive === undefined
      ? []
      : [durationMistake(keepalive, 'time'), durationMistake(keepalive, 'interval')]),
  );
}

function clientTls(findings: Findings, tls: Message | undefined): void {
  if (tls === undefined) return;
  const mode = tls.text('mode');
  const hasText = (field: string): boolean => tls.text(field) !== '';
  const unverified = tls.flag('insecureSkipVerify');
  const said = hasText('caCertificates') || tls.has('subjectAltNames');
  if (unverified && mode === 'SIMPLE' && (said || hasText('credentialName'))) {
    findings.error(
      'cannot specify CaCertificates or CredentialName or SubjectAltNames when InsecureSkipVerify is set true',
    );
  }
  if (unverified && mode === 'MUTUAL' && said) {
    findings.error('cannot specify CaCertificates or SubjectAltNames when InsecureSkipVerify is set true');
  }
  if ((mode === 'SIMPLE' || mode === 'MUTUAL') && hasText('credentialName')) {
    if (['clientCertificate', 'caCertificates', 'privateKey', 'caCrl'].some(hasText)) {
      findings.error(
        'cannot specify client certificates or CA certificate or CA CRL If credentialName is set',
      );
    }
  } else if (mode === 'MUTUAL') {
    if (!hasText('clientCertificate')) findings.error('client certificate required for mutual tls');
    if (!hasText('privateKey')) findings.error('private key required for mutual tls');
  }
}

function tunnel(findings: Findings, settings: Message | undefined): void {
  if (settings === undefined) return;
  if (!['', 'CONNECT', 'POST'].includes(settings.text('protocol'))) {
    findings.error('tunnel protocol must be "CONNECT" or "POST"');
  }
  const host = settings.text('targetHost');
  const notName = fqdnMistake(host);
  const notAddress = addressMistake(host);
  if (notName !== undefined && notAddress !== undefined) {
    findings.error(`tunnel target host must be valid FQDN or IP address: ${notName}; ${notAddress}`);
  }
  const notPort = portMistake(settings.number('targetPort'));
  if (notPort !== undefined) findings.error(`tunnel target port is invalid: ${notPort}`);
}
