// Kubernetes' field errors (apimachinery, util/validation/field), as the causes of an Invalid status.
// The whole message of a status is `${field}: ${message}` for each.

import { GoValue } from './rules/go-value.ts';
import type { StatusCause } from '../kube/status-error.ts';

export const required = (field: string, detail = ''): StatusCause => ({
  reason: 'FieldValueRequired',
  message: detail === '' ? 'Required value' : `Required value: ${detail}`,
  field,
});

export const invalid = (field: string, value: unknown, detail: string): StatusCause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${shown(value)}: ${detail}`,
  field,
});

export const typeInvalid = (field: string, value: unknown, detail: string): StatusCause => ({
  reason: 'FieldValueTypeInvalid',
  message: `Invalid value: ${shown(value)}: ${detail}`,
  field,
});

export const notSupported = (field: string, value: unknown, allowed: readonly unknown[]): StatusCause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${shown(value)}: supported values: ${allowed.map(quoted).join(', ')}`,
  field,
});

export const duplicate = (field: string, value: unknown): StatusCause => ({
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${shown(value)}`,
  field,
});

export const forbidden = (field: string, detail: string): StatusCause => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${detail}`,
  field,
});

export const notFound = (field: string, value: unknown): StatusCause => ({
  reason: 'FieldValueNotFound',
  message: `Not found: ${shown(value)}`,
  field,
});

export const tooLong = (field: string, most: number): StatusCause => ({
  reason: 'FieldValueTooLong',
  message: `Too long: may not be more than ${most} bytes`,
  field,
});

export const tooMany = (field: string, actual: number, most: number): StatusCause => ({
  reason: 'FieldValueTooMany',
  message: `Too many: ${actual}: must have at most ${most} items`,
  field,
});

const quoted = (one: unknown): string => JSON.stringify(typeof one === 'string' ? one : JSON.stringify(one));

/** A value as Go prints it in these messages: strings quoted, objects as JSON. */
function shown(value: unknown): string {
  if (value instanceof GoValue) return value.text;
  if (value === undefined || value === null) return 'null';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}
