// What is slow to load is loaded by the commands that use it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestWorkshop } from './support/workshop.ts';

it('the list of labs needs neither the Kubernetes client nor what runs programs', async () => {
  await using workshop = await TestWorkshop.open();
  const folder = join(workshop.dir, 'coverage');
  const { exitCode } = await workshop.run('lab', [], { NODE_V8_COVERAGE: folder });
  expect(exitCode).toBe(0);
  const loaded = readdirSync(folder).flatMap((name) => modulesIn(readFileSync(join(folder, name), 'utf8')));
  expect(loaded.some((url) => url.includes('/node_modules/unified/'))).toBe(true);
  const slow = /\/node_modules\/(@kubernetes\/client-node|execa|listr2|inquirer|undici)\//;
  expect(loaded.filter((url) => slow.test(url))).toEqual([]);
});

/** Node's coverage names every module of the run. */
const modulesIn = (json: string): readonly string[] =>
  (JSON.parse(json) as { result: { url: string }[] }).result.map(({ url }) => url);
