// A question as lines: what may be typed, then a word. Nothing on the screen moves or changes.

import { once } from 'node:events';
import { createInterface } from 'node:readline';
import wrapAnsi from 'wrap-ansi';
import { closest } from '../closest.ts';
import { interrupted } from '../process/scope.ts';
import type { AskOptions } from './ask-by-menu.ts';
import type { Choice } from './ui.ts';
import { firstAbort } from '../process/first-abort.ts';

/** Enter alone is the usual choice; a word may be shortened, or a little mistyped, as long as it is clear. */
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

function offer(choices: readonly Choice<string>[]): string {
  const usual = usualOf(choices);
  const others = choices.filter((choice) => choice !== usual).map(({ value }) => value);
  return `Enter means ${usual?.value ?? 'go on'}. Or type ${[...others, 'help'].join(', ')}.`;
}

const usualOf = <T extends string>(choices: readonly Choice<T>[]): Choice<T> | undefined =>
  choices.find(({ usual }) => usual === true) ?? choices[0];

function explain(typed: string, choices: readonly Choice<string>[]): string {
  const lines = choices.map(({ name }) => `  ${name}`);
  const isHelp = ['help', '?'].includes(typed.trim().toLowerCase());
  return [...(isHelp ? [] : [`"${typed.trim()}" is not one of these words:`]), ...lines].join('\n');
}

function choiceFor<T extends string>(typed: string, choices: readonly Choice<T>[]): T | undefined {
  const word = typed.trim().toLowerCase();
  if (word === '') return usualOf(choices)?.value;
  const words = choices.map(({ value }) => value);
  const begun = words.filter((value) => value.startsWith(word));
  if (begun.length === 1) return begun[0];
  const meant = closest(word, words);
  return words.find((value) => value === meant);
}
