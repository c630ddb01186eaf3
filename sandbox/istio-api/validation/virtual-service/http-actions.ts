// What a rule does besides choosing a destination.

import { STATUS_CODES } from 'node:http';
import { isRetryWord } from '../../../envoy/retry-on.ts';
import type { Findings } from '../findings.ts';
import type { Message } from '../message.ts';
import { regexMistake } from '../string-match.ts';
import { durationMistake, portMistake } from '../values.ts';

export function redirectMistake(redirect: Message | undefined): string | undefined {
  if (redirect === undefined) return undefined;
  const scheme = redirect.text('scheme');
  const hasPort = redirect.has('port') || redirect.has('derivePort');
  if (redirect.text('uri') === '' && redirect.text('authority') === '' && scheme === '' && !hasPort) {
    return 'redirect must specify URI, authority, scheme, or port';
  }
  const code = redirect.number('redirectCode');
  if (code !== 0 && (code < 300 || code > 399)) {
    return `${code} is not a valid redirect code, must be 3xx`;
  }
  if (!['', 'http', 'https'].includes(scheme)) {
    return 'invalid redirect scheme, must be "http" or "https"';
  }
  const port = redirect.number('port');
  return port > 0 ? portMistake(port) : undefined;
}

/** Istio lets 600 pass although its message does not. */
export const statusMistake = (status: number): string | undefined =>
  status < 200 || status > 600 ? `HTTP status ${status} is not in range 200-599` : undefined;

export function directResponse(findings: Findings, response: Message | undefined): void {
  if (response === undefined) return;
  const body = response.child('body');
  const size = body?.has('bytes')
    ? Buffer.from(body.text('bytes'), 'base64').length
    : Buffer.byteLength(body?.text('string') ?? '');
  const text = 'large direct_responses may impact control plane performance';
  if (size > 1024 * 1024) findings.error(`${text}, must be less than 1MB`);
  else if (size > 100 * 1024) findings.warn(text);
  findings.error(statusMistake(response.number('status')));
}

export function retries(findings: Findings, policy: Message | undefined): void {
  if (policy === undefined) return;
  const attempts = policy.number('attempts');
  if (attempts < 0) findings.listed('attempts cannot be negative');
  const isSaid =
    policy.has('perTryTimeout') || policy.text('retryOn') !== '' || policy.has('retryRemoteLocalities');
  if (attempts === 0 && isSaid) {
    findings.error('http retry policy configured when attempts are set to 0 (disabled)');
  }
  findings.error(durationMistake(policy, 'perTryTimeout'));
  const retryOn = policy.text('retryOn');
  for (const word of retryOn === '' ? [] : retryOn.split(',')) {
    if (!isRetryCondition(word)) findings.error(`${JSON.stringify(word)} is not a valid retryOn policy`);
  }
}

// A blank after a comma belongs to the next word, which Istio then does not know.
const isRetryCondition = (word: string): boolean =>
  isRetryWord(word) || (/^[+-]?\d+$/.test(word) && STATUS_CODES[Number(word)] !== undefined);

export function rewriteMistake(rewrite: Message | undefined): string | undefined {
  if (rewrite === undefined) return undefined;
  const uri = rewrite.text('uri');
  const regex = rewrite.child('uriRegexRewrite');
  if (uri !== '' && regex !== undefined) return 'rewrite may only contain one of URI or UriRegexRewrite';
  if (uri === '' && regex === undefined && rewrite.text('authority') === '') {
    return 'rewrite must specify at least one of URI, UriRegexRewrite, or authority. Only one of URI or UriRegexRewrite may be specified';
  }
  if (regex === undefined) return undefined;
  const mistake =
    regex.text('match') === '' || regex.text('rewrite') === ''
      ? 'UriRegexRewrite requires both Rewrite and Match fields to be specified'
      : regexMistake(regex.text('match'), 'HTTPRewrite.UriRegexRewrite.Match');
  return mistake === undefined ? undefined : `UriRegexRewrite has errors\n${mistake}`;
}
