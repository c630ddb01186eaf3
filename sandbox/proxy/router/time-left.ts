import type { Headers } from '../http1/headers.ts';
import type { Forward } from '../route/route-entry.ts';
import type { HttpStream } from '../stream/stream.ts';

/** Tells the upstream how long this try may take (Envoy FilterUtility::setTimeoutHeaders). @param elapsedMs since the first try */
export function tellTimeLeft(
  headers: Headers,
  { timeoutMs, perTryTimeoutMs }: Pick<Forward, 'timeoutMs' | 'perTryTimeoutMs'>,
  elapsedMs: number,
): void {
  const left = timeoutMs > 0 ? Math.max(0, timeoutMs - elapsedMs) : Number.POSITIVE_INFINITY;
  const expected = Math.min(left, perTryTimeoutMs > 0 ? perTryTimeoutMs : Number.POSITIVE_INFINITY);
  if (Number.isFinite(expected)) headers.set('x-envoy-expected-rq-timeout-ms', String(Math.round(expected)));
}

/** What a further try tells of itself. */
export function announceRetry(stream: HttpStream, forward: Forward, startedAtMs: number): void {
  const { found, info, manager, request } = stream;
  if (found?.countsAttempts === true) request.headers.set('x-envoy-attempt-count', String(info.attempts));
  tellTimeLeft(request.headers, forward, manager.clock.now() - startedAtMs);
}
