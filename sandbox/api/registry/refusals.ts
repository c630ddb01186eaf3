// Kubernetes' own wording of refusals (k8s.io/apimachinery/pkg/api/errors, k8s.io/apimachinery/pkg/util/validation/field).

import { StatusError, type StatusCause, type StatusDetails } from '../../kube/status-error.ts';
import type { ResourceName } from '../../kube/object.ts';
import type { ResourceType } from '../../schema/type.ts';
import { qualified } from './types.ts';

export const badRequest = (message: string): StatusError => new StatusError('BadRequest', message);

/** A refusal that Kubernetes has no reason for: an error of Go's that no part of it turned into a status. */
export const unexpected = (message: string): StatusError => new StatusError('', message, undefined, 500);

export const notFound = (resource: ResourceName, name: string): StatusError =>
  new StatusError('NotFound', `${qualified(resource)} "${name}" not found`, about(resource, name));

export const alreadyExists = (resource: ResourceName, name: string): StatusError =>
  new StatusError('AlreadyExists', `${qualified(resource)} "${name}" already exists`, about(resource, name));

export const conflict = (resource: ResourceName, name: string, why: string): StatusError =>
  new StatusError(
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    about(resource, name),
  );

export const modified = (resource: ResourceName, name: string): StatusError =>
  conflict(
    resource,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );

export const forbidden = (
  resource: ResourceName,
  name: string,
  why: string,
  causes?: readonly StatusCause[],
): StatusError =>
  new StatusError('Forbidden', `${qualified(resource)} "${name}" is forbidden: ${why}`, {
    ...about(resource, name),
    ...(causes === undefined ? {} : { causes }),
  });

/** `causes` must not be empty. */
export function invalid(
  { group, kind }: Pick<ResourceType, 'group' | 'kind'>,
  name: string,
  causes: readonly StatusCause[],
): StatusError {
  const unique = [...new Map(causes.map((cause) => [`${cause.field} ${cause.message}`, cause])).values()];
  const said = unique.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`));
  const all = said.length === 1 ? said[0] : `[${said.join(', ')}]`;
  const qualifiedKind = group === '' ? kind : `${kind}.${group}`;
  return new StatusError('Invalid', `${qualifiedKind} "${name}" is invalid: ${all}`, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(kind === '' ? {} : { kind }),
    causes: unique,
  });
}

/** The mistake of a field's value, as `field.Invalid` prints it. */
export const invalidValue = (field: string, value: unknown, why: string): StatusCause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  field,
});

export const requiredValue = (field: string, why: string): StatusCause => ({
  reason: 'FieldValueRequired',
  message: why === '' ? 'Required value' : `Required value: ${why}`,
  field,
});

export const forbiddenValue = (field: string, why: string): StatusCause => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${why}`,
  field,
});

const about = ({ group, resource }: ResourceName, name: string): StatusDetails => ({
  name,
  ...(group === '' ? {} : { group }),
  kind: resource,
});
