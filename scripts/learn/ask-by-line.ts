// A question as lines: what may be typed, then a word. Nothing on the screen moves or changes.

import { once } from 'node:events';
import { createInterface } from 'node:readline';
import wrapAnsi from 'wrap-ansi';
import { closest } from '../closest.ts';
import { interrupted } from '../process/scope.ts';
import type { AskOptions } from './ask-by-menu.ts';
import type { Choice } from './ui.ts';
import { firstAbort } from '../process/first-abort.ts';

/** Enter alone is the first choice; a word may be shortened, or a little mistyped, as long as it is clear. */
export async function askByLine<T extends string>(
  question: string,
  choices: readonly Choice<T>[],
  { input, output, signal }: AskOptions,
): Promise<T> {
  const reader = createInterface({ input, output, terminal: false });
  const ended = new AbortController();
  // Ctrl+C is a signal here, which ends the run. Ctrl+D ends the input.
  reader.once('close', () => ended.abort(interrupted()));
  try {
    output.write(`${wrapAnsi(`${question} ${offer(choices)}`, output.columns || 80)}\n`);
    for (;;) {
      output.write('> ');
      // Not readline's own question: given up, it leaves a carriage return behind.
      const [typed] = (await once(reader, 'line', { signal: firstAbort(signal, ended.signal) })) as [string];
      const choice = choiceFor(typed, choices);
      if (choice !== undefined) return choice;
      output.write(`${explain(typed, choices)}\n`);
    }
  } catch (error) {
    output.write('\n');
    throw ended.signal.aborted ? ended.signal.reason : error;
  } finally {
    reader.removeAllListeners('close');
    reader.close();
  }
}

const offer = ([first, ...others]: readonly Choice<string>[]): string =>
  `Enter means ${first?.value ?? 'go on'}. Or type ${[...others.map(({ value }) => value), 'help'].join(', ')}.`;

function explain(typed: string, choices: readonly Choice<string>[]): string {
  const lines = choices.map(({ name }) => `  ${name}`);
  const isHelp = ['help', '?'].includes(typed.trim().toLowerCase());
  return [...(isHelp ? [] : [`"${typed.trim()}" is not one of these words:`]), ...lines].join('\n');
}

function choiceFor<T extends string>(typed: string, choices: readonly Choice<T>[]): T | undefined {
  const word = typed.trim().toLowerCase();
  if (word === '') return choices[0]?.value;
  const words = choices.map(({ value }) => value);
  const begun = words.filter((value) => value.startsWith(word));
  if (begun.length === 1) return begun[0];
  const meant = closest(word, words);
  return words.find((value) => value === meant);
}
