import { describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';
import { objectOf, refusals, typeOf } from '../subjects.ts';

describe('kinds without rules of their own', () => {
  it.each<[string, AnyObject, string[]]>([
    ['Role', objectOf('Role', { rules: [{ apiGroups: [''] }] }), ['rules[0].verbs: Required value']],
    [
      'Ingress',
      objectOf('Ingress', {
        spec: { rules: [{ http: { paths: [{ pathType: 'Glob', backend: {} }] } }] },
      }),
      [
        'spec.rules[0].http.paths[0].pathType: Unsupported value: "Glob": supported values: "Exact", "ImplementationSpecific", "Prefix"',
      ],
    ],
  ])('%s still has required fields and fixed sets', (_kind, object, causes) => {
    expect(refusals(object)).toEqual(causes);
  });

  it.each(['Namespace', 'ServiceAccount', 'Lease', 'ConfigMap', 'Endpoints'])(
    'an empty %s is fine',
    (kind) => {
      expect(typeOf(kind).kind).toBe(kind);
      expect(refusals(objectOf(kind))).toEqual([]);
    },
  );

  it('an update of metadata or status alone is not judged again', () => {
    const old = objectOf('Role', { rules: [{ apiGroups: [''] }] });
    expect(refusals({ ...old, metadata: { ...old.metadata, labels: { a: 'b' } }, status: {} }, old)).toEqual(
      [],
    );
    expect(refusals({ ...old, rules: [{ apiGroups: ['apps'] }] }, old)).toEqual([
      'rules[0].verbs: Required value',
    ]);
  });
});
