// A diagnosis as lines for any terminal.

import { rungs, rungTitles, type Diagnosis } from '../why/diagnosis.ts';

/** Cause and fix. */
export const causeLines = ({ text, fix }: Diagnosis): readonly string[] => [
  `cause:    ${text}`,
  `fix:      ${fix}`,
];

/** With the ladder as far as it holds, and what shows it. */
export const whyLines = (diagnosis: Diagnosis): readonly string[] => [
  ...causeLines(diagnosis),
  ...ladderLines(diagnosis),
  ...diagnosis.evidence.map((line) => `| ${line}`),
];

function ladderLines({ rung: broken, cause }: Diagnosis): readonly string[] {
  // Nothing was found broken: there is no rung to show.
  if (cause === 'not-found') return [];
  const index = rungs.indexOf(broken);
  return rungs
    .slice(0, index + 1)
    .map((rung, position) => `${position < index ? '✔' : '✖'} ${position + 1} ${rungTitles[rung]}`);
}
