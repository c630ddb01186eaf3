/**
 * Nanoseconds of a duration as Go writes it (`1h30m`, `1.5s`, `-250ms`, `0`); undefined when it is not one.
 * Source: Go, time.ParseDuration.
 */
export function parseGoDuration(text: string): number | undefined {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return undefined;
  let total = 0;
  for (const [, amount = '', unit = ''] of body.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    total += Number(amount) * (nanoseconds[unit] ?? 0);
  }
  const rounded = Math.trunc(total);
  return sign === '-' ? -rounded : rounded;
}

const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
