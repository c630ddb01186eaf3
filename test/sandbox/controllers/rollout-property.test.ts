import * as fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { isPodReady } from '../../../sandbox/controllers/pod-state.ts';
import { type Pod, pods, replicaSets } from '../../../sandbox/kube/resources.ts';
import { change, closeWorlds, complete, images, rolledOut, template } from './rollouts.ts';
import { runs } from '../../support/properties.ts';

afterEach(closeWorlds);

const isLive = ({ metadata }: Pod): boolean => metadata.deletionTimestamp === undefined;

/** What happens next: another image is asked for, the n-th pod gets ready, or those on their way out are gone. */
const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ image: fc.constantFrom('catalog:1', 'catalog:2', 'catalog:3') }) },
  { weight: 4, arbitrary: fc.record({ ready: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.constant({ gone: true }) },
);

const rollout = fc
  .record({
    replicas: fc.integer({ min: 1, max: 5 }),
    maxSurge: fc.constantFrom<number | string>(0, 1, 3, '30%'),
    maxUnavailable: fc.constantFrom<number | string>(0, 1, 2, '50%'),
    steps: fc.array(step, { maxLength: 15 }),
  })
  .filter(({ maxSurge, maxUnavailable }) => maxSurge !== 0 || maxUnavailable !== 0);

const portion = (value: number | string, total: number, round: (value: number) => number): number =>
  typeof value === 'number' ? value : round((Number.parseInt(value, 10) * total) / 100);

it('a rolling update keeps within surge and availability whatever happens, and always comes to its end', async () => {
  await fc.assert(
    fc.asyncProperty(rollout, async ({ replicas, maxSurge, maxUnavailable, steps }) => {
      const strategy = { type: 'RollingUpdate' as const, rollingUpdate: { maxSurge, maxUnavailable } };
      const world = await rolledOut({ replicas, strategy, template: template('catalog:1') });
      const most = replicas + portion(maxSurge, replicas, Math.ceil);
      const unavailable = Math.min(replicas, portion(maxUnavailable, replicas, Math.floor));
      const least = replicas - (most === replicas ? Math.max(1, unavailable) : unavailable);
      const broken: string[] = [];
      const unwatch = world.cluster.watch(pods, () => {
        const live = world.pods().filter(isLive);
        if (live.length > most) broken.push(`${live.length} pods, at most ${most}`);
        const ready = live.filter(isPodReady).length;
        if (ready < least) broken.push(`${ready} ready, at least ${least}`);
      });
      for (const each of steps) {
        if ('image' in each) change(world, { template: template(each.image) });
        else if ('gone' in each) world.removeStopped();
        else {
          const waiting = world.pods().filter((pod) => isLive(pod) && !isPodReady(pod));
          const chosen = waiting[each.ready % Math.max(1, waiting.length)];
          if (chosen !== undefined) world.setReady(chosen, true);
        }
        await world.settle();
      }
      for (let turn = 0; turn < 40 && !complete(world.deployment()); turn += 1) await world.runPods();
      unwatch();
      expect(broken).toEqual([]);
      expect(complete(world.deployment())).toBe(true);
      const wanted = world.deployment().spec?.template.spec?.containers[0]?.image;
      expect(images(world)).toEqual(Array.from({ length: replicas }, () => wanted));
      expect(world.cluster.list(replicaSets, 'shop').filter(({ spec }) => spec?.replicas !== 0)).toHaveLength(
        1,
      );
      expect(world.log).toEqual([]);
      closeWorlds();
    }),
    { numRuns: runs(30) },
  );
});
