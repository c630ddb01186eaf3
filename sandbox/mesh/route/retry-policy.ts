import { durationOf } from '../duration.ts';
import { STATUS_CODES } from 'node:http';
import type { RetryPolicy } from '../../envoy/route.ts';
import type { Retries } from '../kube/virtual-service.ts';

/**
 * Istio's policy for outbound routes. Without `retries` it is the mesh's default, which since 1.24 does not retry an
 * answer of 503. `attempts: 0` is none. Routes with a hash policy may try the same host again.
 */
export function retryPolicyOf(retries: Retries | undefined, hashed: boolean): RetryPolicy | undefined {
  if (retries !== undefined && (retries.attempts ?? 0) <= 0) return undefined;
  const { words, codes } = conditions(retries?.retryOn);
  return {
    retry_on: words,
    num_retries: retries?.attempts ?? 2,
    ...(retries?.perTryTimeout !== undefined && { per_try_timeout: durationOf(retries.perTryTimeout) }),
    ...(retries?.retryRemoteLocalities === true && { retry_priority: otherPriorities }),
    ...(!hashed && { retry_host_predicate: [otherHosts] }),
    host_selection_retry_max_attempts: '5',
    ...(codes.length > 0 && { retriable_status_codes: codes }),
  };
}

const otherHosts = {
  name: 'envoy.retry_host_predicates.previous_hosts',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
  },
} as const;

const otherPriorities = {
  name: 'envoy.retry_priorities.previous_priorities',
  typed_config: {
    '@type':
      'type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig',
    update_frequency: 2,
  },
} as const;

const defaultRetryOn = 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes';

/** Status codes among the words of `retryOn` go to their own list. */
function conditions(retryOn = ''): { readonly words: string; readonly codes: readonly number[] } {
  if (retryOn === '') return { words: defaultRetryOn, codes: [] };
  const entries = retryOn
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const isCode = (entry: string): boolean =>
    /^\d+$/u.test(entry) && Object.hasOwn(STATUS_CODES, Number(entry));
  const codes = entries.filter(isCode).map(Number);
  const words = entries.filter((entry) => !isCode(entry)).join(',');
  if (codes.length === 0) return { words, codes };
  const named = words.includes('retriable-status-codes');
  // A list of codes alone starts with a comma in Istio's own output; Envoy ignores the empty word.
  return { words: named ? words : `${words},retriable-status-codes`, codes };
}
