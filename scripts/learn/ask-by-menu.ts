// A question as a menu: arrows or the first letters move, Enter answers.

import { setImmediate } from 'node:timers/promises';
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
  await forgetKeys(options);
  const rare = rareOf(choices);
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

/** Lines of the screen. */
export function menuHeight(question: string, choices: readonly Choice<string>[], columns: number): number {
  const rare = rareOf(choices).length;
  const entries = rare < 2 ? choices.length : choices.length - rare + 1;
  return Math.ceil((question.length + 2) / columns) + entries + 2;
}

/** One line, gone once Enter is pressed. */
export async function askToTurn(options: AskOptions): Promise<void> {
  await forgetKeys(options);
  const prompt = createPromptModule({ ...options, clearPromptOnDone: true });
  await prompt([{ type: 'input', name: 'enter', message: 'Enter reads on' }]);
}

/** Keys that were pressed before there was a question answer none. */
async function forgetKeys({ input }: AskOptions): Promise<void> {
  input.setRawMode(true);
  const forget = (): void => undefined;
  input.on('data', forget);
  // What lies in the terminal comes with the next turn of the event loop.
  for (let turn = 0; turn < 2; turn += 1) await setImmediate();
  input.off('data', forget);
  input.pause();
}

const rareOf = <T extends string>(choices: readonly Choice<T>[]): readonly Choice<T>[] =>
  choices.filter(({ rare }) => rare === true);

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
      default: choices.find(({ usual }) => usual === true)?.value,
      pageSize: choices.length,
      loop: false,
    },
  ]);
  return answer as T;
}
