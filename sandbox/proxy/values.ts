// Envoy's value types, read once when configuration is compiled.

import type { Random } from '../clock/clock.ts';
import type { FractionalPercent, RuntimeFractionalPercent } from '../envoy/values.ts';
import { ConfigError } from './config-error.ts';

/** Protobuf JSON duration to milliseconds. @throws ConfigError */
export function milliseconds(duration: string, field: string): number {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(duration)?.[1];
  if (seconds === undefined) throw new ConfigError(field, `"${duration}" is not a duration such as "0.25s"`);
  return Number(seconds) * 1000;
}

/** As a number in [0, 1]. */
export function fraction({ numerator = 0, denominator = 'HUNDRED' }: FractionalPercent): number {
  return numerator / denominators[denominator];
}

const denominators = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 } as const;

/** True for this share of calls; draws only when chance decides. */
export function happens(share: number, random: Random): boolean {
  return share >= 1 || (share > 0 && random() < share);
}

/** Absent is always. */
export function runtimeFraction(percent: RuntimeFractionalPercent | undefined): number {
  return percent === undefined ? 1 : fraction(percent.default_value);
}

/** Configured text as the Latin-1 string whose bytes are its UTF-8, which is how heads are written. */
export function wireText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
