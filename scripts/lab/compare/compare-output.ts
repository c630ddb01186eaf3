// Whether a command printed what the lab shows, and if not, where the two part.
//
// `same`: equal, but for blanks at the ends of lines and lines left empty at the end.
// `like`: in order, line by line, with typed holes and any widths of columns; a line `...` is any lines.
// `contains`: as `like`, with any lines between.

import { align, type AlignedLine, type ExpectedLine } from './align.ts';
import { isEllipsis, linePattern } from './line-pattern.ts';

export type CompareMode = 'same' | 'like' | 'contains';

export interface Comparison {
  readonly matches: boolean;
  /** Every line of both texts in order; lines both have are `equal`. */
  readonly lines: readonly AlignedLine[];
}

export function compareOutput(expected: string, actual: string, mode: CompareMode): Comparison {
  const lines = align(expectedLines(expected, mode), splitLines(actual));
  return { matches: !lines.some(({ kind }) => kind === 'missing' || kind === 'extra'), lines };
}

/** Lines without the blanks at their ends, and without empty lines at the end of the text. */
export function splitLines(text: string): readonly string[] {
  const trimmed = text.replaceAll(/[^\S\n]+$/gm, '').replace(/\n+$/, '');
  return trimmed === '' ? [] : trimmed.split('\n');
}

/** The lines of an expected text as `align` reads them. */
export function expectedLines(expected: string, mode: CompareMode): readonly ExpectedLine[] {
  const lines = splitLines(expected).map((text) => expectedLine(text, mode));
  return mode === 'contains' ? [anything, ...lines.flatMap((line) => [line, anything])] : lines;
}

const anything: ExpectedLine = { kind: 'anything', text: '...', matches: () => false };

function expectedLine(text: string, mode: CompareMode): ExpectedLine {
  if (mode === 'same') return { kind: 'line', text, matches: (actual) => actual === text };
  if (isEllipsis(text)) return anything;
  const pattern = linePattern(text);
  return { kind: 'line', text, matches: (actual) => pattern.matches(actual) };
}
