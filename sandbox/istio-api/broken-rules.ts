import type { StatusCause } from '../kube/status-error.ts';
import { invalid } from '../schema/cause.ts';
import { at, child, isRecord } from '../schema/json.ts';
import { fieldOf } from '../schema/structural.ts';
import type { Schema } from '../schema/type.ts';
import * as rules from './schemas/cel-rules.ts';
import type { CelRule } from './schemas/cel-rules.ts';

/**
 * The CEL rules (`x-kubernetes-validations`) of Istio's schemas that a value breaks, in Kubernetes' words. The value
 * is valid by the rest of the schema.
 */
export function brokenRules(schema: Schema, value: unknown, path = ''): readonly StatusCause[] {
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap(({ rule: text, message = '' }) => {
    const rule = byText.get(text);
    if (rule === undefined || rule.holds(value)) return [];
    const failure = rule.failure?.(value);
    const why = failure === undefined ? message : `${failure} evaluating rule: ${message}`;
    // Kubernetes names the type in place of the value.
    return [invalid(path, schema.type, why)];
  });
  return [...own, ...inside(schema, value, path)];
}

const byText = new Map(Object.values<CelRule>(rules).map((rule) => [rule.rule, rule]));

function inside(schema: Schema, value: unknown, path: string): readonly StatusCause[] {
  const { items } = schema;
  if (Array.isArray(value)) {
    return items === undefined
      ? []
      : value.flatMap((item, index) => brokenRules(items, item, at(path, index)));
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const field = fieldOf(schema, name);
    return field === undefined ? [] : brokenRules(field, item, child(path, name));
  });
}
