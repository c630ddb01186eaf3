// Rules of PodDisruptionBudgets (pkg/apis/policy/validation).

import type { PodDisruptionBudgetSpec } from 'kubernetes-types/policy/v1.js';
import type { AnyObject } from '../../kube/object.ts';
import { invalid } from '../cause.ts';
import { type Causes, notNegative } from './check.ts';
import { goObject } from './go-value.ts';
import { selectorRules } from './selector.ts';

export function podDisruptionBudgetRules(object: AnyObject): Causes {
  const spec = (object['spec'] ?? {}) as PodDisruptionBudgetSpec;
  const { minAvailable: min, maxUnavailable: max, selector } = spec;
  const amount = (field: string, value: number | string | undefined): Causes =>
    typeof value === 'string'
      ? /^\d+%$/.test(value)
        ? []
        : [
            invalid(
              field,
              value,
              "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
            ),
          ]
      : notNegative(field, value);
  return [
    ...(min !== undefined && max !== undefined
      ? [invalid('spec', goObject({ ...spec }), 'minAvailable and maxUnavailable cannot be both set')]
      : []),
    ...amount('spec.minAvailable', min),
    ...amount('spec.maxUnavailable', max),
    ...(selector === undefined ? [] : selectorRules('spec.selector', selector)),
  ];
}
