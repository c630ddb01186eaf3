// Questions before a learner leaves a step for another, or the lab for its start. Enter alone changes nothing.

import type { Lab, Step } from '../lab/format/lab.ts';
import type { Choice, Ui } from './ui.ts';

/** Each under its number. */
export const stepChoices = (steps: readonly Step[]): readonly Choice<string>[] =>
  steps.map(({ title }, index) => ({ value: String(index + 1), name: `${index + 1} ${title}` }));

const back: Choice<string> = { value: 'back', name: 'Back: stay at this step', usual: true };

/** undefined: the learner stays. */
export async function askWhichStep({ steps }: Lab, ui: Ui, signal: AbortSignal): Promise<Step | undefined> {
  const [first = back, ...others] = stepChoices(steps);
  // A menu counts its entries: the keys of the digits are those of the steps.
  const choices = [first, ...others, back] as const;
  return steps[Number(await ui.ask('Which step? The cluster is made as it begins.', choices, signal)) - 1];
}

export async function askToReset(ui: Ui, signal: AbortSignal): Promise<boolean> {
  const reset = { value: 'reset', name: 'Reset: begin anew' };
  const question = 'Start this lab anew? What was done in it is removed.';
  return (await ui.ask(question, [back, reset], signal)) === 'reset';
}
