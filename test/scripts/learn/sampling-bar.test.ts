import { describe, expect, it } from 'vitest';
import { samplingBar } from '../../../scripts/learn/sampling-bar.ts';

const bar = (shares: Readonly<Record<string, number>>, color = false): string =>
  samplingBar(
    { requests: 200, seen: '', parts: Object.entries(shares).map(([name, share]) => ({ name, share })) },
    { color },
  );

describe('the bar of a traffic check', () => {
  it.each([
    [{ v1: 0.75, v2: 0.25 }, '200 requests  v1 75 % ██████████████████░░░░░░ v2 25 %'],
    [{ v1: 1, v2: 0 }, '200 requests  v1 100 % ████████████████████████ v2 0 %'],
    [
      { v1: 0.334, v2: 0.333, v3: 0.333 },
      '200 requests  v1 33.4 % ████████░░░░░░░░▓▓▓▓▓▓▓▓ v2 33.3 % v3 33.3 %',
    ],
    [{ v1: 0.5, v2: 0.2 }, '200 requests  v1 50 % ████████████░░░░░ v2 20 %'],
  ])('shows %o', (shares, expected) => {
    expect(bar(shares)).toBe(expected);
  });

  it('is told apart by signs where there are no colours', () => {
    expect(bar({ a: 0.5, b: 0.5 })).not.toContain('\u001B');
    expect(bar({ a: 0.5, b: 0.5 }, true)).toContain('\u001B');
  });
});
