// A mistake in a lab's text: where, which rule, and what to write instead.

import { LabError } from '../../error.ts';
import { showPlace, type Place } from './place.ts';
import type { RuleId } from './rules/rules.ts';

export interface Problem extends Place {
  /** `npm run lab lint explain` says more of it. */
  readonly rule: RuleId;
  /** One sentence that names the thing and what to write instead. */
  readonly message: string;
}

/** `file:line:column: message [rule]` */
export const showProblem = (problem: Problem): string =>
  `${showPlace(problem)}: ${problem.message} [${problem.rule}]`;

/** All problems of one text, in the order of the text. */
export class Problems {
  #found: Problem[] = [];

  add(place: Place, rule: RuleId, message: string): void {
    const { file, line, column } = place;
    this.#found.push({ file, line, column, rule, message });
  }

  get sorted(): readonly Problem[] {
    return this.#found.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
}

/** The error of a lab that cannot run as it is written. */
export function invalidLab(file: string, problems: readonly Problem[]): LabError {
  const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`;
  return new LabError('LAB_INVALID', `${file} has ${count}`, {
    hint: 'correct the file; npm run lab lint shows the mistakes of all labs',
    evidence: problems.map(showProblem),
  });
}
