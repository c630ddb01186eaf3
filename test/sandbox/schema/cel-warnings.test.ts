import { describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../sandbox/kube/object.ts';
import { celWarnings } from '../../../sandbox/schema/cel-warnings.ts';
import { crdOf } from './crd-subject.ts';
import { typeOf } from './subjects.ts';

const rules = { 'x-kubernetes-validations': [{ rule: 'self.size > 0' }] };
const withRules = crdOf(
  {},
  {
    schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', ...rules } } } },
  },
);

function warningsFor(object: AnyObject, old?: AnyObject): readonly string[] {
  const warnings: string[] = [];
  celWarnings().validate?.({
    type: typeOf('CustomResourceDefinition'),
    operation: old === undefined ? 'CREATE' : 'UPDATE',
    namespace: '',
    object,
    old,
    dryRun: false,
    warn: (text) => void warnings.push(text),
  });
  return warnings;
}

describe('a CRD with CEL rules', () => {
  it('is answered with a warning that names where they are', () => {
    expect(warningsFor(withRules)).toEqual([
      'spec.versions[v1].schema: spec: x-kubernetes-validations is not evaluated in this sandbox; use --engine kind',
    ]);
  });

  it.each([
    ['the CRD has none', crdOf(), undefined],
    ['they were there already', withRules, withRules],
  ])('is not when %s', (_why, object, old) => {
    expect(warningsFor(object, old)).toEqual([]);
  });
});
