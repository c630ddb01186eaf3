import { describe, expect, it } from 'vitest';
import { compiled, patternProblem } from '../../../sandbox/schema/pattern.ts';

describe('a pattern', () => {
  it.each([
    ['^a+$', 'aaa', true],
    ['a', 'bab', true],
    ['^a', 'ba', false],
    ['(?i)^abc$', 'ABC', true],
    [String.raw`\pL`, 'é', true],
  ])('%s finds something in %s: %s', (pattern, text, found) => {
    expect(compiled(pattern).test(text)).toBe(found);
  });

  it.each(['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', '^(a|b){1,3}$', '(?i)a', String.raw`\A\d+\z`])(
    '%s is one of Go’s',
    (pattern) => {
      expect(patternProblem(pattern)).toBeUndefined();
    },
  );

  it.each(['(', '(?=a)', String.raw`(a)\1`, '[', 'a{2000}', '*'])('%s is none of Go’s', (pattern) => {
    expect(patternProblem(pattern)).toMatch(/error parsing regexp/);
  });
});
