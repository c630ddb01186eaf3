import { describe, expect, it } from 'vitest';
import { canonicalQuantity, isQuantityText, quantityNanos } from '../../../sandbox/schema/quantity.ts';

describe('a quantity', () => {
  it.each([
    [0.5, '500m'],
    [1, '1'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['0.1', '100m'],
    ['128Mi', '128Mi'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['512Ki', '512Ki'],
    ['1000k', '1M'],
    ['2e3', '2e3'],
    ['100e0', '100'],
    ['0', '0'],
    ['-1000m', '-1'],
    ['nonsense', 'nonsense'],
  ])('%s is written %s', (value, text) => {
    expect(canonicalQuantity(value)).toBe(text);
  });

  it.each(['', 'm', '1 Gi', '1gi', '--1', '1Mb'])('%j cannot be read', (text) => {
    expect(isQuantityText(text)).toBe(false);
  });

  it('is compared exactly', () => {
    expect(quantityNanos('1Gi')).toBe(quantityNanos('1024Mi'));
    expect(quantityNanos('0.1')).toBe(100_000_000n);
  });
});
