import { describe, expect, it } from 'vitest';
import { strategicMergePatch } from '../../../../sandbox/api/patch/strategic-merge-patch.ts';
import type { Schema } from '../../../../sandbox/schema/type.ts';

const item: Schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    value: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
  },
};
const schema: Schema = {
  type: 'object',
  properties: {
    items: {
      type: 'array',
      items: item,
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
    },
    finalizers: { type: 'array', items: { type: 'string' }, 'x-kubernetes-patch-strategy': 'merge' },
    args: { type: 'array', items: { type: 'string' } },
  },
};
const target = {
  items: [
    { name: 'a', value: '1' },
    { name: 'b', value: '2' },
    { name: 'c', value: '3' },
  ],
  finalizers: ['x', 'y'],
  args: ['1', '2'],
  rest: { kept: true },
};
const named = (...names: string[]): unknown[] => names.map((name) => expect.objectContaining({ name }));

describe('strategicMergePatch', () => {
  it.each([
    [
      'merges items by key',
      { items: [{ name: 'b', value: 'new' }] },
      {
        items: [
          { name: 'a', value: '1' },
          { name: 'b', value: 'new' },
          { name: 'c', value: '3' },
        ],
      },
    ],
    ['adds items', { items: [{ name: 'd' }] }, { items: named('a', 'b', 'c', 'd') }],
    ['deletes items', { items: [{ name: 'b', $patch: 'delete' }] }, { items: named('a', 'c') }],
    [
      'deletes items that are not there',
      { items: [{ name: 'z', $patch: 'delete' }] },
      { items: named('a', 'b', 'c') },
    ],
    ['replaces all items', { items: [{ $patch: 'replace' }, { name: 'z' }] }, { items: [{ name: 'z' }] }],
    [
      'orders items',
      { '$setElementOrder/items': [{ name: 'c' }, { name: 'a' }] },
      { items: named('c', 'b', 'a') },
    ],
    [
      'puts new items where the order says',
      {
        '$setElementOrder/items': [{ name: 'd' }, { name: 'a' }, { name: 'b' }, { name: 'c' }],
        items: [{ name: 'd' }],
      },
      { items: named('d', 'a', 'b', 'c') },
    ],
    ['unites lists of values', { finalizers: ['y', 'z'] }, { finalizers: ['x', 'y', 'z'] }],
    ['deletes from lists of values', { '$deleteFromPrimitiveList/finalizers': ['x'] }, { finalizers: ['y'] }],
    ['replaces lists without a strategy', { args: ['3'] }, { args: ['3'] }],
    ['replaces objects', { rest: { $patch: 'replace', other: 1 } }, { rest: { other: 1 } }],
  ])('%s', (_what, patch, expected) => {
    const before = structuredClone(target);
    const result = strategicMergePatch(schema, target, patch);
    for (const [key, value] of Object.entries(expected)) expect(result).toHaveProperty([key], value);
    expect(target).toEqual(before);
  });

  it('removes fields with null', () => {
    expect(strategicMergePatch(schema, target, { args: null, items: null })).toEqual({
      finalizers: target.finalizers,
      rest: target.rest,
    });
  });

  it('keeps only the retained keys', () => {
    expect(strategicMergePatch(schema, target, { $retainKeys: ['args'], args: ['3'] })).toEqual({
      args: ['3'],
    });
  });
});
