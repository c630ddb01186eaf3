import { assert, dictionary, jsonValue, property, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument, stringify } from 'yaml';
import { markChanges, markedLines, noMarks } from '../../../../scripts/learn/manifest/marked-lines.ts';
import { runs } from '../../../support/properties.ts';

const marked = (text: string, before: unknown, isWhole = true): string => {
  const marks = noMarks();
  markChanges(text, parseDocument(text), { value: before, isWhole }, marks);
  return markedLines(text.trimEnd(), marks)
    .map(({ mark, text: line }) => `${mark} ${line}`.trimEnd())
    .join('\n');
};

describe('a manifest against what was applied before', () => {
  it.each([
    [
      'has no marks when it says the same in other words',
      'b: "x" # why\na: 1\n',
      { a: 1, b: 'x' },
      '  b: "x" # why\n  a: 1',
    ],
    [
      'shows a changed value with its old one',
      'a: 1\nb: 2 # why\n',
      { a: 1, b: 3 },
      '  a: 1\n- b: 3 # why\n+ b: 2 # why',
    ],
    ['marks all lines of a new key', 'a: 1\nb:\n  c: 2\n', { a: 1 }, '  a: 1\n+ b:\n+   c: 2'],
    ['shows a key that is left out', 'a:\n  b: 1\n', { a: { b: 1, c: 2 } }, '  a:\n    b: 1\n-   c: 2'],
    [
      'marks an item put in front, and not those behind it',
      'a:\n  - x: 1\n  - y: 2\n',
      { a: [{ y: 2 }] },
      '  a:\n+   - x: 1\n    - y: 2',
    ],
    ['shows an item that is left out', 'a:\n  - x\n', { a: ['x', 'y'] }, '  a:\n    - x\n-   - y'],
    [
      'shows an item that is left out where it stood',
      'a:\n  - x: 1\n  - z: 3\n',
      { a: [{ w: 0 }, { x: 1 }, { y: 2 }, { z: 3 }] },
      '  a:\n-   - w: 0\n    - x: 1\n-   - y: 2\n    - z: 3',
    ],
    [
      'shows the change inside an item',
      'a:\n  - host: x\n    weight: 90\n',
      { a: [{ host: 'x', weight: 50 }] },
      '  a:\n    - host: x\n-     weight: 50\n+     weight: 90',
    ],
    [
      'marks the line of a value in braces',
      'a: { b: 1, c: 2 }\n',
      { a: { b: 1, c: 3 } },
      '- a: { b: 1, c: 3 }\n+ a: { b: 1, c: 2 }',
    ],
    ['marks a value that was a list', 'a: 1\n', { a: [1, 2] }, '+ a: 1'],
  ])('%s', (_, text, before, expected) => {
    expect(marked(text, before)).toBe(expected);
  });

  it('says nothing of fields that nobody has applied', () => {
    expect(marked('a: 1\n', { a: 1, status: {} }, false)).toBe('  a: 1');
  });

  it('has marks exactly when a value differs', () => {
    const value = jsonValue({ maxDepth: 3, noUnicodeString: true });
    const name = stringMatching(/^[a-y]{1,3}$/);
    assert(
      property(dictionary(name, value), value, (others, last) => {
        const text = stringify({ ...others, z: last });
        expect(marked(text, parse(text))).not.toMatch(/^[+-]/m);
        expect(marked(text, { ...(parse(text) as object), z: [last] })).toMatch(/^[+-]/m);
      }),
      { numRuns: runs(30) },
    );
  });
});
