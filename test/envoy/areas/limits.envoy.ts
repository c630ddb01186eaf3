// What a cluster takes, and which of its hosts: circuit breakers, health and panic.

import { afterAll, expect, it } from 'vitest';
import type { CircuitBreakerThresholds, Cluster, LbEndpoint } from '../../../sandbox/envoy/config.ts';
import { cluster, endpoints } from '../../sandbox/proxy/support/config.ts';
import { host as virtualHost, httpListener } from '../support/config.ts';
import { startDuel, type Case, type Outcome } from '../support/duel.ts';
import type { Facts } from '../support/facts.ts';
import { report } from '../support/report.ts';
import { sendable } from '../support/sendable.ts';

const most = 4_294_967_295;
const thresholds = (
  max_connections: number,
  max_pending_requests: number,
  max_requests = most,
  max_retries = most,
): CircuitBreakerThresholds => ({ max_connections, max_pending_requests, max_requests, max_retries });

const breakers: Readonly<Record<string, CircuitBreakerThresholds>> = {
  'c1-p1': thresholds(1, 1),
  'c1-p2': thresholds(1, 2),
  'c2-p1': thresholds(2, 1),
  'c2-p3': thresholds(2, 3),
  'c3-p0': thresholds(3, 0),
  'c0-p5': thresholds(0, 5),
  r1: thresholds(most, most, 1),
  r2: thresholds(most, most, 2),
  'r0-c1': thresholds(1, most, 0),
  'c5-r3': thresholds(5, most, 3),
  'no retries': thresholds(most, most, most, 0),
};

type Health = NonNullable<LbEndpoint['health_status']>;
const states: readonly (readonly Health[])[] = [
  ['HEALTHY', 'UNHEALTHY'],
  ['UNHEALTHY', 'UNHEALTHY'],
  ['HEALTHY', 'HEALTHY', 'UNHEALTHY'],
  ['HEALTHY', 'UNHEALTHY', 'UNHEALTHY'],
  ['HEALTHY', 'DRAINING'],
  ['DRAINING', 'DRAINING'],
  ['HEALTHY', 'UNHEALTHY', 'DRAINING'],
];
const panics = [undefined, 0, 33, 34, 50, 51, 67, 100];
const balancers: readonly Partial<Cluster>[] = [
  { lb_policy: 'ROUND_ROBIN' },
  { lb_policy: 'LEAST_REQUEST' },
  { lb_policy: 'RANDOM' },
  { lb_policy: 'RING_HASH' },
  { lb_policy: 'MAGLEV' },
];
const healths = states.flatMap((state) =>
  panics.flatMap((panic) =>
    balancers.map((balancer) => ({
      name: `h ${state.join()} ${panic} ${balancer.lb_policy}`,
      state,
      panic,
      balancer,
    })),
  ),
);

const withPanic = (value: number | undefined): Partial<Cluster> =>
  value === undefined ? {} : { common_lb_config: { healthy_panic_threshold: { value } } };

const clusters: readonly Cluster[] = [
  ...Object.entries(breakers).map(([name, threshold]) =>
    cluster(name, { circuit_breakers: { thresholds: [threshold] } }),
  ),
  ...healths.map(({ name, panic, balancer }) => cluster(name, { ...balancer, ...withPanic(panic) })),
];

const letters = ['a', 'b', 'c'];
const duel = await startDuel(
  (port) => ({
    listeners: [
      httpListener(
        'sidecar',
        80,
        clusters.map(({ name }, at) =>
          virtualHost(
            name,
            [`c${at}.test`],
            [
              {
                match: { prefix: '/' },
                route: {
                  cluster: name,
                  timeout: '0s',
                  ...(name === 'no retries' ? { retry_policy: { retry_on: '5xx', num_retries: 2 } } : {}),
                },
              },
            ],
          ),
        ),
      ),
    ],
    routes: [],
    clusters,
    endpoints: [
      ...Object.keys(breakers).map((name) => endpoints(name, [port('a')])),
      ...healths.map(({ name, state }) => ({
        cluster_name: name,
        endpoints: [
          {
            lb_endpoints: state.flatMap(
              (health_status, at) =>
                endpoints(name, [port(letters[at] ?? 'a')], { health_status }).endpoints[0]?.lb_endpoints ??
                [],
            ),
          },
        ],
      })),
    ],
  }),
  letters,
);
afterAll(async () => {
  report('limits', duel);
  await duel[Symbol.asyncDispose]();
});

let sent = 0;
function request(name: string, script?: string): Case {
  sent += 1;
  return sendable({
    id: `x${sent}`,
    host: `c${clusters.findIndex((each) => each.name === name)}.test`,
    headers: script === undefined ? [] : [['x-script', script]],
  });
}

type Counts = Readonly<Record<string, number>>;

/** How often each outcome came, without which of equal requests it was. */
function tally(
  outcomes: readonly Outcome[],
  side: keyof Outcome,
  describe: (facts: Facts) => string,
): Counts {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const what = describe(outcome[side]);
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const told = (facts: Facts): string =>
  ['status', 'body', 'response x-envoy-overloaded', 'log flags', 'log details', 'log attempts']
    .map((fact) =>
      (facts.get(fact) ?? '-')
        .replace(/from [abc]\b/, 'from a good one')
        .replace(/from bad\d/, 'from a bad one'),
    )
    .join(' | ');

it.each(Object.keys(breakers))(
  'lets as many requests through a breaker, and overflows alike: %s',
  async (name) => {
    for (const count of [1, 3, 6]) {
      const cases = Array.from({ length: count }, () => request(name, 'delay=300,200'));
      const outcomes = await duel.outcomes(cases, { parallel: count });
      duel.compared += count;
      expect([count, tally(outcomes, 'ours', told)]).toEqual([count, tally(outcomes, 'envoy', told)]);
    }
    const failing = await duel.outcomes([request(name, '503;200')]);
    expect(tally(failing, 'ours', told)).toEqual(tally(failing, 'envoy', told));
  },
);

it('sends to the same hosts, whatever their health and the panic threshold', async () => {
  const each = 24;
  const cases = healths.flatMap(({ name }) => Array.from({ length: each }, () => request(name)));
  const outcomes = await duel.outcomes(cases);
  duel.compared += cases.length;
  const seen = (side: keyof Outcome): readonly unknown[] =>
    healths.map(({ name }, at) => {
      const own = outcomes.slice(at * each, (at + 1) * each);
      const kinds = tally(own, side, (facts) => `${facts.get('status')} ${facts.get('tries')}`);
      return [name, Object.keys(kinds)];
    });
  expect(seen('ours')).toEqual(seen('envoy'));
});
