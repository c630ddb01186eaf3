import { describe, expect, it } from 'vitest';
import { threeWayPatch } from '../../../scripts/kubectl/apply/three-way.ts';
import type { PatchSchema } from '../../../scripts/kubectl/apply/patch-schema.ts';

const plain: PatchSchema = {
  strategies: [],
  mergeKey: undefined,
  field: () => undefined,
  item: () => undefined,
};
const byName: PatchSchema = { ...plain, strategies: ['merge'], mergeKey: 'name', item: () => plain };
const primitives: PatchSchema = { ...plain, strategies: ['merge'] };
const schema: PatchSchema = {
  ...plain,
  field: (name) => (name === 'containers' ? byName : name === 'finalizers' ? primitives : plain),
};

describe('the patch of apply', () => {
  it.each([
    ['is empty when the live object only has more', { a: 1 }, { a: 1 }, { a: 1, b: 2 }, {}],
    ['sets what differs', { a: 1 }, { a: 2 }, { a: 1 }, { a: 2 }],
    ['removes what the manifest no longer says', { a: 1, b: 2 }, { a: 1 }, { a: 1, b: 2 }, { b: null }],
    ['leaves what others added', {}, { a: { x: 1 } }, { a: { x: 1, y: 2 } }, {}],
    ['replaces a list without a key', { l: [1] }, { l: [1, 2] }, { l: [1] }, { l: [1, 2] }],
    [
      'merges a list by its key',
      { containers: [{ name: 'a', image: 'x' }] },
      { containers: [{ name: 'a', image: 'y' }] },
      { containers: [{ name: 'a', image: 'x', policy: 'Always' }, { name: 'sidecar' }] },
      { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'a', image: 'y' }] },
    ],
    [
      'deletes an element the manifest no longer has',
      { containers: [{ name: 'a' }, { name: 'b' }] },
      { containers: [{ name: 'a' }] },
      { containers: [{ name: 'a' }, { name: 'b' }] },
      { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ $patch: 'delete', name: 'b' }] },
    ],
    [
      'adds to and takes from a set of words',
      { finalizers: ['old'] },
      { finalizers: ['new'] },
      { finalizers: ['old', 'theirs'] },
      {
        '$setElementOrder/finalizers': ['new'],
        finalizers: ['new'],
        '$deleteFromPrimitiveList/finalizers': ['old'],
      },
    ],
  ])('%s', (_, original, modified, live, patch) => {
    expect(threeWayPatch({ original, modified, live }, schema)).toEqual(patch);
  });
});
