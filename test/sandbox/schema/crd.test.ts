import { describe, expect, it } from 'vitest';
import { crdType } from '../../../sandbox/schema/crd.ts';
import { byPriority } from '../../../sandbox/schema/version-priority.ts';
import { crdOf, crontab, crontabSchema } from './crd-subject.ts';
import { refusals, versionOf } from './subjects.ts';

const now = Date.parse('2026-01-01T00:05:30Z');
const version = (name: string, rest: Record<string, unknown> = {}): Record<string, unknown> => ({
  name,
  served: true,
  storage: false,
  schema: { openAPIV3Schema: crontabSchema },
  ...rest,
});

describe('the type of a CRD', () => {
  it('has the names of the definition', () => {
    expect(crdType(crdOf())).toMatchObject({
      group: 'stable.example.com',
      resource: 'crontabs',
      singular: 'crontab',
      kind: 'CronTab',
      shortNames: ['ct'],
      namespaced: true,
      storageVersion: 'v1',
      subresources: { status: false },
    });
  });

  it('serves its versions, the preferred first', () => {
    const versions = [
      version('v1alpha3'),
      version('v1', { storage: true }),
      version('v2', { served: false }),
      version('v1beta1', { deprecated: true }),
    ];
    const type = crdType(crdOf({ versions }));
    expect(type.versions.map((each) => each.version)).toEqual(['v1', 'v1beta1', 'v1alpha3']);
    expect(versionOf(type, 'v1beta1').deprecationWarning).toBe(
      'stable.example.com/v1beta1 CronTab is deprecated',
    );
  });

  it('has Age beside Name when it declares no columns', () => {
    const { columns } = versionOf(crdType(crdOf()));
    expect(columns.map(({ name }) => name)).toEqual(['Name', 'Age']);
    expect(versionOf(crdType(crdOf())).row(crontab({}), now)).toEqual(['it', '5m30s']);
  });

  it('prints its columns', () => {
    const additionalPrinterColumns = [
      { name: 'Schedule', type: 'string', jsonPath: '.spec.schedule' },
      { name: 'Hosts', type: 'string', jsonPath: '.spec.hosts' },
      { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas', priority: 1 },
      { name: 'First', type: 'string', jsonPath: '.spec.rules[0].name' },
      { name: 'Missing', type: 'string', jsonPath: '.spec.note' },
      { name: 'Wrong', type: 'integer', jsonPath: '.spec.schedule' },
      { name: 'Since', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ];
    const table = versionOf(crdType(crdOf({}, { additionalPrinterColumns })));
    const object = crontab({ hosts: ['*'], replicas: 2, rules: [{ name: 'a' }] });
    expect(table.columns.map(({ priority }) => priority)).toEqual([0, 0, 0, 1, 0, 0, 0, 0]);
    expect(table.row(object, now)).toEqual(['it', '* *', '["*"]', 2, 'a', null, null, '5m30s']);
  });

  it('has the subresources of its storage version', () => {
    const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
    expect(crdType(crdOf({}, { subresources: { status: {}, scale } })).subresources).toEqual({
      status: true,
      scale,
    });
  });
});

it('prefers stable to beta to alpha, and newer to older', () => {
  const versions = ['foo', 'v1alpha1', 'v1', 'v2beta1', 'v10', 'v2beta2', 'bar'];
  expect(versions.toSorted(byPriority)).toEqual([
    'v10',
    'v1',
    'v2beta2',
    'v2beta1',
    'v1alpha1',
    'bar',
    'foo',
  ]);
});

describe('a CRD', () => {
  it('is accepted with a structural schema', () => {
    expect(refusals(crdOf())).toEqual([]);
  });

  const schemaOf = (spec: Record<string, unknown>): Record<string, unknown> => ({
    schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
  });
  const at = 'spec.versions[0].schema.openAPIV3Schema.properties[spec]';

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
    [
      'another name than plural.group',
      { group: 'other.example.com' },
      {},
      [
        'metadata.name: Invalid value: "crontabs.stable.example.com": must be spec.names.plural+"."+spec.group',
      ],
    ],
    ['no scope', { scope: undefined }, {}, ['spec.scope: Required value']],
    [
      'an unknown scope',
      { scope: 'Global' },
      {},
      ['spec.scope: Unsupported value: "Global": supported values: "Cluster", "Namespaced"'],
    ],
    [
      'no storage version',
      {},
      { storage: false },
      ['spec.versions: Invalid value: ["v1"]: must have exactly one version marked as storage version'],
    ],
    [
      'no schema',
      {},
      { schema: undefined },
      ['spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required'],
    ],
    [
      'a field without a type',
      {},
      schemaOf({ description: 'x' }),
      [`${at}.type: Required value: must not be empty for specified object fields`],
    ],
    [
      'a list without items',
      {},
      schemaOf({ type: 'array' }),
      [`${at}.items: Required value: must be specified`],
    ],
    [
      'a reference',
      {},
      schemaOf({ type: 'object', $ref: '#/x' }),
      [`${at}.$ref: Forbidden: $ref is not supported`],
    ],
    [
      'a type inside anyOf',
      {},
      schemaOf({ type: 'object', anyOf: [{ type: 'object' }] }),
      [`${at}.anyOf[0].type: Forbidden: must be empty to be structural`],
    ],
    [
      'a list map without keys',
      {},
      schemaOf({ type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'map' }),
      [
        `${at}.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`,
      ],
    ],
    [
      'a column path without a dot',
      {},
      { additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: 'spec' }] },
      [
        'spec.versions[0].additionalPrinterColumns[0].jsonPath: Invalid value: "spec": must be a simple json path starting with .',
      ],
    ],
  ])('with %s is refused', (_what, spec, rest, causes) => {
    expect(refusals(crdOf(spec, rest))).toEqual(causes);
  });

  it('keeps its scope', () => {
    expect(refusals(crdOf({ scope: 'Cluster' }), crdOf())).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
    ]);
  });
});
