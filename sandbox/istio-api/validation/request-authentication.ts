import type { Findings } from './findings.ts';
import { strictNameMistake } from './headers.ts';
import { jwksMistake } from './jwks.ts';
import type { Message } from './message.ts';
import { policyTargets } from './policy-targets.ts';
import { durationMistake } from './values.ts';

export function requestAuthentication(findings: Findings, spec: Message): void {
  policyTargets(findings, spec);
  for (const rule of spec.list('jwtRules')) jwtRule(findings, rule);
}

function jwtRule(findings: Findings, rule: Message): void {
  const uri = rule.text('jwksUri') || rule.text('jwks_uri');
  const jwks = rule.text('jwks');
  findings.listed(
    rule.text('issuer') === '' ? 'issuer must be set' : undefined,
    ...rule
      .texts('audiences')
      .map((audience) => (audience === '' ? 'audience must be non-empty string' : undefined)),
    uri === '' ? undefined : jwksUriMistake(uri),
    jwks === '' ? undefined : jwksMistake(jwks),
    ...rule
      .list('fromHeaders')
      .map((header) =>
        header.text('name') === '' ? 'location header name must be non-empty string' : undefined,
      ),
    ...rule
      .texts('fromParams')
      .map((name) => (name === '' ? 'location query must be non-empty string' : undefined)),
    ...rule
      .texts('fromCookies')
      .map((name) => (name === '' ? 'cookie name must be non-empty string' : undefined)),
    ...rule.list('outputClaimToHeaders').map(outputMistake),
    durationMistake(rule, 'timeout'),
  );
}

function jwksUriMistake(uri: string): string | undefined {
  const [, scheme = ''] = /^([a-z][a-z0-9+.-]*):/i.exec(uri) ?? [];
  return ['http', 'https'].includes(scheme.toLowerCase())
    ? undefined
    : `URI scheme ${JSON.stringify(scheme.toLowerCase())} is not supported`;
}

function outputMistake(output: Message): string | undefined {
  const header = output.text('header');
  return output.text('claim') === '' || header === ''
    ? 'outputClaimToHeaders header and claim value must be non-empty string'
    : strictNameMistake(header);
}
