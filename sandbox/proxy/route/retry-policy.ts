// envoy.config.route.v3.RetryPolicy: what is worth another try (Envoy RetryStateImpl).

import { grpcStatusOfWord, isRetryWord } from '../../envoy/retry-on.ts';
import type { RetryPolicy } from '../../envoy/route.ts';
import type { Headers } from '../http1/headers.ts';
import { ConfigError } from '../config-error.ts';
import { milliseconds } from '../values.ts';
import type { ResetReason } from '../upstream/reset-reason.ts';

export interface Retries {
  /** Further tries after the first. */
  readonly limit: number;
  /** 0: none. */
  readonly perTryTimeoutMs: number;
  readonly baseMs: number;
  readonly maxMs: number;
  /** How often another host is picked when the load balancer names one that was tried already; 0: not at all. */
  readonly avoidPreviousHosts: number;
  retriesResponse(status: number, headers: Headers): boolean;
  /** @param started the request had been sent, at least in part */
  retriesReset(reason: ResetReason, started: boolean): boolean;
}

/** @throws ConfigError */
export function retryPolicy(policy: RetryPolicy, field: string): Retries {
  const given = policy.retry_on.split(',').filter((word) => word !== '');
  for (const word of given) {
    if (!isRetryWord(word)) {
      throw new ConfigError(`${field}.retry_on`, `"${word}" is not a condition to retry on`);
    }
  }
  const on = new Set(given);
  const grpc = new Set(given.map(grpcStatusOfWord).filter((status) => status !== undefined));
  const codes = new Set(on.has('retriable-status-codes') ? policy.retriable_status_codes : []);
  const backOff = policy.retry_back_off;
  const baseMs = backOff === undefined ? 25 : milliseconds(backOff.base_interval, `${field}.retry_back_off`);
  return {
    limit: policy.num_retries ?? 1,
    perTryTimeoutMs:
      policy.per_try_timeout === undefined
        ? 0
        : milliseconds(policy.per_try_timeout, `${field}.per_try_timeout`),
    baseMs,
    maxMs:
      backOff?.max_interval === undefined
        ? baseMs * 10
        : milliseconds(backOff.max_interval, `${field}.retry_back_off.max_interval`),
    avoidPreviousHosts: previousHosts(policy),
    retriesResponse: (status, headers) => {
      // `retriable-headers` needs a list of headers, which Istio never sends: on its own it matches nothing.
      if (headers.has('x-envoy-overloaded')) return false;
      if (headers.has('x-envoy-ratelimited')) return on.has('envoy-ratelimited');
      if (on.has('5xx') && status >= 500) return true;
      if (on.has('gateway-error') && status >= 502 && status <= 504) return true;
      if (on.has('retriable-4xx') && status === 409) return true;
      return codes.has(status) || (grpc.size > 0 && grpc.has(headers.get('grpc-status') ?? ''));
    },
    retriesReset: (reason, started) => {
      if (reason === 'overflow') return false;
      if (on.has('reset') || on.has('5xx') || on.has('gateway-error')) return true;
      if (on.has('reset-before-request') && !started) return true;
      return on.has('connect-failure') && connectFailures.has(reason);
    },
  };
}

const connectFailures: ReadonlySet<ResetReason> = new Set([
  'remote connection failure',
  'connection timeout',
]);

function previousHosts(policy: RetryPolicy): number {
  if (policy.retry_host_predicate === undefined || policy.retry_host_predicate.length === 0) return 0;
  return Number(policy.host_selection_retry_max_attempts ?? 1);
}

/** Full jitter below (2^n − 1) × base, n counting retries from 1, and below the maximum (docs: x-envoy-max-retries). */
export function backOffMs({ baseMs, maxMs }: Retries, retry: number, random: () => number): number {
  return Math.min(Math.floor(random() * (2 ** retry - 1) * baseMs), maxMs);
}
