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
}

const quick: Partial<OutlierDetection> = {
  interval: '0.2s',
  base_ejection_time: '0.3s',
  max_ejection_percent: 100,
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
  /** Of all answers, in percent. */
  readonly bad: number;
  readonly unhealthy: number;
}

/** What becomes of a request every 80 ms. */
async function course(name: string, side: keyof Outcome): Promise<Course> {
  const answers: { readonly at: number; readonly status: string; readonly body: string }[] = [];
  const end = performance.now() + 13_000;
  while (performance.now() < end) {
    const { line, body } = await duel.ask(side, request(name));
    answers.push({ at: performance.now(), status: line, body });
    await sleep(80);
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
  const percent = (count: number): number => Math.round((count * 100) / answers.length);
  return {
    bursts: bursts.map(({ size }) => size),
    awayMs: one !== undefined && two !== undefined ? two.first - one.last : undefined,
    bad: percent(bad.length),
    unhealthy: percent(unhealthy.length),
  };
}

/** What is not the same, as far as the machine's own pace does not decide it. */
function differs(hosts: readonly string[], ours: Course, envoy: Course): boolean {
  if (Math.abs(ours.bad - envoy.bad) >= 25 || Math.abs(ours.unhealthy - envoy.unhealthy) >= 25) return true;
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
    Object.entries(detections).map(async ([name, { hosts }]) => {
      const [ours, envoy] = await Promise.all([course(name, 'ours'), course(name, 'envoy')]);
      return { name, hosts, ours, envoy };
    }),
  );
  expect(pairs.filter(({ hosts, ours, envoy }) => differs(hosts, ours, envoy))).toEqual([]);
}, 60_000);
