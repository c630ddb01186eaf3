// `traffic`: many requests, and how their answers are distributed. Decided by a sequential test on the first sample
// there is. Red is sampled again only where what was applied may still be on its way to the proxies.

import { curl, curlCommand, type Answer } from './curl.ts';
import type { Check, CheckContext, Sampling } from './check.ts';
import type { Fields } from './fields.ts';
import { readCall } from './http-call.ts';
import { pause, resultOf, type Observation } from './look.ts';
import { readKey, type AnswerKey } from './answer-key.ts';
import { falseAlarm, miss, requestsNeeded, shareTest, splitTest, type Verdict } from './sequential-test.ts';

/** One claim about the answers, tested answer by answer. */
interface Claim {
  readonly expected: string;
  /** Shares that have weights behind them; statuses have none. */
  readonly shares?: ReadonlyMap<string, number>;
  /** `beta`: the error limit for misses. */
  start(beta: number): ClaimTest;
}

interface ClaimTest {
  readonly verdict: Verdict;
  add(answer: Answer): void;
  /** `47.9 % of 188 requests`. */
  seen(): string;
  parts(): Sampling['parts'];
}

interface Sample {
  readonly test: ClaimTest;
  /** HTTP status → answers; 0: none. */
  readonly statuses: ReadonlyMap<number, number>;
}

/** Of the error limit for misses. The second sample has the rest: it is taken rarely, and may be longer. */
const firstShare = 0.9;

const defaultDelta = 0.1;
const defaultSuccessDelta = 0.04;
const mostRequests = 20_000;

/** Reads the mapping under `traffic:`: one of success, split and latency. */
export function readTrafficCheck(title: string, fields: Fields, outer: Fields): Check {
  const call = readCall(fields);
  const claim = readClaim(fields);
  // More at the same time is more than curl opens.
  const parallel = fields.whole('parallel', { from: 1, to: 300 }) ?? 10;
  return {
    title,
    kind: 'traffic',
    invariant: outer.flag('invariant') ?? false,
    aim: { ...call.aim, ...(claim.shares !== undefined && { shares: claim.shares }) },
    async run(context, patience) {
      const startedAt = performance.now();
      const request = call.atBase(context.portBase);
      const sample = async (beta: number): Promise<Sample> => {
        const test = claim.start(beta);
        const statuses = new Map<number, number>();
        let sent = 0;
        let batch = 50;
        while (test.verdict === 'undecided' && sent < mostRequests) {
          const answers = await curl(request, batch, { env: context.env, signal: context.signal, parallel });
          for (const answer of answers) {
            // The rest has come with the answer that decided, and counts no more.
            if (test.verdict !== 'undecided') break;
            statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
            test.add(answer);
          }
          sent += batch;
          batch = Math.min(batch * 2, 500);
          report(context, test, sent);
        }
        return { test, statuses };
      };
      const { settleMs = 0 } = context;
      let { test, statuses } = await sample(miss * firstShare);
      if (test.verdict !== 'true' && patience !== 'once' && settleMs > 0) {
        await pause(settleMs, context.signal);
        ({ test, statuses } = await sample(miss * (1 - firstShare)));
      }
      const loop = `for i in $(seq 100); do ${curlCommand(request).replace('curl -si', 'curl -s')}; done`;
      return resultOf(title, loop, startedAt, observation(claim, test, statuses));
    },
  };
}

function report({ onProgress }: CheckContext, test: ClaimTest, requests: number): void {
  onProgress?.({ requests, seen: test.seen(), parts: test.parts() });
}

function observation(claim: Claim, test: ClaimTest, statuses: ReadonlyMap<number, number>): Observation {
  const ok = test.verdict === 'true';
  const list = [...statuses]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${count} × ${status === 0 ? 'no answer' : `HTTP ${status}`}`)
    .join(', ');
  // Green is wrong when a false claim was missed; red is wrong when it was a false alarm.
  const error = ok ? miss : falseAlarm;
  return {
    ok,
    observed: `${test.seen()}, error ≤ ${Number((error * 100).toPrecision(1))} %`,
    expected: claim.expected,
    ...(ok
      ? {}
      : {
          reason:
            test.verdict === 'undecided'
              ? `${mostRequests} requests did not decide it`
              : `The answers are not distributed as ${claim.expected}`,
        }),
    evidence: [`answers: ${list}`],
  };
}

function readClaim(fields: Fields): Claim {
  const kind = fields.oneOf(['success', 'split', 'latency']);
  if (kind === 'split') return readSplit(fields);
  return kind === 'latency' ? readLatency(fields) : readSuccess(fields);
}

/** `success: 99%`: at least that share of answers is 2xx or 3xx; `delta` below it is red. */
function readSuccess(fields: Fields): Claim {
  const share = fields.share('success', 'some') ?? 1;
  const delta = readDelta(fields, [share], defaultSuccessDelta);
  return shareClaim(
    ['success', 'failure'],
    `at least ${percent(share)} succeed`,
    share,
    delta,
    ({ status }) => status >= 200 && status < 400,
  );
}

/** `latency: { below: 500ms, share: 95% }` of the requests' own time. */
function readLatency(fields: Fields): Claim {
  const latency = fields.map('latency');
  const below = latency?.requiredDuration('below') ?? 0;
  const share = latency?.share('share', 'some') ?? 0.95;
  latency?.done();
  const delta = readDelta(fields, [share], defaultSuccessDelta);
  return shareClaim(
    ['in time', 'late'],
    `at least ${percent(share)} take less than ${below} ms`,
    share,
    delta,
    ({ status, timeMs }) => status !== 0 && timeMs < below,
  );
}

function shareClaim(
  [hitName, missName]: readonly [string, string],
  expected: string,
  share: number,
  delta: number,
  isHit: (answer: Answer) => boolean,
): Claim {
  return {
    expected: `${expected} (wrong if less than ${percent(Math.max(0, share - delta))})`,
    start: (beta) => {
      const test = shareTest({ share, delta, sides: 'below', beta });
      return {
        get verdict() {
          return test.verdict;
        },
        add: (answer) => test.add(isHit(answer)),
        seen: () => `${percent(test.hits / Math.max(1, test.samples))} of ${counted(test.samples)}`,
        parts: () => {
          const hits = test.hits / Math.max(1, test.samples);
          return [
            { name: hitName, share: hits },
            { name: missName, share: 1 - hits },
          ];
        },
      };
    },
  };
}

/** `split: { v1: 90%, v2: 10% }` of the values that `by` takes from the answers. */
function readSplit(fields: Fields): Claim {
  const shares = fields.shares('split');
  const key: AnswerKey = readKey(fields);
  const delta = readDelta(fields, [...shares.values()], defaultDelta);
  const total = [...shares.values()].reduce((sum, share) => sum + share, 0);
  if (Math.abs(total - 1) > 0.001)
    fields.fail('split', `the shares of split must add up to 100%, got ${percent(total)}`);
  const strange = [...shares.keys()].find((name) => name !== 'none' && !key.gives(name));
  if (strange !== undefined)
    fields.fail('split', `${fields.path}.split names "${strange}", which by takes from no answer`);
  const claimed = [...shares].map(([name, share]) => `${name} ${percent(share)}`).join(', ');
  return {
    expected: `${claimed} (wrong if off by ${percent(delta)})`,
    ...(key.isStatus ? {} : { shares }),
    start: (beta) => {
      const test = splitTest(shares, delta, beta);
      return {
        get verdict() {
          return test.verdict;
        },
        add: (answer) => test.add(key.of(answer)),
        seen: () =>
          `${[...test.counts].map(([name, count]) => `${name}: ${percent(count / Math.max(1, test.samples))}`).join(', ')} of ${counted(test.samples)}`,
        parts: () =>
          Array.from(test.counts, ([name, count]) => ({ name, share: count / Math.max(1, test.samples) })),
      };
    },
  };
}

/** A delta that asks for more requests than a check sends would never be green. */
function readDelta(fields: Fields, shares: readonly number[], usual: number): number {
  const delta = fields.share('delta', 'part') ?? usual;
  const needed = Math.max(...shares.map((share) => requestsNeeded(share, delta)));
  if (needed > mostRequests) {
    const message = `${fields.path}.delta ${percent(delta)} takes some ${Math.round(needed)} requests to be sure of, and a check sends at most ${mostRequests}`;
    fields.fail('delta', message);
  }
  return delta;
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

const counted = (requests: number): string => (requests === 1 ? 'one request' : `${requests} requests`);
