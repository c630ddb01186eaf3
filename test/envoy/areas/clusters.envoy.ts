import { afterAll, expect, it } from 'vitest';
import { atGateway, cluster, endpoints } from '../../sandbox/proxy/support/config.ts';
import type { HttpFault, Route } from '../../../sandbox/envoy/route.ts';
import { host, httpListener } from '../support/config.ts';
import { Dice } from '../support/dice.ts';
import { startDuel, type Case, type Outcome } from '../support/duel.ts';
import { report } from '../support/report.ts';
import { sendable } from '../support/sendable.ts';

const dice = new Dice(9);

/** Mirrors that get all requests, or none, beside rewrites and operations on headers. */
const mirrored = Array.from({ length: 40 }, (_, at): Route => ({
  name: `m${at}`,
  match: { prefix: '/' },
  ...(dice.chance(0.4) && {
    request_headers_to_add: [{ header: { key: 'x-added', value: '%REQ(x-case)%' } }],
    request_headers_to_remove: ['x-gone'],
  }),
  route: {
    timeout: '0s',
    cluster: dice.of(['a', 'a', 'dead', 'gone']),
    ...dice.of([{}, { prefix_rewrite: '/new/' }, { host_rewrite_literal: 'other.test' }]),
    request_mirror_policies: dice.some(['b', 'c', 'gone', 'dead'], 0.6).map((mirror) => ({
      cluster: mirror,
      ...(dice.chance(0.5) && {
        runtime_fraction: {
          default_value: dice.of([
            { numerator: 100, denominator: 'HUNDRED' as const },
            { numerator: 0, denominator: 'HUNDRED' as const },
            { numerator: 1_000_000, denominator: 'MILLION' as const },
          ]),
        },
      }),
    })),
  },
}));

const percent = (numerator: number): { numerator: number; denominator: 'HUNDRED' } => ({
  numerator,
  denominator: 'HUNDRED',
});
const chances: Readonly<Record<string, HttpFault>> = Object.fromEntries(
  [
    [20, 0],
    [0, 30],
    [50, 50],
    [100, 10],
    [80, 100],
  ].map(([delay = 0, abort = 0]) => [
    `delay ${delay}, abort ${abort}`,
    {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault' as const,
      delay: { fixed_delay: '0.001s', percentage: percent(delay) },
      abort: { http_status: 418, percentage: percent(abort) },
    },
  ]),
);

const duel = await startDuel((port) => ({
  listeners: [
    httpListener(
      'gateway',
      80,
      [
        host(
          'split',
          ['split.test'],
          [
            {
              match: { prefix: '/' },
              route: {
                timeout: '0s',
                weighted_clusters: {
                  clusters: [
                    { name: 'a', weight: 30 },
                    { name: 'b', weight: 90 },
                  ],
                },
              },
            },
          ],
        ),
        host(
          'mirror',
          ['mirror.test'],
          [
            {
              match: { prefix: '/' },
              route: {
                timeout: '0s',
                cluster: 'a',
                prefix_rewrite: '/new/',
                request_mirror_policies: [{ cluster: 'b' }, { cluster: 'gone' }],
              },
            },
          ],
        ),
        ...mirrored.map((route, at) => host(`mirror ${at}`, [`m${at}.test`], [route])),
        ...Object.entries(chances).map(([name, fault], at) =>
          host(
            name,
            [`f${at}.test`],
            [
              {
                match: { prefix: '/' },
                route: { timeout: '0s', cluster: 'a' },
                typed_per_filter_config: { 'envoy.filters.http.fault': fault },
              },
            ],
          ),
        ),
      ],
      atGateway,
    ),
  ],
  routes: [],
  clusters: ['a', 'b', 'c', 'dead'].map((name) => cluster(name)),
  endpoints: ['a', 'b', 'c', 'dead'].map((name) => endpoints(name, [port(name)])),
}));
afterAll(async () => {
  report('clusters', duel);
  await duel[Symbol.asyncDispose]();
});

it('splits in the ratio of the weights', async () => {
  const cases = Array.from({ length: 1000 }, (_, at) => sendable({ id: `w${at}`, host: 'split.test' }));
  const outcomes = await duel.outcomes(cases);
  for (const side of ['ours', 'envoy'] as const) {
    const share = outcomes.filter((outcome) => outcome[side].get('tries') === 'a').length / cases.length;
    // Six standard deviations around a quarter.
    expect(share).toBeGreaterThan(0.168);
    expect(share).toBeLessThan(0.332);
  }
});

it('sends the same to a mirror', async () => {
  const cases = ['GET', 'POST', 'HEAD', 'PUT'].flatMap((method, at) =>
    ['mirror.test', 'mirror.test:8080'].map((name) =>
      sendable({
        id: `x${at}${name}`,
        method,
        path: '/x?y',
        host: name,
        ...(at % 2 === 1 ? { body: 'copy' } : {}),
      }),
    ),
  );
  expect(await duel.run(cases, { settleMs: 200 })).toBe('');
});

it('mirrors alike, whatever happens to the request and to its copies', async () => {
  const cases = Array.from({ length: 800 }, (_, at): Case => {
    const index = at % mirrored.length;
    return sendable(
      {
        id: `mm${at}`,
        method: dice.of(['GET', 'POST', 'PUT', 'HEAD', 'DELETE']),
        path: dice.of(['/', '/x?y=z', '/a/b']),
        host: `m${index}.test${dice.of(['', ':80', ':8080'])}`,
        headers: dice.some([
          ['x-gone', '1'],
          ['x-forwarded-for', '10.1.2.3'],
          ['x-script', dice.of(['503', '200', 'reset', 'delay=5,200', '404'])],
        ] as [string, string][]),
        ...dice.of([
          {},
          { body: 'copy' },
          { body: 'in pieces', chunked: true },
          { body: 'x'.repeat(30_000) },
        ]),
      },
      { about: mirrored[index] },
    );
  });
  expect(await duel.run(cases, { settleMs: 300 })).toBe('');
});

it('strikes the same share of requests with faults, each drawn on its own', async () => {
  const each = 1000;
  const names = Object.keys(chances);
  const cases = names.flatMap((name, at) =>
    Array.from({ length: each }, (_, turn) =>
      sendable({ id: `f${at}-${turn}`, host: `f${at}.test` }, { about: name }),
    ),
  );
  const outcomes = await duel.outcomes(cases);
  duel.compared += cases.length;
  const shares = (side: keyof Outcome, flags: string): readonly number[] =>
    names.map((_, at) => {
      const own = outcomes.slice(at * each, (at + 1) * each);
      return own.filter((outcome) => outcome[side].get('log flags') === flags).length / each;
    });
  for (const flags of ['-', 'DI', 'FI', 'DI,FI']) {
    const [ours, envoy] = [shares('ours', flags), shares('envoy', flags)];
    // Six standard deviations of the difference of two such shares, at their widest.
    for (const [at, share] of ours.entries()) expect(Math.abs(share - (envoy[at] ?? 0))).toBeLessThan(0.135);
    expect(ours.map((share) => share === 0)).toEqual(envoy.map((share) => share === 0));
  }
});
