// `npm run test:tools`: the real kind, istioctl, dockerd and actionlint on what we made for them, where they are.

import { startVitest } from 'vitest/node';
import { findTools, programNames } from './support/find-tools.ts';

const tools = await findTools();
for (const name of programNames) {
  const { path, why } = tools[name];
  process.stdout.write(path === undefined ? `skipped without ${name}: ${why}\n` : `${name}: ${path}\n`);
}
if (programNames.every((name) => tools[name].path === undefined)) {
  process.stdout.write('test:tools was skipped: none of these programs is here.\n');
} else {
  const vitest = await startVitest('test', process.argv.slice(2), {
    config: 'test/tools/vitest.config.ts',
    root: '.',
    run: true,
    watch: false,
  });
  await vitest.close();
}
