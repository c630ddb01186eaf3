import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duplicateFields } from '../../../../sandbox/api/http/duplicate-fields.ts';

describe('duplicateFields', () => {
  it.each([
    ['{"a":1,"a":2}', ['a']],
    ['{"spec":{"x":1,"y":{},"x":2}}', ['spec.x']],
    ['{"list":[{"a":1},{"b":1,"b":2}]}', ['list[1].b']],
    ['{"a":1,"\\u0061":2}', ['a']],
    ['{"a":"a","b":"{\\"a\\":1,\\"a\\":2}"}', []],
    ['[["a","a"],{"a":["a"]}]', []],
    ['"text"', []],
  ])('of %s are %j', (text, paths) => {
    expect(duplicateFields(text)).toEqual(paths);
  });

  it('are none in what JSON.stringify writes', () => {
    assert(
      property(jsonValue(), (value) => {
        expect(duplicateFields(JSON.stringify(value, null, 1))).toEqual([]);
      }),
    );
  });
});
