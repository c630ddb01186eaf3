import { expect, it } from 'vitest';
import { evidenceOf, sameShares } from '../../../../scripts/lab/checks/route-config.ts';

const weights = (numbers: Readonly<Record<string, number>>): ReadonlyMap<string, number> =>
  new Map(Object.entries(numbers));

it.each([
  ['1 and 1 as 50 and 50', { v1: 1, v2: 1 }, { v1: 50, v2: 50 }, true],
  ['9 and 1 as 90 and 10', { v2: 1, v1: 9 }, { v1: 90, v2: 10 }, true],
  ['an only destination whatever its weight', { v3: 1 }, { v3: 100 }, true],
  ['not 33 and 67 as 1 and 2', { v1: 33, v2: 67 }, { v1: 1, v2: 2 }, false],
  ['not the one for the other', { v1: 10, v2: 90 }, { v1: 90, v2: 10 }, false],
  ['not half of it', { v1: 100 }, { v1: 50, v2: 50 }, false],
  ['not another name', { v1: 1, v3: 1 }, { v1: 1, v2: 1 }, false],
])('takes weights for shares: %s', (_, actual, wanted, same) => {
  expect(sameShares(weights(actual), weights(wanted))).toBe(same);
});

it('shows of a route what a lab speaks of, in short lines', () => {
  const config = '/apis/networking.istio.io/v1/namespaces/istioinaction/virtual-service/catalog';
  expect(
    evidenceOf({
      name: 'everyone',
      match: { prefix: '/' },
      route: {
        weighted_clusters: {
          clusters: [
            { name: 'outbound|80|version-v1|catalog.istioinaction.svc.cluster.local', weight: 90 },
            { name: 'outbound|80|version-v2|catalog.istioinaction.svc.cluster.local', weight: 10 },
          ],
        },
        timeout: '0s',
        retry_policy: { retry_on: '5xx', num_retries: 3 },
      },
      metadata: { filter_metadata: { istio: { config } } },
    }),
  ).toEqual([
    'everyone takes {"prefix":"/"}',
    '90 to outbound|80|version-v1|catalog.istioinaction.svc.cluster.local',
    '10 to outbound|80|version-v2|catalog.istioinaction.svc.cluster.local',
    'made from virtual-service istioinaction/catalog',
  ]);
});
