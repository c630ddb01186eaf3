import { afterAll, expect, it } from 'vitest';
import { atGateway, cluster, endpoints } from '../../sandbox/proxy/support/config.ts';
import { host, httpListener } from '../support/config.ts';
import { startDuel } from '../support/duel.ts';
import { report } from '../support/report.ts';
import { sendable } from '../support/sendable.ts';

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
      ],
      atGateway,
    ),
  ],
  routes: [],
  clusters: [cluster('a'), cluster('b')],
  endpoints: [endpoints('a', [port('a')]), endpoints('b', [port('b')])],
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
