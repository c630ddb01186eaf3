import { describe, expect, it } from 'vitest';
import { jsonPath } from '../../../sandbox/schema/json-path.ts';

const object = {
  spec: { hosts: ['a', 'b'], 'a.b': 1, 'x-y': 2 },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Live', status: 'False' },
    ],
  },
};

describe('jsonPath', () => {
  it.each<[string, unknown[]]>([
    ['.spec.hosts', [['a', 'b']]],
    ['.spec.hosts[1]', ['b']],
    ['.spec.hosts[-1]', ['b']],
    ['.spec.hosts[2]', []],
    ['.spec.hosts[*]', ['a', 'b']],
    ['.spec.x-y', [2]],
    [String.raw`.spec.a\.b`, [1]],
    [".spec['a.b']", [1]],
    ['.status.conditions[*].type', ['Ready', 'Live']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type != 'Ready')].status", ['False']],
    ['.spec.hosts.name', []],
    ['.missing.path', []],
    ['.constructor', []],
  ])('%s finds %j', (path, found) => {
    expect(jsonPath(path)(object)).toEqual(found);
  });

  it.each(['spec', '.spec[', '.a..b', '.spec[?(@.a>1)]'])('does not know %s', (path) => {
    expect(() => jsonPath(path)).toThrow(`unrecognized JSON path ${JSON.stringify(path)}`);
  });
});
