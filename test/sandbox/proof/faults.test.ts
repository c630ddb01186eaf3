import { Agent } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { pods } from '../../../sandbox/kube/resources.ts';
import { apiClient } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { get, load } from './support/gateway-load.ts';
import { isReady, openShop, type Shop } from './support/open-shop.ts';
import { TestClock } from './support/test-clock.ts';

const hour = 3_600_000;
const path = '/api/catalog';

let shop: Shop | undefined;
afterEach(async () => {
  await shop?.close();
  shop = undefined;
});

describe('a pod that is killed under load', () => {
  it('is replaced, and requests fail at most in the ways of a real mesh until then', async () => {
    const { sandbox, gateway } = (shop = await openShop());
    const { cluster } = sandbox;
    const old = catalogPods(shop);
    const running = load({ port: gateway, path, count: 600, connections: 16 });
    await load({ port: gateway, path, count: 20, connections: 4 });
    for (const name of old) cluster.delete(pods, 'istioinaction', name, { gracePeriodSeconds: 0 });
    const answers = await running;

    // Every request has an answer: the list, or webapp's 500 for a catalog that gave it none.
    expect(answers).toHaveLength(600);
    expect(answers.filter(({ status }) => ![200, 500, 503].includes(status))).toEqual([]);
    await eventually('the replacements are ready', () => {
      const now = cluster
        .list(pods, 'istioinaction')
        .filter(({ metadata }) => metadata.labels?.['app'] === 'catalog');
      return (
        now.length === old.length &&
        now.every((pod) => !old.includes(pod.metadata.name) && isReady(pod.status))
      );
    });
    await eventually(
      'traffic has recovered',
      async () => (await get(undefined, gateway, path)).status === 200,
    );
    const after = await load({ port: gateway, path, count: 100, connections: 16 });
    expect(after.filter(({ status }) => status === 200)).toHaveLength(100);
  });
});

describe('a clock that jumps', () => {
  it.each([
    ['an hour ahead', [hour]],
    ['an hour back', [-hour]],
    ['ahead and back again', [hour, -hour]],
  ])('%s leaves traffic, the API, controllers and probes working', async (_what, jumps) => {
    const clock = new TestClock();
    const { sandbox, gateway, api, logged } = (shop = await openShop(clock));
    const agent = new Agent({ keepAlive: true });
    const client = apiClient(api);
    try {
      expect((await get(agent, gateway, path)).status).toBe(200);
      for (const jump of jumps) {
        clock.aheadMs = jump;
        // The connection that was open before, and new ones.
        expect((await get(agent, gateway, path)).status).toBe(200);
        const answers = await load({ port: gateway, path, count: 50, connections: 8 });
        expect(answers.filter(({ status }) => status !== 200)).toEqual([]);

        const [name = ''] = catalogPods(shop);
        const before = Math.floor(clock.now() / 1000) * 1000;
        const gone = await client.call({
          method: 'DELETE',
          path: `/api/v1/namespaces/istioinaction/pods/${name}?gracePeriodSeconds=1`,
        });
        expect(gone.status).toBeLessThan(300);
        await eventually('the pod is replaced by a ready one', () => {
          const names = catalogPods(shop);
          const all = sandbox.cluster.list(pods, 'istioinaction');
          return names.length === 2 && !names.includes(name) && all.every((pod) => isReady(pod.status));
        });
        const made = catalogPods(shop).map((each) => sandbox.cluster.get(pods, 'istioinaction', each));
        const youngest = Math.max(...made.map((pod) => Date.parse(pod?.metadata.creationTimestamp ?? '')));
        // Stamped with the new time, whichever way it jumped, unless an older pod is from a time still to come.
        expect(youngest).toBeGreaterThanOrEqual(before);
      }
      expect(logged.filter((line) => /failed: |uncaught/iu.test(line))).toEqual([]);
    } finally {
      agent.destroy();
      client.close();
    }
  });
});

const catalogPods = (of: Shop | undefined): string[] =>
  (of?.sandbox.cluster.list(pods, 'istioinaction') ?? [])
    .filter(({ metadata }) => metadata.labels?.['app'] === 'catalog')
    .map(({ metadata }) => metadata.name);
