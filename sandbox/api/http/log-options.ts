// Which part of a log is asked for (pkg/apis/core/validation, ValidatePodLogOptions).

import type { StatusCause } from '../../kube/status-error.ts';
import type { LogOptions } from '../extension.ts';
import { badRequest, forbiddenValue, invalid, invalidValue } from '../registry/refusals.ts';
import { integer } from './list-options.ts';
import type { ObjectRequest } from './request.ts';
import { isTrue } from './respond.ts';

/** The least value of each number. */
const numbers = { tailLines: 0, limitBytes: 1, sinceSeconds: 1 } as const;

/** @throws BadRequest for what cannot be read, Invalid for what makes no sense */
export function logOptions({ query, name }: ObjectRequest, container: string): LogOptions {
  const given = Object.entries(numbers).flatMap(([field, least]) => {
    const text = query.get(field) ?? '';
    return text === '' ? [] : [{ field, least, value: integer(text) }];
  });
  const sinceTime = query.get('sinceTime') ?? '';
  if (sinceTime !== '' && Number.isNaN(Date.parse(sinceTime))) {
    const shown = JSON.stringify(sinceTime);
    throw badRequest(`parsing time ${shown} as "2006-01-02T15:04:05Z07:00": cannot parse ${shown} as "2006"`);
  }
  const causes: StatusCause[] = given
    .filter(({ value, least }) => value < least)
    .map(({ field, value, least }) =>
      invalidValue(field, value, `must be greater than ${least === 0 ? 'or equal to ' : ''}0`),
    );
  if (sinceTime !== '' && given.some(({ field }) => field === 'sinceSeconds')) {
    const why = 'at most one of `sinceTime` or `sinceSeconds` may be specified';
    causes.push(forbiddenValue('', why));
  }
  if (causes.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, name, causes);
  return {
    container,
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    ...Object.fromEntries(given.map(({ field, value }) => [field, value])),
    ...(sinceTime === '' ? {} : { sinceTime }),
  };
}
