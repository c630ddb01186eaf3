// What is slow to load is loaded by the commands that use it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { TestWorkshop } from './support/workshop.ts';

it('the list of labs needs neither the Kubernetes client nor what runs programs', async () => {
  await using workshop = await TestWorkshop.open();
  const folder = join(workshop.dir, 'coverage');
  const { exitCode } = await workshop.run('lab', [], { NODE_V8_COVERAGE: folder });
  expect(exitCode).toBe(0);
  const loaded = readdirSync(folder)
    .flatMap((name) => filesIn(readFileSync(join(folder, name), 'utf8')))
    .flatMap((file) => modulesIn(readFileSync(file, 'utf8')));
  expect(loaded.some((path) => path.startsWith('node_modules/unified/'))).toBe(true);
  const slow = /^node_modules\/(@kubernetes\/client-node|execa|listr2|inquirer|undici)\//;
  expect(loaded.filter((path) => slow.test(path))).toEqual([]);
});

/** Node's coverage names every file of the run. */
const filesIn = (json: string): readonly string[] =>
  (JSON.parse(json) as { result: { url: string }[] }).result
    .filter(({ url }) => url.includes('/.cache/mesh-workshop/'))
    .map(({ url }) => fileURLToPath(url));

/** esbuild puts a line with its path above what came from a module. */
const modulesIn = (text: string): readonly string[] =>
  [...text.matchAll(/^ *\/\/ ((?:node_modules|scripts|sandbox)\/.+)$/gm)].map(([, path = '']) => path);
