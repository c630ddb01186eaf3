// What becomes of a command whose output goes nowhere.

import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestWorkshop, type Result } from './support/workshop.ts';

let workshop: TestWorkshop;
beforeAll(async () => {
  workshop = await TestWorkshop.open();
});
afterAll(async () => {
  await workshop[Symbol.asyncDispose]();
});

/** The command's own exit code is the last line that is printed. */
const inBash = (script: string): Promise<Result> =>
  workshop.spawn('bash', ['-c', script, process.execPath, 'scripts/launch.mjs']).result;

describe('a reader that has seen enough', () => {
  it.each([
    ['before the list', 'scripts/lab.ts'],
    ['before the sentences of a set-up', 'scripts/up.ts'],
  ])('%s is no failure, and nothing is said', async (_, program) => {
    // Gone before anything is written: what is written to a reader that lives may be forgotten without a word.
    const { stdout, stderr } = await inBash(`exec 3> >(true); wait $!; "$0" "$1" ${program} >&3; echo "$?"`);
    expect([stdout, stderr]).toEqual(['141\n', '']);
    expect(workshop.leftovers()).toEqual([]);
  });
});

it.skipIf(!existsSync('/dev/full'))('output to a full disk is a failure in one sentence', async () => {
  const { stdout, stderr } = await inBash('"$0" "$1" scripts/lab.ts > /dev/full; echo "$?"');
  expect([stdout, stderr]).toEqual([
    '1\n',
    'Standard output cannot be written (ENOSPC)\nNext: make room for it, or send it elsewhere; then the same command again\n',
  ]);
});
