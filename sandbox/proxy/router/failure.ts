import { Headers } from '../http1/headers.ts';
import type { ReplyOptions } from '../stream/stream.ts';
import { resetFlags, type ResetReason } from '../upstream/reset-reason.ts';

export interface Failure {
  readonly status: number;
  readonly text: string;
  readonly details: string;
  readonly options: ReplyOptions;
}

/** What the client is told when no try brought a response (facts §8.2). @param attempts tries made */
export function upstreamFailure(
  reason: ResetReason,
  transport: string | undefined,
  attempts: number,
): Failure {
  const because = transport === undefined ? reason : `${reason}|${transport}`;
  const again = attempts > 1 ? 'retried and the latest ' : '';
  const cause = transport === undefined ? '' : `, transport failure reason: ${transport}`;
  return {
    status: reason === 'protocol error' ? 502 : 503,
    text: `upstream connect error or disconnect/reset before headers. ${again}reset reason: ${reason}${cause}`,
    details: `upstream_reset_before_response_started{${because}}`,
    options: {
      flag: resetFlags[reason],
      ...(reason === 'overflow' ? { headers: new Headers(['x-envoy-overloaded', 'true']) } : {}),
    },
  };
}

export const noHealthyUpstream: Failure = {
  status: 503,
  text: 'no healthy upstream',
  details: 'no_healthy_upstream',
  options: { flag: 'UH' },
};

export const requestTimeout: Failure = {
  status: 504,
  text: 'upstream request timeout',
  details: 'response_timeout',
  options: { flag: 'UT' },
};

export const tryTimeout: Failure = { ...requestTimeout, details: 'upstream_per_try_timeout' };
