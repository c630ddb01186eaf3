// How property tests choose their cases. In the gate they are the same in every run, so that red means something
// changed; `EXPLORE=50 npm run vitest` tries fifty times as many, which nobody has seen before.

import { configureGlobal } from 'fast-check';

const explore = Number(process.env['EXPLORE'] ?? '0');

configureGlobal(explore === 0 ? { seed: 20_250_401 } : { numRuns: 100 * explore });

/** Of a property that the gate tries `count` times. */
export const runs = (count: number): number => count * Math.max(1, explore);
