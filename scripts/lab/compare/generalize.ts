// New expected output from real output: lines that still match keep their words, and where the old text had a hole,
// so does the new.

import { align, type AlignedLine } from './align.ts';
import { expectedLines, splitLines, type CompareMode } from './compare-output.ts';
import { hasHole, linePattern, literalLine, literalWord } from './line-pattern.ts';

/**
 * Expected output for `mode` that matches `actual` and stays as close to `previous` as it can.
 * @param previous the expected output as it stands in the lab
 */
export function generalize(actual: string, previous: string, mode: CompareMode): string {
  if (mode === 'same') return splitLines(actual).join('\n');
  const result: string[] = [];
  let gap: AlignedLine[] = [];
  for (const line of align(expectedLines(previous, mode), splitLines(actual))) {
    if (line.kind === 'equal') {
      result.push(...fillGap(gap, mode), line.expected);
      gap = [];
    } else gap.push(line);
  }
  result.push(...fillGap(gap, mode));
  // An expectation without a line would be met by anything.
  const lines = result.length > 0 ? result : splitLines(actual).map((line) => withHoles(line));
  return lines.join('\n');
}

/** What stands between two lines that matched: new lines take the holes of the lines they replace. */
function fillGap(gap: readonly AlignedLine[], mode: CompareMode): readonly string[] {
  const templates = gap.flatMap((line) => (line.kind === 'missing' ? [line.expected] : []));
  const result: string[] = [];
  const leaveOut = (): void => {
    if (mode === 'like' && result.at(-1) !== '...') result.push('...');
  };
  for (const line of gap) {
    if (line.kind === 'anything') leaveOut();
    if (line.kind === 'extra') result.push(withHoles(line.actual, templates.shift()));
    if (line.kind === 'allowed') {
      const index = templates.findIndex((template) => isKin(template, line.actual));
      const [template] = index === -1 ? [] : templates.splice(index, 1);
      if (template === undefined) leaveOut();
      else result.push(withHoles(line.actual, template));
    }
  }
  return result;
}

/** Whether a line looks like the successor of an old one: the same number of words, the first one equal. */
function isKin(template: string, actual: string): boolean {
  const [before, now] = [wordsOf(template), wordsOf(actual)];
  return before.length === now.length && linePattern(before[0] ?? '').matches(now[0] ?? '');
}

const wordsOf = (line: string): readonly string[] => line.trim().split(/\s+/);

/** The line with the holes of `template` wherever a word of the line fits the word of the template at its place. */
function withHoles(actual: string, template = ''): string {
  const words = wordsOf(actual);
  const templateWords = wordsOf(template);
  let index = -1;
  const line = actual.replaceAll(/\S+/g, (word) => {
    index += 1;
    const candidate = templateWords.length === words.length ? templateWords[index] : undefined;
    return candidate !== undefined && hasHole(candidate) && linePattern(candidate).matches(word)
      ? candidate
      : literalWord(word);
  });
  return literalLine(line);
}
