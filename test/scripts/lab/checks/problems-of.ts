import { parseCheck } from '../../../../scripts/lab/checks/parse-check.ts';

/** What is wrong with a check: `offset: sentence`. */
export function problemsOf(yaml: string): readonly string[] {
  const parsed = parseCheck('a check', yaml);
  return 'problems' in parsed ? parsed.problems.map(({ offset, message }) => `${offset}: ${message}`) : [];
}
