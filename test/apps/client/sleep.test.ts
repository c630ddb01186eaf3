import { expect, it } from 'vitest';
import { sleepMs } from '../../../apps/client/sleep.ts';

it.each([
  [['sleep', 'infinity'], Infinity],
  [['/bin/sleep', '3650d'], 315_360_000_000],
  [['sleep', '10'], 10_000],
  [['sleep', '0.5'], 500],
  [['sleep', '1m', '30s'], 90_000],
  [['sh', '-c', 'sleep 1h'], 3_600_000],
  [['/bin/sh', '-c', 'exec sleep inf'], Infinity],
  [['/bin/bash', '-c', 'while true; do sleep 5; done'], undefined],
  [['sleep'], undefined],
  [['sleep', 'long'], undefined],
  [['sleep', '-1'], undefined],
  [['curl', 'localhost'], undefined],
  [[], undefined],
])('%j sleeps for %s ms', (words, ms) => {
  expect(sleepMs(words)).toBe(ms);
});
