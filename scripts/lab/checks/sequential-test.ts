// Wald's sequential probability ratio test: samples are taken until the question is decided, never until it is green.
// A. Wald, "Sequential Tests of Statistical Hypotheses" (1945): with the limits ln(β/(1−α)) and ln((1−β)/α) the
// probability of a false alarm is at most α and that of a miss at most β (up to the overshoot, which is on our side).

/**
 * Probability of calling a true claim false: one in a million. All labs together ask about chance a dozen times, and CI
 * runs them again and again. A true claim is accepted after as many samples whatever this limit is; a false one costs
 * about twice those of a limit of 0.1 %.
 */
export const falseAlarm = 0.000001;
/** Probability of calling a claim true that is off by `delta`: 1 %. */
export const miss = 0.01;

export type Verdict = 'undecided' | 'true' | 'false';

/** Which side of the claimed share counts as wrong. */
export type Sides = 'both' | 'below' | 'above';

export interface ShareClaim {
  /** Claimed probability of a hit, 0…1. */
  readonly share: number;
  /** How far off is wrong, 0…1. */
  readonly delta: number;
  readonly sides: Sides;
  /** Error limit for false alarms of this claim; several claims on one sample divide it. @default falseAlarm */
  readonly alpha?: number;
  /** Error limit for misses; several samples for one claim divide it. @default miss */
  readonly beta?: number;
}

/** A test of one claimed share. Feed it every sample; its verdict, once given, stays. */
export interface ShareTest {
  readonly samples: number;
  readonly hits: number;
  readonly verdict: Verdict;
  add(hit: boolean): void;
}

/** @throws RangeError for a share outside 0…1 or a delta outside (0, 1) */
export function shareTest({ share, delta, sides, alpha = falseAlarm, beta = miss }: ShareClaim): ShareTest {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`share must be from 0 to 1, got ${share}`);
  if (!(delta > 0 && delta < 1)) throw new RangeError(`delta must be between 0 and 1, got ${delta}`);
  const alternatives = [
    ...(sides === 'above' || share === 0 ? [] : [Math.max(0, share - delta)]),
    ...(sides === 'below' || share === 1 ? [] : [Math.min(1, share + delta)]),
  ];
  const limits = { alpha: alpha / alternatives.length, beta };
  const ratios = alternatives.map((alternative) => ratioTest(share, alternative, limits));
  let samples = 0;
  let hits = 0;
  let verdict: Verdict = 'undecided';
  return {
    get samples() {
      return samples;
    },
    get hits() {
      return hits;
    },
    get verdict() {
      return verdict;
    },
    add(hit) {
      if (verdict !== 'undecided') return;
      samples += 1;
      if (hit) hits += 1;
      for (const ratio of ratios) ratio.add(hit);
      if (ratios.some((ratio) => ratio.verdict === 'false')) verdict = 'false';
      else if (ratios.every((ratio) => ratio.verdict === 'true')) verdict = 'true';
    },
  };
}

/** The test of a share against one alternative. */
function ratioTest(
  share: number,
  alternative: number,
  { alpha, beta }: Required<Pick<ShareClaim, 'alpha' | 'beta'>>,
): { readonly verdict: Verdict; add(hit: boolean): void } {
  const accept = Math.log(beta / (1 - alpha));
  const reject = Math.log((1 - beta) / alpha);
  const onHit = Math.log(alternative / share);
  const onMiss = Math.log((1 - alternative) / (1 - share));
  let evidence = 0;
  let verdict: Verdict = 'undecided';
  return {
    get verdict() {
      return verdict;
    },
    add(hit) {
      if (verdict !== 'undecided') return;
      evidence += hit ? onHit : onMiss;
      if (evidence >= reject) verdict = 'false';
      else if (evidence <= accept) verdict = 'true';
    },
  };
}

/** How many samples it takes on average to call a claim true that is exactly true (Wald, 3:57). */
export function requestsNeeded(share: number, delta: number): number {
  const nearest = [share - delta, share + delta].filter((other) => other > 0 && other < 1);
  return Math.max(
    0,
    ...nearest.map((other) => {
      const each =
        share * Math.log(other / share || 1) + (1 - share) * Math.log((1 - other) / (1 - share) || 1);
      return Math.log(miss / (1 - falseAlarm)) / each;
    }),
  );
}

/** A test of how values are distributed over named shares. */
export interface SplitTest {
  readonly samples: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly verdict: Verdict;
  /** A value outside the claimed names decides at once. */
  add(value: string): void;
}

/** Every share is tested on both sides; together they keep the error limits. */
export function splitTest(shares: ReadonlyMap<string, number>, delta: number, beta = miss): SplitTest {
  // With two shares the second follows from the first.
  const tested = shares.size === 2 ? [...shares].slice(0, 1) : [...shares];
  const alpha = falseAlarm / tested.length;
  const tests = tested.map(
    ([name, share]) => [name, shareTest({ share, delta, sides: 'both', alpha, beta })] as const,
  );
  const counts = new Map([...shares.keys()].map((name) => [name, 0]));
  let samples = 0;
  let verdict: Verdict = 'undecided';
  return {
    get samples() {
      return samples;
    },
    counts,
    get verdict() {
      return verdict;
    },
    add(value) {
      if (verdict !== 'undecided') return;
      samples += 1;
      counts.set(value, (counts.get(value) ?? 0) + 1);
      for (const [name, test] of tests) test.add(name === value);
      if (!shares.has(value) || tests.some(([, test]) => test.verdict === 'false')) verdict = 'false';
      else if (tests.every(([, test]) => test.verdict === 'true')) verdict = 'true';
    },
  };
}
