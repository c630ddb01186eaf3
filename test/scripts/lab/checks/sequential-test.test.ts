import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../sandbox/clock/clock.ts';
import { shareTest, splitTest, type Sides } from '../../../../scripts/lab/checks/sequential-test.ts';

const runs = 4000;

/** Share of runs that end with `false`, for hits that come with probability `truth`. */
function rejected(claim: { share: number; delta: number; sides: Sides }, truth: number): number {
  const random = seededRandom(Math.round(claim.share * 1000 + claim.delta * 100 + truth * 10_000));
  let count = 0;
  for (let run = 0; run < runs; run += 1) {
    const test = shareTest(claim);
    while (test.verdict === 'undecided') test.add(random() < truth);
    if (test.verdict === 'false') count += 1;
  }
  return count / runs;
}

// Three standard errors of the simulation above the stated limit.
const noise = (limit: number): number => limit + 3 * Math.sqrt((limit * (1 - limit)) / runs);

describe('a share test keeps its stated error limits', () => {
  it.each([
    [{ share: 0.5, delta: 0.15, sides: 'both' }, 0.5, 0.35],
    [{ share: 0.5, delta: 0.15, sides: 'both' }, 0.5, 0.65],
    [{ share: 0.9, delta: 0.08, sides: 'both' }, 0.9, 0.82],
    [{ share: 0.9, delta: 0.08, sides: 'both' }, 0.9, 0.98],
    [{ share: 0.1, delta: 0.15, sides: 'both' }, 0.1, 0.25],
    [{ share: 0.1, delta: 0.15, sides: 'both' }, 0.1, 0],
    [{ share: 0.99, delta: 0.04, sides: 'below' }, 0.99, 0.95],
    [{ share: 0, delta: 0.01, sides: 'above' }, 0, 0.01],
    [{ share: 1, delta: 0.01, sides: 'below' }, 1, 0.99],
  ] as const)(
    '%o: true is accepted whenever it is looked at, off by delta is caught in 99 %%',
    (claim, truth, wrong) => {
      // A run of the gate looks a dozen times: one false alarm in a thousand would be far too many.
      expect(rejected(claim, truth)).toBe(0);
      expect(1 - rejected(claim, wrong)).toBeLessThanOrEqual(noise(0.01));
    },
  );
});

describe('a split test', () => {
  const sample = (truth: readonly (readonly [string, number])[], random: () => number): string => {
    let left = random();
    for (const [name, share] of truth) {
      left -= share;
      if (left < 0) return name;
    }
    return truth.at(-1)?.[0] ?? '';
  };

  const verdicts = (
    claim: readonly (readonly [string, number])[],
    truth: readonly (readonly [string, number])[],
  ): number => {
    const random = seededRandom(11);
    let wrong = 0;
    for (let run = 0; run < runs / 4; run += 1) {
      const test = splitTest(new Map(claim), 0.12);
      while (test.verdict === 'undecided') test.add(sample(truth, random));
      if (test.verdict === 'false') wrong += 1;
    }
    return wrong / (runs / 4);
  };
  const thirds = [
    ['v1', 1 / 3],
    ['v2', 1 / 3],
    ['v3', 1 / 3],
  ] as const;

  it('accepts three equal shares', () => {
    expect(verdicts(thirds, thirds)).toBe(0);
  });

  it('catches one share that is off by delta', () => {
    const off = [
      ['v1', 1 / 3 + 0.12],
      ['v2', 1 / 3 - 0.06],
      ['v3', 1 / 3 - 0.06],
    ] as const;
    expect(verdicts(thirds, off)).toBeGreaterThanOrEqual(0.98);
  });

  it('decides at once when a value appears that nobody claimed', () => {
    const test = splitTest(new Map([['v1', 1]]), 0.01);
    test.add('v2');
    expect(test.verdict).toBe('false');
  });

  it('keeps its verdict', () => {
    const test = shareTest({ share: 0, delta: 0.5, sides: 'above' });
    test.add(true);
    for (let more = 0; more < 100; more += 1) test.add(false);
    expect([test.verdict, test.samples]).toEqual(['false', 1]);
  });
});

it.each([
  [1.5, 0.1],
  [0.5, 0],
])('refuses share %d with delta %d', (share, delta) => {
  expect(() => shareTest({ share, delta, sides: 'both' })).toThrow(RangeError);
});
