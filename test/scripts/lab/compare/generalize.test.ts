import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareOutput } from '../../../../scripts/lab/compare/compare-output.ts';
import { generalize } from '../../../../scripts/lab/compare/generalize.ts';
import { unknownHoles } from '../../../../scripts/lab/compare/line-pattern.ts';
import { runs } from '../../../support/properties.ts';

describe('generalize', () => {
  it.each([
    [
      'output that still matches is kept to the letter',
      'web-x2x9z 5s',
      'web-<hash> <age>',
      'web-<hash> <age>',
    ],
    [
      'holes stay where the new words fit them',
      'web-x2x9z 2/2 5s',
      'web-<hash>  1/1 <age>',
      'web-<hash> 2/2 <age>',
    ],
    ['a hole that does not fit is gone', 'web pending', 'web <age>', 'web pending'],
    ['a line of another shape is taken as it is', 'one two', '<n>', 'one two'],
    ['new lines are taken as they are', 'a\nb', 'a', 'a\nb'],
    ['old lines that are gone are dropped', 'a', 'a\nb', 'a'],
    ['any lines stay any lines', 'a\nx\ny\nc', 'a\n...\nb', 'a\n...'],
    [
      'a successor among any lines is found',
      'a\nx\nage: 7m\ny',
      'a\n...\nage: 5s\n...',
      'a\n...\nage: 7m\n...',
    ],
    ['text that looks like a hole is escaped', 'a <n> <b>', 'x', String.raw`a \<n> \<b>`],
    ['brackets of kubectl stay', 'a <none>', 'x', 'a <none>'],
    ['a line of dots is escaped', '...', 'x', String.raw`\...`],
  ])('%s', (_title, actual, previous, expected) => {
    expect(generalize(actual, previous, 'like')).toBe(expected);
  });

  it('keeps to the lines that contains had', () => {
    const actual = 'noise\nHTTP/1.1 503 Service Unavailable\nnoise\nserver: envoy';
    expect(generalize(actual, 'HTTP/1.1 <n> OK\nserver: envoy', 'contains')).toBe('server: envoy');
    expect(generalize(actual, 'HTTP/1.1 200 Service Unavailable\nserver: envoy', 'contains')).toBe(
      'HTTP/1.1 503 Service Unavailable\nserver: envoy',
    );
  });

  it('takes all lines when contains would be left with none', () => {
    expect(generalize('a\nb', 'x y', 'contains')).toBe('a\nb');
  });

  it('takes the output itself for same', () => {
    expect(generalize('a  <n>\n\n', 'x', 'same')).toBe('a  <n>');
  });

  const text = fc.string({
    unit: fc.constantFrom(
      'a',
      'b ',
      ' ',
      '\n',
      '...',
      '\n...\n',
      '<n>',
      '<b>',
      '<',
      '\\',
      '5',
      '<none>',
      '\t',
    ),
    maxLength: 20,
  });

  it('always gives an expectation that the output meets, and that lint accepts', () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom('same', 'like', 'contains'), (actual, previous, mode) => {
        const expected = generalize(actual, previous, mode);
        expect(compareOutput(expected, actual, mode).matches).toBe(true);
        const before = new Set(unknownHoles(previous).map(({ name }) => name));
        const unknown = mode === 'same' ? [] : unknownHoles(expected);
        expect(unknown.filter(({ name }) => !before.has(name))).toEqual([]);
      }),
      { numRuns: runs(500) },
    );
  });
});
