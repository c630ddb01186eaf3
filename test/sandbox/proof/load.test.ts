import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../sandbox/kube/object.ts';
import { destinationRules, virtualServices } from '../../../sandbox/kube/resources.ts';
import { eventually } from './support/eventually.ts';
import { load, type GatewayAnswer } from './support/gateway-load.ts';
import { held, leftBehind, openSockets } from './support/held.ts';
import { patienceMs } from '../../support/patience.ts';
import { openShop, type Shop } from './support/open-shop.ts';
import { TestClock } from './support/test-clock.ts';

/** `PROOF=full` asks for all of it; the rest is what a busy machine does in a few seconds. */
const count = process.env['PROOF'] === 'full' ? 10_000 : 1_600;
/** For a machine that has other things to do as well. */
const limitMs = Math.max(2 * patienceMs, count * 30);
const connections = 64;
const answersOfRule = 40;
const path = '/api/catalog';

const to = (version: string, weight?: number): object => ({
  destination: { host: 'catalog', subset: `version-${version}` },
  ...(weight !== undefined && { weight }),
});

/**
 * What VirtualService catalog says, in turn; each of them answers every request with the list of items. Its times are
 * real ones, and never over.
 */
const rules: readonly object[][] = [
  [{ route: [to('v1')] }],
  [{ route: [to('v1', 90), to('v2', 10)] }],
  [{ match: [{ headers: { 'x-dark-launch': { exact: 'v2' } } }], route: [to('v2')] }, { route: [to('v1')] }],
  [{ route: [to('v2', 50), to('v1', 50)], retries: { attempts: 3, perTryTimeout: '5m', retryOn: '5xx' } }],
  [{ route: [to('v2')], headers: { response: { add: { 'x-rule': 'v2' } } }, timeout: '10m' }],
];

describe('requests through gateway, webapp and catalog while the rules change, again and again', () => {
  const clock = new TestClock();
  let shop: Shop;

  beforeAll(async () => {
    shop = await openShop(clock);
    const { cluster } = shop.sandbox;
    cluster.create(virtualServices, ruled(rules[0] ?? []));
    // So that connections between proxies come and go as well.
    const subsets = cluster.get(destinationRules, 'istioinaction', 'catalog');
    if (subsets === undefined) throw new Error('DestinationRule catalog is gone');
    const trafficPolicy = { connectionPool: { http: { maxRequestsPerConnection: 2 } } };
    cluster.update(destinationRules, { ...subsets, spec: { ...(subsets['spec'] as object), trafficPolicy } });
  });
  afterAll(() => shop.close());

  it(
    'are all answered with the list, and leave no socket, timer or memory behind',
    async () => {
      const sockets = openSockets();
      await round(shop, count / 4);
      const first = await round(shop, count / 2);
      const between = await held(clock, sockets);
      const second = await round(shop, count / 2);
      const after = await held(clock, sockets);

      const half = { '200 with the list': count / 2 };
      expect([first, second]).toEqual([half, half]);
      expect(leftBehind(between, after, { requests: count / 2, connections })).toEqual([]);
      expect(shop.logged.filter((line) => /error|failed/iu.test(line))).toEqual([]);
    },
    limitMs,
  );

  it.each([
    ['v1', false],
    ['v2', true],
  ])('follow the last rule as soon as the changes end: all to %s', async (version, hasImages) => {
    const { cluster } = shop.sandbox;
    replaceRule(shop, [{ route: [to(version)] }]);
    await eventually('the rule is in force', async () =>
      (await load({ port: shop.gateway, path, count: 8, connections: 4 })).every(
        ({ body }) => body.includes('imageUrl') === hasImages,
      ),
    );
    const answers = await load({ port: shop.gateway, path, count: 100, connections });
    expect(answers.filter(({ body }) => body.includes('imageUrl') === hasImages)).toHaveLength(100);
    expect(cluster.get(virtualServices, 'istioinaction', 'catalog')?.['spec']).toMatchObject({
      http: [{ route: [to(version)] }],
    });
  });
});

async function round(shop: Shop, requests: number): Promise<Record<string, number>> {
  const onAnswer = (answers: number): void => {
    const change = answers / answersOfRule;
    if (Number.isInteger(change)) replaceRule(shop, rules[change % rules.length] ?? []);
  };
  return tally(
    await load({ port: shop.gateway, path, count: requests, connections, halfOnTheirOwn: true, onAnswer }),
  );
}

function replaceRule({ sandbox: { cluster } }: Shop, http: object[]): void {
  const now = cluster.get(virtualServices, 'istioinaction', 'catalog');
  if (now === undefined) throw new Error('VirtualService catalog is gone');
  cluster.update(virtualServices, { ...structuredClone(now), spec: { hosts: ['catalog'], http } });
}

function ruled(http: object[]): AnyObject {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'catalog', namespace: 'istioinaction' },
    spec: { hosts: ['catalog'], http },
  } as unknown as AnyObject;
}

function tally(answers: readonly GatewayAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const what = status === 200 && names(body) === 4 ? '200 with the list' : `${status} ${body.slice(0, 80)}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

const names = (body: string): number => (JSON.parse(body) as object[]).length;
