import { expect, it } from 'vitest';
import { mismatch } from '../../../../scripts/lab/checks/match.ts';

it.each([
  ['the field of an only item', [{ name: 'v2' }], [{ name: 'v1' }], 'pods[0].name is "v1", expected "v2"'],
  [
    'the item that is missing beside others',
    [{ name: 'catalog' }, { name: 'istio-proxy' }],
    [{ name: 'catalog' }],
    'pods has no item like {"name":"istio-proxy"}',
  ],
  ['nothing when all are there, in any order', [{ a: 1 }, { b: 2 }], [{ b: 2, c: 3 }, { a: 1 }], undefined],
])('tells of a list %s', (_, expected, actual, difference) => {
  expect(mismatch(expected, actual, 'pods')).toBe(difference);
});
