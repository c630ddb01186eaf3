import { expect, it } from 'vitest';
import { compareOutput, type CompareMode } from '../../../../scripts/lab/compare/compare-output.ts';
import { showDifference } from '../../../../scripts/lab/compare/show-difference.ts';

const difference = (expected: string, actual: string, mode: CompareMode): readonly string[] =>
  showDifference(compareOutput(expected, actual, mode));

it.each<[string, string, string, CompareMode, readonly string[]]>([
  [
    'a changed line stands between its neighbours',
    'a\nb\nc',
    'a\nx\nc',
    'same',
    ['  a', '- b', '+ x', '  c'],
  ],
  ['what was printed is shown, not its pattern', 'a <n>\nb', 'a 5\nc', 'like', ['  a 5', '- b', '+ c']],
  [
    'a missing line is shown with lines that may stand between',
    'b\nd',
    'a\nb\nc',
    'contains',
    ['  a', '  b', '  c', '- d'],
  ],
  ['nothing printed is only missing lines', 'a\nb', '', 'same', ['- a', '- b']],
])('%s', (_title, expected, actual, mode, lines) => {
  expect(difference(expected, actual, mode)).toEqual(lines);
});

it('long runs of equal lines are shortened to their number', () => {
  const many = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  expect(difference(many.join('\n'), many.with(10, 'other').join('\n'), 'same')).toEqual([
    '  … 7 lines as expected',
    '  line 7',
    '  line 8',
    '  line 9',
    '- line 10',
    '+ other',
    '  line 11',
    '  line 12',
    '  line 13',
    '  … 6 lines as expected',
  ]);
});

it('an alignment of thousands of lines with ten takes no noticeable time', () => {
  const actual = Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n');
  expect(compareOutput('line <n>\n...\nline 4999', actual, 'like').matches).toBe(true);
});
