// The few shapes that fields of Istio's kinds have, as structural OpenAPI.

import type { Schema } from '../../schema/type.ts';
import { type CelRule, durationRule } from './cel-rules.ts';

type Rules = Omit<Schema, 'type' | 'description' | 'properties' | 'items' | 'x-kubernetes-validations'>;

export const text = (description: string, rules: Rules = {}): Schema => ({
  description,
  type: 'string',
  ...rules,
});

export const flag = (description: string, rules: Rules = {}): Schema => ({
  description,
  type: 'boolean',
  ...rules,
});

export const int32 = (description: string, rules: Rules = {}): Schema => ({
  description,
  type: 'integer',
  format: 'int32',
  ...rules,
});

export const uint32 = (description: string, rules: Rules = {}): Schema => ({
  description,
  type: 'integer',
  minimum: 0,
  maximum: 4294967295,
  ...rules,
});

export const double = (description: string, rules: Rules = {}): Schema => ({
  description,
  type: 'number',
  format: 'double',
  ...rules,
});

/** Text such as `1.5s` or `250ms`, at least one millisecond. */
export const duration = (description: string): Schema => withRules(text(description), durationRule);

export const choice = (description: string, ...values: string[]): Schema =>
  text(description, { enum: values });

export const list = (description: string, items: Schema, rules: Rules = {}): Schema => ({
  description,
  type: 'array',
  items,
  ...rules,
});

export const texts = (description: string): Schema => list(description, { type: 'string' });

export const map = (description: string, values: Schema, rules: Rules = {}): Schema => ({
  description,
  type: 'object',
  additionalProperties: values,
  ...rules,
});

export const textMap = (description: string): Schema => map(description, { type: 'string' });

export const object = (
  description: string,
  properties: Readonly<Record<string, Schema>>,
  rules: Rules = {},
): Schema => ({ description, type: 'object', properties, ...rules });

/** An object of which anything may be written. */
export const anything = (description: string): Schema => ({
  description,
  type: 'object',
  'x-kubernetes-preserve-unknown-fields': true,
});

/** At most one of these fields is set, as Istio's generator writes protobuf's `oneof`. */
export function atMostOne(...names: string[]): Pick<Schema, 'oneOf'> {
  const required = names.map((name): Schema => ({ required: [name] }));
  return { oneOf: [{ not: { anyOf: required } }, ...required] };
}

export const withRules = (schema: Schema, ...rules: CelRule[]): Schema => ({
  ...schema,
  'x-kubernetes-validations': rules.map(({ rule, message }) => ({ rule, message })),
});
