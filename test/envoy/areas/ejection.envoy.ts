// Hosts that fail are left out for a while: after how many failures, and for how long.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import type { OutlierDetection } from '../../../sandbox/envoy/config.ts';
import { cluster, endpoints } from '../../sandbox/proxy/support/config.ts';
import { host as virtualHost, httpListener, unlimited } from '../support/config.ts';
import { startDuel, type Case, type Outcome } from '../support/duel.ts';
import { report } from '../support/report.ts';
import { sendable } from '../support/sendable.ts';

/** Hosts whose names begin with "bad" answer 503, and nobody listens on "dead". */
interface Detection {
  readonly hosts: readonly string[];
  readonly detection: Partial<OutlierDetection>;
  readonly panic?: number;
  /** Between two requests. @default 80 */
  readonly everyMs?: number;
}

const quick: Partial<OutlierDetection> = {
  interval: '0.2s',
  base_ejection_time: '0.3s',
  max_ejection_percent: 100,
};
/**
 * Long beside the second for which a cluster gathers changes in health: an ejection that ends within it may never be
 * seen, or be seen for a second, as the beats of the two clocks fall. Odd beside it, too, so that no beat of the
 * interval falls on its end.
 */
const lasting: Partial<OutlierDetection> = {
  interval: '0.7s',
  base_ejection_time: '4s',
  max_ejection_percent: 100,
  consecutive_5xx: 1,
};
const detections: Readonly<Record<string, Detection>> = {
  defaults: { hosts: ['bad1', 'a'], detection: { interval: '0.5s', base_ejection_time: '4s' } },
  'ten percent of three': { hosts: ['bad1', 'a', 'b'], detection: { ...quick, max_ejection_percent: 10 } },
  'a third of three': { hosts: ['bad1', 'bad2', 'a'], detection: { ...quick, max_ejection_percent: 34 } },
  'half of two': { hosts: ['bad1', 'bad2'], detection: { ...quick, max_ejection_percent: 50 }, panic: 0 },
  'after two': { hosts: ['bad1', 'a'], detection: { ...quick, consecutive_5xx: 2 } },
  'after one of three': { hosts: ['bad1', 'a', 'b'], detection: { ...quick, consecutive_5xx: 1 } },
  never: { hosts: ['bad1', 'a'], detection: { ...quick, consecutive_5xx: 0 } },
  'not enforced': {
    hosts: ['bad1', 'a'],
    detection: { ...quick, consecutive_5xx: 2, enforcing_consecutive_5xx: 0 },
  },
  'gateway errors': {
    hosts: ['bad1', 'a'],
    detection: {
      ...quick,
      consecutive_5xx: 0,
      consecutive_gateway_failure: 3,
      enforcing_consecutive_gateway_failure: 100,
    },
  },
  'gateway errors not enforced': {
    hosts: ['bad1', 'a'],
    detection: { ...quick, consecutive_5xx: 0, consecutive_gateway_failure: 1 },
  },
  'nobody listens': { hosts: ['dead', 'a'], detection: { ...quick, consecutive_5xx: 3 } },
  'nobody listens, split': {
    hosts: ['dead', 'a'],
    detection: {
      ...quick,
      consecutive_5xx: 1,
      split_external_local_origin_errors: true,
      consecutive_local_origin_failure: 2,
    },
  },
  'bad, split': {
    hosts: ['bad1', 'a'],
    detection: { ...quick, consecutive_5xx: 2, split_external_local_origin_errors: true },
  },
  'all bad, panic': { hosts: ['bad1', 'bad2'], detection: { ...quick, consecutive_5xx: 2 } },
  'all bad, no panic': { hosts: ['bad1', 'bad2'], detection: lasting, panic: 0, everyMs: 10 },
  'the only one, no panic': { hosts: ['bad1'], detection: lasting, panic: 0, everyMs: 10 },
  'nobody listens at all, no panic': { hosts: ['dead'], detection: lasting, panic: 0, everyMs: 10 },
  'most bad, panic at 34': {
    hosts: ['bad1', 'bad2', 'a'],
    detection: { ...quick, consecutive_5xx: 1 },
    panic: 34,
  },
};

const duel = await startDuel(
  (port) => ({
    listeners: [
      httpListener(
        'sidecar',
        80,
        Object.keys(detections).map((name, at) =>
          virtualHost(
            name,
            [`c${at}.test`],
            [{ match: { prefix: '/' }, route: { cluster: name, timeout: '0s' } }],
          ),
        ),
      ),
    ],
    routes: [],
    clusters: Object.entries(detections).map(([name, { detection, panic }]) =>
      cluster(name, {
        circuit_breakers: unlimited,
        outlier_detection: detection,
        ...(panic !== undefined && { common_lb_config: { healthy_panic_threshold: { value: panic } } }),
      }),
    ),
    endpoints: Object.entries(detections).map(([name, { hosts }]) => endpoints(name, hosts.map(port))),
  }),
  ['a', 'b', 'bad1', 'bad2'],
);
afterAll(async () => {
  report('ejection', duel);
  await duel[Symbol.asyncDispose]();
});

let sent = 0;
function request(name: string): Case {
  sent += 1;
  return sendable({ id: `e${sent}`, host: `c${Object.keys(detections).indexOf(name)}.test` });
}

interface Course {
  /** Answers of a bad host that followed each other closely: what it takes to be ejected. */
  readonly bursts: readonly number[];
  /** Milliseconds between the first burst and the second. */
  readonly awayMs: number | undefined;
  /** In percent of the time. */
  readonly bad: number;
  readonly unhealthy: number;
}

/** What becomes of a request every few milliseconds. */
async function course(name: string, side: keyof Outcome): Promise<Course> {
  const answers: { index: number; at: number; status: string; body: string }[] = [];
  const begin = performance.now();
  const end = begin + 13_000;
  while (performance.now() < end) {
    const { line, body } = await duel.ask(side, request(name));
    answers.push({ index: answers.length, at: performance.now(), status: line, body });
    await sleep(detections[name]?.everyMs ?? 80);
  }
  duel.compared += answers.length;
  const unhealthy = answers.filter(({ body }) => body === 'no healthy upstream');
  const bad = answers.filter((each) => each.status.includes(' 503 ') && !unhealthy.includes(each));
  const bursts: { size: number; first: number; last: number }[] = [];
  for (const { at } of bad) {
    const burst = bursts.at(-1);
    if (burst === undefined || at - burst.last > 2500) bursts.push({ size: 1, first: at, last: at });
    else Object.assign(burst, { size: burst.size + 1, last: at });
  }
  const [one, two] = bursts;
  /** Of the time, because a busy machine asks less often at times. */
  const percent = (some: typeof answers): number => {
    const times = some.map((each) => (answers[each.index + 1]?.at ?? end) - each.at);
    return Math.round((times.reduce((sum, ms) => sum + ms, 0) * 100) / (end - begin));
  };
  return {
    bursts: bursts.map(({ size }) => size),
    awayMs: one !== undefined && two !== undefined ? two.first - one.last : undefined,
    bad: percent(bad),
    unhealthy: percent(unhealthy),
  };
}

/** What is not the same, as far as the machine's own pace does not decide it. */
function differs({ hosts, everyMs }: Detection, ours: Course, envoy: Course): boolean {
  // Those who ask often see more exactly.
  const tolerance = everyMs === undefined ? 25 : 12;
  if (Math.abs(ours.bad - envoy.bad) >= tolerance) return true;
  if (Math.abs(ours.unhealthy - envoy.unhealthy) >= tolerance) return true;
  // With two bad hosts the second's turn depends on how many requests fit into a second, and so does the end of a
  // second burst, which begins with an update of its own.
  if (hosts.filter((name) => name !== 'a' && name !== 'b').length > 1) return false;
  if (ours.bursts.length === 1 || envoy.bursts.length === 1)
    return ours.bursts.length !== envoy.bursts.length;
  return ours.bursts[0] !== envoy.bursts[0] || Math.abs((ours.awayMs ?? 0) - (envoy.awayMs ?? 0)) > 1500;
}

it('ejects hosts after as many failures, and takes them back as late', async () => {
  // In the second after its endpoints have come, a cluster takes up no change in health.
  await sleep(1500);
  const pairs = await Promise.all(
    Object.entries(detections).map(async ([name, detection]) => {
      const [ours, envoy] = await Promise.all([course(name, 'ours'), course(name, 'envoy')]);
      return { name, detection, ours, envoy };
    }),
  );
  expect(pairs.filter(({ detection, ours, envoy }) => differs(detection, ours, envoy))).toEqual([]);
}, 60_000);
