// How long a check looks: eventually, consistently, never. Polls fast, with a deadline.

import type { CheckContext, CheckResult, Patience } from './check.ts';
import type { Fields } from './fields.ts';

/** One look at the cluster. */
export interface Observation {
  readonly ok: boolean;
  readonly observed: string;
  readonly expected: string;
  readonly reason?: string;
  readonly hint?: string;
  readonly evidence?: readonly string[];
}

/** All in milliseconds. */
export interface Modality {
  /** Until when it must have become true. */
  readonly withinMs: number;
  /** For how long it must then stay true. */
  readonly holdsMs: number | undefined;
  /** For how long it must not become true. */
  readonly neverMs: number | undefined;
}

export const defaultWithinMs = 30_000;
const soonMs = 5000;
const pollMs = 250;

/** Reads `within`, `holds` and `never`. */
export function readModality(fields: Fields): Modality {
  const modality = {
    withinMs: fields.duration('within') ?? defaultWithinMs,
    holdsMs: fields.duration('holds'),
    neverMs: fields.duration('never'),
  };
  fields.alone('never', ['within', 'holds']);
  return modality;
}

export type Look = (signal: AbortSignal) => Promise<Observation>;

/** Looks as the modality says and returns the last observation, turned round for `never`. */
export async function observe(
  look: Look,
  { withinMs, holdsMs, neverMs }: Modality,
  patience: Patience,
  { signal }: CheckContext,
): Promise<Observation> {
  const mostMs = { within: Number.POSITIVE_INFINITY, soon: soonMs, once: 0 }[patience];
  if (neverMs !== undefined) return neverTrue(look, Math.min(neverMs, mostMs), signal);
  const reached = await untilOk(look, Math.min(withinMs, mostMs), signal);
  if (!reached.ok || holdsMs === undefined || patience === 'once') return reached;
  return staysTrue(look, holdsMs, reached, signal);
}

async function untilOk(look: Look, ms: number, signal: AbortSignal): Promise<Observation> {
  const deadline = Date.now() + ms;
  for (;;) {
    const seen = await look(signal);
    if (seen.ok || Date.now() + pollMs > deadline) return seen;
    await pause(pollMs, signal);
  }
}

async function staysTrue(
  look: Look,
  ms: number,
  first: Observation,
  signal: AbortSignal,
): Promise<Observation> {
  const end = Date.now() + ms;
  let seen = first;
  while (seen.ok && Date.now() < end) {
    await pause(pollMs, signal);
    seen = await look(signal);
  }
  return seen.ok ? seen : { ...seen, reason: `It was true, but did not stay so for ${ms / 1000} s` };
}

async function neverTrue(look: Look, ms: number, signal: AbortSignal): Promise<Observation> {
  const end = Date.now() + ms;
  for (;;) {
    const seen = await look(signal);
    const turned = { ...seen, ok: !seen.ok, expected: `never: ${seen.expected}` };
    if (seen.ok || Date.now() >= end) return turned;
    await pause(pollMs, signal);
  }
}

/** @throws the signal's reason when it comes first */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** The observation as a result, with what every check says of itself. */
export function resultOf(
  title: string,
  command: string,
  startedAt: number,
  { ok, observed, expected, reason, hint, evidence = [] }: Observation,
): CheckResult {
  return {
    status: ok ? 'pass' : 'fail',
    title,
    observed,
    expected,
    ...(ok || reason === undefined ? {} : { reason }),
    ...(ok || hint === undefined ? {} : { hint }),
    evidence,
    command,
    durationMs: Math.round(performance.now() - startedAt),
  };
}
