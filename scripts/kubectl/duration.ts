// Go's durations: `1h30m`, `170s`, `500ms`.

import { failure } from './failure.ts';

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  us: 0.001,
  ns: 0.000_001,
};
const part = /(\d+(?:\.\d+)?|\.\d+)(ns|us|ms|s|m|h)/g;

/** Milliseconds; negative ones stay so. @throws KubectlError */
export function durationMs(text: string): number {
  if (text === '0') return 0;
  const [, sign = '', amounts = ''] = /^(-?)(.*)$/.exec(text) ?? [];
  if (amounts === '' || amounts.replaceAll(part, '') !== '') {
    throw failure(`time: invalid duration ${JSON.stringify(text)}`);
  }
  const total = [...amounts.matchAll(part)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (units[unit] ?? 0),
    0,
  );
  return sign === '-' ? -total : total;
}
