// `npm run lab …` at a terminal of 80 columns and 24 lines, which script(1) makes.

import { run } from '../../../scripts/process/run.ts';
import type { Command, Environment, TestWorkshop } from './workshop.ts';

export const hasScript: boolean = (await run('script', ['--version'])).exitCode === 0;

export function startAtTerminal(
  workshop: TestWorkshop,
  words: readonly string[],
  env: Environment = {},
): Command {
  const command = [process.execPath, 'scripts/launch.mjs', 'scripts/lab.ts', ...words];
  const line = `stty cols 80 rows 24; ${command.map((word) => `'${word}'`).join(' ')}`;
  // Where Docker runs, the first question would be which engine.
  const defaults = { TERM: 'xterm', LAB_ENGINE: 'sandbox' };
  return workshop.spawn('script', ['-qfec', line, '/dev/null'], { ...defaults, ...env });
}
