// The rhythm of one probe: when it is asked, and how many answers make a verdict.

import type { Probe } from 'kubernetes-types/core/v1.js';
import type { Clock, Timer } from '../../clock/clock.ts';

/** Resolves with undefined for success, else with what went wrong. */
export type Ask = (signal: AbortSignal) => Promise<string | undefined>;

export interface ProbeListener {
  /** `successThreshold` successes in a row. */
  up(): void;
  /** Every counted failure. */
  failed(message: string): void;
  /** `failureThreshold` failures in a row; again with each further one. */
  down(): void;
}

/** First pause of the early tries; doubled with each. */
const earlyMs = 5;

/**
 * Asks at once (after `initialDelaySeconds`), then every `periodSeconds`. With `eager`, failures of the first period
 * are not counted and tried again soon: what starts within milliseconds is seen within milliseconds.
 * Returns the function that ends it.
 */
export function startProbe(
  probe: Probe,
  clock: Clock,
  eager: boolean,
  ask: Ask,
  listener: ProbeListener,
): () => void {
  const periodMs = (probe.periodSeconds ?? 10) * 1000;
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  const { successThreshold = 1, failureThreshold = 3 } = probe;
  const stopped = new AbortController();
  let timer: Timer | undefined;
  let successes = 0;
  let failures = 0;
  let pause = earlyMs;
  let early = eager;
  let first = 0;

  const schedule = (ms: number): void => {
    timer = clock.after(ms, () => void turn());
  };

  const turn = async (): Promise<void> => {
    const message = await withTimeout(clock, timeoutMs, stopped.signal, ask);
    if (stopped.signal.aborted) return;
    if (message === undefined) {
      successes += 1;
      failures = 0;
      early = false;
      if (successes >= successThreshold) listener.up();
    } else if (early && clock.now() + pause < first + periodMs) {
      schedule(pause);
      pause *= 2;
      return;
    } else {
      early = false;
      successes = 0;
      failures += 1;
      listener.failed(message);
      if (failures >= failureThreshold) listener.down();
    }
    if (!stopped.signal.aborted) schedule(periodMs);
  };

  const delayMs = (probe.initialDelaySeconds ?? 0) * 1000;
  first = clock.now() + delayMs;
  if (delayMs > 0) schedule(delayMs);
  else void turn();
  return () => {
    stopped.abort();
    timer?.clear();
  };
}

async function withTimeout(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
  ask: Ask,
): Promise<string | undefined> {
  const attempt = new AbortController();
  const giveUp = (): void => attempt.abort();
  outer.addEventListener('abort', giveUp, { once: true });
  let timer: Timer | undefined;
  const late = new Promise<string>((resolve) => {
    timer = clock.after(ms, () => resolve('context deadline exceeded'));
    attempt.signal.addEventListener('abort', () => resolve('context canceled'), { once: true });
  });
  try {
    return await Promise.race([ask(attempt.signal), late]);
  } finally {
    timer?.clear();
    outer.removeEventListener('abort', giveUp);
    attempt.abort();
  }
}
