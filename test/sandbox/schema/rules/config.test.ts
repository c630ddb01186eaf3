import { describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';
import { objectOf, refusals } from '../subjects.ts';

describe('a ConfigMap or Secret', () => {
  it.each<[string, AnyObject, string[]]>([
    ['a dotted key', objectOf('ConfigMap', { data: { 'app.conf': '' } }), []],
    [
      'a key with a space',
      objectOf('ConfigMap', { data: { 'a b': '' } }),
      [
        "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ],
    ],
    [
      'more than a mebibyte',
      objectOf('ConfigMap', { data: { a: 'x'.repeat(1024 * 1024 + 1) } }),
      [': Too long: may not be more than 1048576 bytes'],
    ],
    ['an opaque secret', objectOf('Secret', { stringData: { a: 'b' } }), []],
    [
      'a TLS secret without a key',
      objectOf('Secret', { type: 'kubernetes.io/tls', data: { 'tls.crt': 'eA==' } }),
      ['data[tls.key]: Required value'],
    ],
  ])('with %s is judged as Kubernetes does', (_what, object, causes) => {
    expect(refusals(object)).toEqual(causes);
  });

  it('does not change once it is immutable', () => {
    const old = objectOf('ConfigMap', { immutable: true, data: { a: '1' } });
    expect(refusals({ ...old, data: { a: '2' } }, old)).toEqual([
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
  });
});
