import { describe, expect, it } from 'vitest';
import { decodeErrors } from '../../../sandbox/schema/decode.ts';
import { container, deployment, objectOf, pod, service, typeOf, versionOf } from './subjects.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

const decode = (object: AnyObject): readonly string[] =>
  decodeErrors(versionOf(typeOf(object.kind)).schema(), object);

const cannot = (what: string, field: string, type: string): string[] => [
  `json: cannot unmarshal ${what} into Go struct field ${field} of type ${type}`,
];

describe('decodeErrors', () => {
  it.each<[string, AnyObject, string[]]>([
    ['a valid Deployment', deployment(), []],
    ['the least integer', deployment({ replicas: -(2 ** 31) }), []],
    ['null anywhere', deployment({ replicas: null, template: null }), []],
    [
      'text for a number',
      deployment({ replicas: 'three' }),
      cannot('string', 'DeploymentSpec.spec.replicas', 'int32'),
    ],
    [
      'a fraction for an integer',
      deployment({ replicas: 1.5 }),
      cannot('number 1.5', 'DeploymentSpec.spec.replicas', 'int32'),
    ],
    [
      'a number too large',
      deployment({ replicas: 2 ** 31 }),
      cannot('number 2147483648', 'DeploymentSpec.spec.replicas', 'int32'),
    ],
    [
      'a number for a label',
      objectOf('Pod', { metadata: { labels: { app: 1 } } }),
      cannot('number', 'ObjectMeta.metadata.labels', 'string'),
    ],
    [
      'a boolean for a variable',
      pod({ env: [{ name: 'A', value: true }] }),
      cannot('bool', 'EnvVar.spec.containers.env.value', 'string'),
    ],
    [
      'an object for a list',
      objectOf('Pod', { spec: { containers: container() } }),
      cannot('object', 'PodSpec.spec.containers', '[]v1.Container'),
    ],
    [
      'a list for an object',
      objectOf('Deployment', { spec: [] }),
      cannot('array', 'Deployment.spec', 'v1.DeploymentSpec'),
    ],
    ['a port by number or name', service({ ports: [{ port: 80, targetPort: 'http' }] }), []],
    [
      'a boolean for a port',
      service({ ports: [{ port: 80, targetPort: true }] }),
      cannot('bool', 'ServicePort.spec.ports.targetPort', 'int32'),
    ],
    ['a quantity as a number', pod({ resources: { limits: { cpu: 0.5 } } }), []],
    [
      'no quantity at all',
      pod({ resources: { limits: { memory: 'lots' } } }),
      ["quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ],
    [
      'a quantity with an odd suffix',
      pod({ resources: { limits: { memory: '1mi' } } }),
      ["unable to parse quantity's suffix"],
    ],
    ['base64 over two lines', objectOf('Secret', { data: { a: 'YWJj\nZGVm', b: 'YQ==', c: '' } }), []],
    [
      'base64 with a letter that is none',
      objectOf('Secret', { data: { a: 'not base64!' } }),
      ['illegal base64 data at input byte 3'],
    ],
    [
      'base64 that was cut',
      objectOf('Secret', { data: { a: 'YWJjZG' } }),
      ['illegal base64 data at input byte 4'],
    ],
    [
      'a time that is none',
      objectOf('Event', { firstTimestamp: 'today' }),
      ['parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"'],
    ],
  ])('judges %s as Go does', (_what, object, errors) => {
    expect(decode(object)).toEqual(errors);
  });
});
