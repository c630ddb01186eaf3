// The real actionlint finds nothing wrong in the workflows.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../../../scripts/process/run.ts';
import { findTools } from '../support/find-tools.ts';

const { path: actionlint } = (await findTools()).actionlint;

it.skipIf(actionlint === undefined)('actionlint has nothing to say', async () => {
  const cwd = join(import.meta.dirname, '..', '..', '..');
  const folder = join('.github', 'workflows');
  const files = readdirSync(join(cwd, folder)).map((file) => join(folder, file));
  const { exitCode, stdout, stderr } = await run(actionlint ?? '', ['-no-color', ...files], { cwd });
  expect([exitCode, stdout, stderr]).toEqual([0, '', '']);
});
