import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { brokenRules } from '../../../../sandbox/istio-api/broken-rules.ts';
import { istioKinds } from '../../../../sandbox/istio-api/kinds.ts';
import { notExecutedWarnings } from '../../../../sandbox/istio-api/not-executed.ts';
import { validateIstio } from '../../../../sandbox/istio-api/validate.ts';
import { shaped } from '../../proof/support/shaped.ts';
import { runs } from '../../../support/properties.ts';
import type { Schema } from '../../../../sandbox/schema/type.ts';

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
