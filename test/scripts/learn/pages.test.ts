import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Pages } from '../../../scripts/learn/pages.ts';
import { Unread } from '../../../scripts/learn/unread.ts';
import { runs } from '../../support/properties.ts';

const size = { columns: 10, height: 8 };
const signal = new AbortController().signal;

interface Book {
  readonly pages: Pages;
  readonly unread: Unread;
  /** What came between two turns. */
  readonly turned: string[];
}

function open(): Book {
  const unread = new Unread(() => size);
  const turned = [''];
  const pages = new Pages({
    unread,
    size: () => size,
    write: (text) => turned.push(`${turned.pop() ?? ''}${text}`),
    turn: async () => Promise.resolve(void turned.push('')),
  });
  return { pages, unread, turned };
}

const lines = (count: number): string => 'x\n'.repeat(count);

it('shows at once what fits, together with its question', async () => {
  const { pages, turned } = open();
  pages.add(lines(2));
  pages.add(lines(3));
  await pages.show(3, signal);
  expect(turned).toEqual([lines(5)]);
});

it('brings what belongs to the question together with it', async () => {
  const { pages, turned } = open();
  pages.add(lines(6));
  pages.add('$ run\n');
  await pages.show(3, signal);
  expect(turned).toEqual([lines(6), '$ run\n']);
});

it('counts the lines that a long one takes', async () => {
  const { pages, turned } = open();
  pages.add(`${'x'.repeat(41)}\n`);
  pages.add(lines(2));
  await pages.show(2, signal);
  expect(turned).toEqual([`${'x'.repeat(41)}\n`, lines(2)]);
});

it('leaves what somebody has seen to scroll away', async () => {
  const { pages, unread, turned } = open();
  pages.add(lines(5));
  await pages.show(2, signal);
  unread.seen();
  pages.add(lines(5));
  await pages.show(2, signal);
  expect(turned).toEqual([lines(10)]);
});

it('pushes nothing out that nobody has read, and loses nothing', async () => {
  const parts = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(parts, fc.integer({ min: 0, max: 7 }), async (counts, below) => {
      const { pages, turned } = open();
      for (const count of counts) pages.add(lines(count));
      await pages.show(below, signal);
      const heights = turned.map((page) => page.length / 2);
      expect(heights.reduce((sum, height) => sum + height, 0)).toBe(
        counts.reduce((sum, count) => sum + count, 0),
      );
      for (const height of heights.slice(0, -1)) expect(height + 1).toBeLessThanOrEqual(size.height);
      expect((heights.at(-1) ?? 0) + below).toBeLessThanOrEqual(size.height);
    }),
    { numRuns: runs(200) },
  );
});
