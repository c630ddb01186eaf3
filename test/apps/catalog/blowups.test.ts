import { expect, it } from 'vitest';
import { blowup } from '../../../apps/catalog/blowups.ts';
import { seededRandom } from '../../../sandbox/clock/clock.ts';
import { Stage } from '../stage.ts';

it.each([
  [25, 0.26],
  [50, 0.51],
  [99, 1],
  [0, 1],
])('a percentage of %i strikes %d of ten thousand requests, within 0.015', (percentage, share) => {
  const context = { ...Stage.open().context({}), random: seededRandom(7) };
  const orders = { '500': { active: true, type: '500', percentage } };
  let struck = 0;
  for (let request = 0; request < 10_000; request += 1) {
    if (blowup(orders, context).kind === 'error') struck += 1;
  }
  expect(Math.abs(struck / 10_000 - share)).toBeLessThan(0.015);
});
