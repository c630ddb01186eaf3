import type { Duration } from '../envoy/values.ts';

const unitsInNanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Go's notation (`1m30s`, `500ms`, as Istio's resources have it) in protobuf JSON's: whole seconds, or 3, 6 or 9 decimals. */
export function durationOf(text: string): Duration {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/gu)) {
    total += Number(amount) * (unitsInNanoseconds[unit ?? ''] ?? 0);
  }
  const nanoseconds = Math.round(total);
  const digits = String(nanoseconds % 1e9).padStart(9, '0');
  const fraction = digits.replace(/(?:000)+$/u, '');
  return `${Math.floor(nanoseconds / 1e9)}${fraction === '' ? '' : `.${fraction}`}s`;
}

/** Whole seconds, as CORS' max-age has them. */
export const secondsOf = (text: string): string => durationOf(text).replace(/(?:\.\d+)?s$/u, '');
