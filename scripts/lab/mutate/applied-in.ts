// The files that a step applies.

import { commandsOf, type Step } from '../format/lab.ts';
import { shellWords } from '../format/shell-words.ts';
import { filesOf } from '../why/intended.ts';

/** Each once, in the order in which they are applied. */
export function filesAppliedIn(step: Step): readonly string[] {
  const files = commandsOf(step)
    .flatMap(({ text }) => shellWords(text))
    .map((simple) => simple.map(({ word }) => word))
    .filter(([program, verb]) => program === 'kubectl' && verb === 'apply')
    .flatMap(filesOf);
  return [...new Set(files)];
}
