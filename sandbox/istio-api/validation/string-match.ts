import { patternProblem } from '../../schema/pattern.ts';
import type { Message } from './message.ts';

/** `where` is how Istio calls the field. */
export function stringMatchMistake(match: Message | undefined, where: string): string | undefined {
  if (match?.has('exact') !== true && match?.has('prefix') === true) {
    return match.text('prefix') === ''
      ? `${JSON.stringify(where)}: prefix string match should not be empty`
      : undefined;
  }
  return regexMatchMistake(match, where);
}

/** As `stringMatchMistake`, but an empty prefix is one that everything has. */
export function regexMatchMistake(match: Message | undefined, where: string): string | undefined {
  if (match?.has('regex') !== true) return undefined;
  const regex = match.text('regex');
  return regex === ''
    ? `${JSON.stringify(where)}: regex string match should not be empty`
    : regexMistake(regex, where);
}

export function regexMistake(regex: string, where: string): string | undefined {
  if (Buffer.byteLength(regex) > 1024) {
    return `${JSON.stringify(where)}: regex is too large, max length allowed is 1024`;
  }
  const why = patternProblem(regex);
  const hint = 'Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)';
  return why === undefined ? undefined : `${JSON.stringify(where)}: ${why}; ${hint}`;
}
