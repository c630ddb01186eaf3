import { parseGoDuration } from '../go-duration.ts';

/**
 * Why istiod cannot even read a spec: one of the two durations that no rule of the schemas looks at is not one.
 * Undefined when it can.
 */
export function decodingMistake(spec: unknown, parent = ''): string | undefined {
  if (typeof spec !== 'object' || spec === null) return undefined;
  for (const [name, value] of Object.entries(spec)) {
    const isDuration = unchecked.has(`${parent}.${name}`) && typeof value === 'string';
    const mistake = isDuration ? durationMistake(value) : decodingMistake(value, name);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

const unchecked = new Set(['tcp.idleTimeout', 'httpCookie.ttl']);

function durationMistake(text: string): string | undefined {
  if (parseGoDuration(text) !== undefined) return undefined;
  const why = /^[+-]?\d+\.?\d*$/.test(text) ? 'missing unit in' : 'invalid';
  return `bad Duration: time: ${why} duration ${JSON.stringify(text)}`;
}
