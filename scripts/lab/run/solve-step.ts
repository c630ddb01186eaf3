// Does a step for a learner who may have done a part of it: every command runs, and the checks alone decide.

import { checksOf, commandsOf, type Step } from '../format/lab.ts';
import type { RunContext } from './context.ts';
import { runCheck } from './run-check.ts';
import { runCommand } from './run-command.ts';

/** True when all checks are green. What exists already makes a command fail, and is no reason to stop. */
export async function solveStep(
  step: Step,
  { index, count }: { readonly index: number; readonly count: number },
  context: RunContext,
): Promise<boolean> {
  const { id, title } = step;
  context.onEvent({ kind: 'step-start', id, title, index, count });
  for (const command of commandsOf(step)) await runCommand(command, context, 'may-differ');
  let green = true;
  for (const block of checksOf(step)) {
    const { status } = await runCheck(block, context);
    green &&= status === 'pass';
  }
  return green;
}
