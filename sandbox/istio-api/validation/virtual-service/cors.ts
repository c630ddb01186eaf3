import type { Findings } from '../findings.ts';
import { parseGoDuration } from '../../go-duration.ts';
import { corsNameMistake } from '../headers.ts';
import type { Message } from '../message.ts';
import { regexMatchMistake } from '../string-match.ts';
import { durationMistake } from '../values.ts';

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE']);

export function corsPolicy(findings: Findings, policy: Message | undefined): void {
  if (policy === undefined) return;
  findings.error(
    ...policy.list('allowOrigins').map(originMistake),
    ...policy
      .texts('allowMethods')
      .map((method) =>
        methods.has(method) ? undefined : `${JSON.stringify(method)} is not a supported HTTP method`,
      ),
    ...policy.texts('allowHeaders').map(corsNameMistake),
    ...policy.texts('exposeHeaders').map(corsNameMistake),
    durationMistake(policy, 'maxAge'),
  );
  if ((parseGoDuration(policy.text('maxAge')) ?? 0) % 1e9 > 0) {
    findings.listed('max_age duration is accurate only to seconds precision');
  }
}

function originMistake(origin: Message): string | undefined {
  const text = ['exact', 'prefix', 'regex'].map((field) => origin.text(field)).find((each) => each !== '');
  return text === undefined
    ? "'' is not a valid match type for CORS allow origins"
    : regexMatchMistake(origin, 'corsPolicy.allowOrigins');
}
