// A question as a menu: arrows or the first letters move, Enter answers.

import { createPromptModule } from 'inquirer';
import type { Choice } from './ui.ts';

export interface AskOptions {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/** Once it is answered or aborted, nothing of it is left on the screen. */
export async function askByMenu<T extends string>(
  question: string,
  choices: readonly Choice<T>[],
  options: AskOptions,
): Promise<T> {
  const rare = choices.filter((choice) => choice.rare === true);
  if (rare.length < 2) return select(question, choices, options);
  const more = { value: 'more', name: `More: ${rare.map(({ value }) => value).join(', ')}` };
  const [often, last] = [choices.filter((choice) => choice.rare !== true), choices.at(-1)];
  for (;;) {
    const above = last?.rare === true ? often : often.slice(0, -1);
    const answer = await select(question, [...above, more, ...often.slice(above.length)], options);
    if (answer !== more.value) return answer as T;
    const back = { value: 'back', name: 'Back' };
    const second = await select(question, [...rare, back], options);
    if (second !== back.value) return second as T;
  }
}

async function select<T extends string>(
  message: string,
  choices: readonly Choice<T>[],
  options: AskOptions,
): Promise<T> {
  const prompt = createPromptModule({ ...options, clearPromptOnDone: true });
  const { answer } = await prompt([
    {
      type: 'select',
      name: 'answer',
      message,
      choices: choices.map(({ value, name }) => ({ value, name })),
      pageSize: choices.length,
      loop: false,
    },
  ]);
  return answer as T;
}
