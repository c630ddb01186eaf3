// Headings that are seen from the last row: letters apart and air around them, which every terminal can do.

import { styleText } from 'node:util';

export interface BigLook {
  readonly width: number;
  readonly color: boolean;
}

export function bigHeading(title: string, { width, color }: BigLook): string {
  const words = title
    .toUpperCase()
    .split(/\s+/)
    .map((word) => Array.from(word).join(' '));
  const lines = wrapWords(words, width - 4);
  const text = ['', ...lines.flatMap((line) => [`  ${line}`, '']), '─'.repeat(width)].join('\n');
  return color ? styleText('bold', text, { validateStream: false }) : text;
}

/** Three blanks between words whose letters have one between them. */
function wrapWords(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 3 + word.length <= width)
      lines[lines.length - 1] = `${last}   ${word}`;
    else lines.push(word);
  }
  return lines;
}
