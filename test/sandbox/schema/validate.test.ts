import { describe, expect, it } from 'vitest';
import { crdType } from '../../../sandbox/schema/crd.ts';
import { applySchemaDefaults, prune, unknownFields } from '../../../sandbox/schema/structural.ts';
import { celRules, validateSchema } from '../../../sandbox/schema/validate.ts';
import { crdOf, crontab } from './crd-subject.ts';
import { printed, versionOf } from './subjects.ts';

const schema = versionOf(crdType(crdOf())).schema();

describe('validateSchema', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['nothing wrong', { replicas: 2, port: 'http', note: null, labels: { a: 'b' } }, []],
    ['a required field missing', { schedule: undefined }, ['spec.schedule: Required value']],
    [
      'text for a number',
      { replicas: 'two' },
      ['spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"'],
    ],
    [
      'null where it is not allowed',
      { replicas: null },
      ['spec.replicas: Invalid value: "null": spec.replicas in body must be of type integer: "null"'],
    ],
    [
      'a boolean for a port',
      { port: true },
      ['spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"'],
    ],
    [
      'a value outside the set',
      { policy: 'Maybe' },
      ['spec.policy: Unsupported value: "Maybe": supported values: "Allow", "Forbid"'],
    ],
    [
      'too little',
      { replicas: 0 },
      ['spec.replicas: Invalid value: 0: spec.replicas in body should be greater than or equal to 1'],
    ],
    [
      'too much',
      { replicas: 10 },
      ['spec.replicas: Invalid value: 10: spec.replicas in body should be less than or equal to 9'],
    ],
    [
      'the wrong pattern',
      { schedule: 'never' },
      ['spec.schedule: Invalid value: "never": spec.schedule in body should match \'^\\S+ \\S+$\''],
    ],
    [
      'too long a text',
      { schedule: '1234567 9ab' },
      ['spec.schedule: Too long: may not be more than 9 bytes'],
    ],
    [
      'no item where one is needed',
      { hosts: [] },
      ['spec.hosts: Invalid value: 0: spec.hosts in body should have at least 1 items'],
    ],
    [
      'too many items',
      { hosts: ['a', 'b', 'c', 'd'] },
      ['spec.hosts: Too many: 4: must have at most 3 items'],
    ],
    ['an item twice in a set', { hosts: ['a', 'a'] }, ['spec.hosts[1]: Duplicate value: "a"']],
    [
      'a key twice in a map',
      { rules: [{ name: 'a' }, { name: 'a' }] },
      ['spec.rules[1]: Duplicate value: map[string]interface {}{"name":"a"}'],
    ],
    [
      'a wrong type inside a list',
      { rules: [{ name: 'a', weight: 'x' }] },
      [
        'spec.rules[0].weight: Invalid value: "string": spec.rules[0].weight in body must be of type integer: "string"',
      ],
    ],
    [
      'a wrong type inside a map',
      { labels: { a: 1 } },
      ['spec.labels.a: Invalid value: "integer": spec.labels.a in body must be of type string: "integer"'],
    ],
    [
      'a boolean where a format is asked for',
      { until: true },
      ['spec.until: Invalid value: "": spec.until in body must be of type date-time: ""'],
    ],
    [
      'a number at an open end',
      { ratio: 1 },
      ['spec.ratio: Invalid value: 1: spec.ratio in body should be less than 1'],
    ],
    [
      'a number between two steps',
      { ratio: 0.3 },
      ['spec.ratio: Invalid value: 0.3: spec.ratio in body should be a multiple of 0.25'],
    ],
    [
      'neither of two',
      { match: {} },
      [
        '<nil>: Invalid value: "": "spec.match" must validate one and only one schema (oneOf). Found none valid',
        'spec.match.exact: Required value',
      ],
    ],
    [
      'both of two',
      { match: { exact: 'a', prefix: 'b' } },
      [
        '<nil>: Invalid value: "": "spec.match" must validate one and only one schema (oneOf). Found 2 valid alternatives',
      ],
    ],
    [
      'a time that is none',
      { until: 'tomorrow' },
      ['spec.until: Invalid value: "tomorrow": spec.until in body must be of type date-time: "tomorrow"'],
    ],
  ])('reports %s', (_what, spec, causes) => {
    // As over the wire: undefined fields are not there.
    const object = JSON.parse(JSON.stringify(crontab(spec))) as unknown;
    expect(printed(validateSchema(schema, object))).toEqual(causes);
  });
});

describe('unknown fields', () => {
  const object = (): Record<string, unknown> =>
    structuredClone(
      crontab({ extra: 1, rules: [{ name: 'a', wait: 2 }], anything: { goes: true } }, { data: {} }),
    );

  it('are named by their path', () => {
    expect(unknownFields(schema, object())).toEqual(['spec.extra', 'spec.rules[0].wait', 'data']);
  });

  it('are dropped, others kept', () => {
    const pruned = object();
    prune(schema, pruned);
    expect(pruned).toEqual(crontab({ rules: [{ name: 'a' }], anything: { goes: true } }));
  });
});

describe('defaults', () => {
  it('fill in what is missing, also in lists, and replace a null that is not allowed', () => {
    const object = crontab({ replicas: null, note: null, rules: [{ name: 'a' }, { name: 'b', weight: 1 }] });
    applySchemaDefaults(schema, object);
    expect(object['spec']).toEqual({
      schedule: '* *',
      replicas: 1,
      note: null,
      rules: [
        { name: 'a', weight: 5 },
        { name: 'b', weight: 1 },
      ],
    });
  });
});

it('finds the CEL rules it does not evaluate', () => {
  const rule = { 'x-kubernetes-validations': [{ rule: 'self.a > 0' }] };
  const found = celRules({
    type: 'object',
    properties: { spec: { ...rule, type: 'object', properties: { a: { type: 'array', items: rule } } } },
  });
  expect(found).toEqual(['spec', 'spec.a']);
});
