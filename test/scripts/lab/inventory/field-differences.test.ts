import { describe, expect, it } from 'vitest';
import { fieldDifferences } from '../../../../scripts/lab/inventory/field-differences.ts';

const lines = (expected: unknown, found: unknown): readonly string[] =>
  fieldDifferences(expected, found).map(
    ({ path, expected: one, found: other }) => `${path}: ${JSON.stringify(one)} → ${JSON.stringify(other)}`,
  );

describe('two values', () => {
  it.each([
    ['equal maps, in any order', { a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 }, []],
    ['another value', { spec: { replicas: 1 } }, { spec: { replicas: 0 } }, ['spec.replicas: 1 → 0']],
    ['a field more', { a: 1 }, { a: 1, b: 2 }, ['b: undefined → 2']],
    ['a field less', { a: { b: 1, c: 2 } }, { a: { b: 1 } }, ['a.c: 2 → undefined']],
    ['a map where a list was', { a: [1] }, { a: { b: 1 } }, ['a: [1] → {"b":1}']],
    ['null, which is a value', { a: null }, {}, ['a: null → undefined']],
    ['a list of words, as a whole', { hosts: ['a', 'b'] }, { hosts: ['a'] }, ['hosts: ["a","b"] → ["a"]']],
    [
      'a key with dots',
      { metadata: { annotations: { 'a.b/c': '1' } } },
      { metadata: { annotations: { 'a.b/c': '2' } } },
      ['metadata.annotations["a.b/c"]: "1" → "2"'],
    ],
    [
      'items without names, by their places',
      { http: [{ weight: 1 }, { weight: 2 }] },
      { http: [{ weight: 1 }, { weight: 3 }, { weight: 4 }] },
      ['http[1].weight: 2 → 3', 'http[2]: undefined → {"weight":4}'],
    ],
    [
      'items with names, by their names',
      { containers: [{ name: 'web', image: 'a' }] },
      { containers: [{ name: 'proxy' }, { name: 'web', image: 'b' }] },
      ['containers[web].image: "a" → "b"', 'containers[proxy]: undefined → {"name":"proxy"}'],
    ],
    [
      'items in another order, which rules mind',
      { http: [{ name: 'testers' }, { name: 'everyone' }] },
      { http: [{ name: 'everyone' }, { name: 'testers' }] },
      ['http, their order: ["testers","everyone"] → ["everyone","testers"]'],
    ],
    [
      'two items of one name, by their places',
      {
        ports: [
          { name: 'a', port: 1 },
          { name: 'a', port: 2 },
        ],
      },
      {
        ports: [
          { name: 'a', port: 1 },
          { name: 'a', port: 3 },
        ],
      },
      ['ports[1].port: 2 → 3'],
    ],
  ])('differ where they differ: %s', (_, expected, found, differences) => {
    expect(lines(expected, found)).toEqual(differences);
  });
});
