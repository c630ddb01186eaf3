// A comparison as lines for a person: - is expected and missing, + was printed and not expected.

import type { AlignedLine } from './align.ts';
import type { Comparison } from './compare-output.ts';

/** Equal lines kept around a difference. */
const context = 3;

/** Lines without colours. Long runs of equal lines are shortened. */
export function showDifference({ lines }: Comparison): readonly string[] {
  const shown = lines
    .filter(({ kind }) => kind !== 'anything')
    .map((line) => [line.kind, showLine(line)] as const);
  const differs = shown.map(([kind]) => kind === 'missing' || kind === 'extra');
  const isNear = (index: number): boolean =>
    differs.slice(Math.max(0, index - context), index + context + 1).includes(true);
  const kept: string[] = [];
  let left = 0;
  for (const [index, [, text]] of shown.entries()) {
    if (isNear(index)) {
      if (left > 0) kept.push(leftOut(left));
      left = 0;
      kept.push(text);
    } else left += 1;
  }
  return left > 0 ? [...kept, leftOut(left)] : kept;
}

const leftOut = (count: number): string => `  … ${count === 1 ? 'one line' : `${count} lines`} as expected`;

function showLine(line: AlignedLine): string {
  if (line.kind === 'anything') return '  ...';
  if (line.kind === 'missing') return `- ${line.expected}`;
  return `${line.kind === 'extra' ? '+' : ' '} ${line.actual}`;
}
