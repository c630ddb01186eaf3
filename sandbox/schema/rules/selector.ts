import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import { forbidden, invalid, required } from '../cause.ts';
import { at } from '../json.ts';
import { type Causes, each, labels } from './check.ts';
import { labelValue, qualifiedName } from './names.ts';

/** Rules of a label selector (apimachinery, pkg/apis/meta/v1/validation). */
export function selectorRules(field: string, selector: LabelSelector): Causes {
  return [
    ...labels(`${field}.matchLabels`, selector.matchLabels),
    ...each(
      `${field}.matchExpressions`,
      selector.matchExpressions,
      (path, { key, operator, values = [] }) => [
        ...(operators.has(operator)
          ? []
          : [invalid(`${path}.operator`, operator, 'not a valid selector operator')]),
        ...valuesRules(`${path}.values`, operator, values),
        ...qualifiedName(key).map((why) => invalid(`${path}.key`, key, why)),
        ...values.flatMap((value, index) =>
          labelValue(value).map((why) => invalid(at(`${path}.values`, index), value, why)),
        ),
      ],
    ),
  ];
}

const operators = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist']);

function valuesRules(field: string, operator: string, values: readonly string[]): Causes {
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0) {
    return [required(field, "must be specified when `operator` is 'In' or 'NotIn'")];
  }
  if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) {
    return [forbidden(field, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
  }
  return [];
}
