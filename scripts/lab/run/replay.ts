// Takes a lab's steps as fast as they go, for somebody who wants to be behind them: no output is compared, commands
// that only look are left out, and of the checks those that count requests.
//
// The other checks are awaited, step by step. They say when what a step asked for has come about, and the next step may
// build on it.

import { LabError } from '../../error.ts';
import type { CheckResult } from '../checks/check.ts';
import { checksOf, commandsOf, type Lab, type Step } from '../format/lab.ts';
import { showPlace } from '../format/place.ts';
import type { RunContext } from './context.ts';
import { runCheck } from './run-check.ts';
import { runCommand } from './run-command.ts';

/** They look at hundreds of answers, and find out nothing that the next step waits for. */
const counting = new Set(['traffic', 'metric']);

/** @throws LabError when a step does not lead to where it should */
export async function replayStep(lab: Lab, step: Step, context: RunContext): Promise<void> {
  for (const command of commandsOf(step)) {
    if (command.withinMs !== undefined) continue;
    const { reason, output } = await runCommand(command, context, 'may-differ');
    if (reason === undefined) continue;
    const evidence = [`$ ${command.text.trimEnd()}`, ...output.trimEnd().split('\n').slice(-10)];
    throw stuck(lab, step, `${reason} (${showPlace(command.at)})`, evidence);
  }
  for (const block of checksOf(step).filter(({ check }) => !counting.has(check.kind))) {
    const result = await runCheck(block, context);
    if (result.status !== 'pass') throw stuck(lab, step, `"${block.title}" is red`, evidenceOf(result));
  }
}

const evidenceOf = ({ observed, expected, reason, command }: CheckResult): readonly string[] => [
  `seen:     ${observed}`,
  `expected: ${expected}`,
  ...(reason === undefined ? [] : [`why:      ${reason}`]),
  `by hand:  ${command}`,
];

const stuck = ({ lab }: Lab, { title }: Step, why: string, evidence: readonly string[]): LabError =>
  new LabError('REPLAY_FAILED', `Lab ${lab} does not get past the step "${title}": ${why}`, {
    evidence,
    hint: `npm run lab ${lab} verify shows whether the lab works here at all`,
  });
