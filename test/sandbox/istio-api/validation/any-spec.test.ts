import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { brokenRules } from '../../../../sandbox/istio-api/broken-rules.ts';
import { istioKinds } from '../../../../sandbox/istio-api/kinds.ts';
import { notExecutedWarnings } from '../../../../sandbox/istio-api/not-executed.ts';
import { validateIstio } from '../../../../sandbox/istio-api/validate.ts';
import { runs } from '../../../support/properties.ts';
import type { Schema } from '../../../../sandbox/schema/type.ts';

/** Any JSON in the schema's fields, mostly of the right types. */
function shaped(schema: Schema): fc.Arbitrary<unknown> {
  const value = rightlyShaped(schema);
  return fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });
}

const words = fc.constantFrom(
  '',
  'a',
  '*',
  '*.b',
  'a/b',
  './*',
  '1s',
  '%',
  '(',
  'unix:///a',
  '10.0.0.0/8',
  '__proto__',
);

function rightlyShaped(schema: Schema): fc.Arbitrary<unknown> {
  const { type, properties, items, additionalProperties } = schema;
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (type === 'array' && items !== undefined) return fc.array(shaped(items), { maxLength: 2 });
  if (typeof additionalProperties === 'object') {
    return fc.dictionary(words, shaped(additionalProperties), { maxKeys: 2 });
  }
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(([name, field]) => [name, shaped(field)] as const);
    return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  }
  if (type === 'string') return fc.oneof(words, fc.string({ maxLength: 8 }));
  if (type === 'boolean') return fc.boolean();
  return fc.oneof(fc.integer({ min: -2, max: 70_000 }), fc.double());
}

it.each(istioKinds)('never throws, whatever stands in a $kind', ({ group, kind, spec }) => {
  const schema: Schema = { type: 'object', properties: { spec: spec() } };
  fc.assert(
    fc.property(shaped(spec()), (value) => {
      const object = {
        apiVersion: `${group}/v1`,
        kind,
        metadata: { name: 'a', namespace: 'b' },
        spec: value,
      };
      const { errors, denial } = validateIstio(object);
      expect(denial).toContain(errors[0] ?? '');
      brokenRules(schema, object);
      notExecutedWarnings(object, undefined);
    }),
    { numRuns: runs(40) },
  );
});

it('takes an object in place of an address for no CIDR', () => {
  const entry = istioKinds.find(({ kind }) => kind === 'ServiceEntry');
  const schema: Schema = { type: 'object', properties: { spec: entry?.spec() ?? {} } };
  // An object whose toString is no function cannot be made a string.
  expect(brokenRules(schema, { spec: { addresses: [{ toString: '' }], resolution: 'DNS' } })).toEqual([]);
});
