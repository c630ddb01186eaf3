// The words after `npm run lab`, as a command.

import type { AnalyzeOptions } from '../lab-commands/analyze.ts';
import { LabError } from '../error.ts';

export type LabCommand =
  | { readonly kind: 'list' }
  | { readonly kind: 'lint' }
  | { readonly kind: 'new'; readonly title: string }
  | { readonly kind: 'explain'; readonly rule: string | undefined }
  | ({ readonly kind: 'analyze' } & AnalyzeOptions)
  | { readonly kind: 'learn'; readonly lab: number }
  | { readonly kind: 'reset'; readonly lab: number }
  | { readonly kind: 'goto'; readonly lab: number; readonly step: string }
  | { readonly kind: 'diff'; readonly lab: number }
  | { readonly kind: 'solve'; readonly lab: number }
  | { readonly kind: 'record'; readonly lab: number }
  | { readonly kind: 'present'; readonly lab: number; readonly recorded: boolean }
  | { readonly kind: 'rehearse'; readonly lab: number }
  | { readonly kind: 'notes'; readonly lab: number }
  | { readonly kind: 'why'; readonly lab: number }
  | { readonly kind: 'mutate'; readonly lab: number | 'all' }
  | { readonly kind: 'verify'; readonly lab: number | 'all' };

type Words = readonly string[];

/** Readers of the words that follow the first one. */
const commands: ReadonlyMap<string, (rest: Words) => LabCommand> = new Map([
  ['all', (rest: Words): LabCommand => readAll(rest)],
  ['list', (rest: Words): LabCommand => alone(rest, { kind: 'list' })],
  ['lint', (rest: Words): LabCommand => readLint(rest)],
  ['new', (rest: Words): LabCommand => readNew(rest)],
  ['analyze', (rest: Words): LabCommand => alone(rest, { kind: 'analyze', files: [], namespace: undefined })],
]);

/** Readers of the words that follow a lab's number and what to do with it. */
const actions: ReadonlyMap<string, (lab: number, rest: Words) => LabCommand> = new Map([
  ...(['verify', 'why', 'solve', 'diff', 'reset', 'record', 'rehearse', 'notes', 'mutate'] as const).map(
    (kind) => [kind, (lab: number, rest: Words): LabCommand => alone(rest, { kind, lab })] as const,
  ),
  ['present', (lab: number, rest: Words): LabCommand => readPresent(lab, rest)],
  ['goto', (lab: number, rest: Words): LabCommand => readGoto(lab, rest)],
]);

/** @throws LabError for an unknown word, naming the choices */
export function readWords([first, ...rest]: Words): LabCommand {
  if (first === undefined) return { kind: 'list' };
  if (/^\d+$/.test(first)) return readLab(Number(first), rest);
  const read = commands.get(first);
  if (read === undefined) throw unknownWord(first, ['a lab number', ...commands.keys()]);
  return read(rest);
}

function readLab(lab: number, [second, ...rest]: Words): LabCommand {
  if (second === undefined) return { kind: 'learn', lab };
  const read = actions.get(second);
  if (read === undefined) throw unknownWord(second, [...actions.keys()]);
  return read(lab, rest);
}

function readGoto(lab: number, [step, ...rest]: Words): LabCommand {
  if (step === undefined) {
    throw unknownWord('', [`the number or the id of a step, as in npm run lab ${lab} goto 4`]);
  }
  return alone(rest, { kind: 'goto', lab, step });
}

function readPresent(lab: number, [second, ...rest]: Words): LabCommand {
  if (second !== undefined && second !== 'recorded') throw unknownWord(second, ['recorded']);
  return alone(rest, { kind: 'present', lab, recorded: second === 'recorded' });
}

function readAll([second, ...rest]: Words): LabCommand {
  if (second !== 'verify' && second !== 'mutate') throw unknownWord(second ?? '', ['verify', 'mutate']);
  return alone(rest, { kind: second, lab: 'all' });
}

function readLint([second, rule, ...rest]: Words): LabCommand {
  if (second === undefined) return { kind: 'lint' };
  if (second !== 'explain') throw unknownWord(second, ['explain']);
  return alone(rest, { kind: 'explain', rule });
}

/** A title of several words needs no quotes. */
function readNew(words: Words): LabCommand {
  if (words.length === 0) throw unknownWord('', ['the title of the lab, as in npm run lab new Rate limits']);
  return { kind: 'new', title: words.join(' ') };
}

function alone([surplus]: Words, command: LabCommand): LabCommand {
  if (surplus !== undefined) throw unknownWord(surplus, []);
  return command;
}

export function unknownWord(word: string, choices: Words): LabError {
  const rule =
    choices.length === 0
      ? `"${word}" is one word too many`
      : word === ''
        ? `A word is missing: ${choices.join(', ')}`
        : `"${word}" is not one of: ${choices.join(', ')}`;
  return new LabError('UNKNOWN_WORD', rule, { hint: 'npm run lab -- --help shows what there is' });
}
