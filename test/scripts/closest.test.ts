import { describe, expect, it } from 'vitest';
import { closest, didYouMean } from '../../scripts/closest.ts';

const words = ['verify', 'reset', 'lint', 'sh'];

describe('closest', () => {
  it.each([
    ['verfy', 'verify'],
    ['VERIFY', 'verify'],
    ['evrify', 'verify'],
    ['rset', 'reset'],
    ['lnit', 'lint'],
    ['hs', 'sh'],
    ['install', undefined],
    ['x', undefined],
    ['', undefined],
  ])('%j is nearest to %j', (word, choice) => {
    expect(closest(word, words)).toBe(choice);
  });

  it('becomes part of a sentence, or nothing', () => {
    expect(didYouMean('verfy', words)).toBe(' (did you mean verify?)');
    expect(didYouMean('install', words)).toBe('');
  });
});
