// What the query of a LIST or WATCH asks for (k8s.io/apimachinery, pkg/apis/meta/internalversion/validation).

import type { StatusCause } from '../../kube/status-error.ts';
import { badRequest, forbiddenValue, invalid } from '../registry/refusals.ts';
import { isTrue } from './respond.ts';
import { unsupported } from './write-options.ts';

export interface ListOptions {
  /** 0: no limit. */
  readonly limit: number;
  readonly continueToken: string;
  readonly resourceVersion: string;
  readonly match: '' | 'Exact' | 'NotOlderThan';
  /** 0: as long as the server likes. */
  readonly timeoutSeconds: number;
  readonly sendsInitialEvents: boolean;
  readonly allowsBookmarks: boolean;
  /** No selector: every object is wanted. */
  readonly isEverything: boolean;
}

/** @throws BadRequest for what cannot be read, Invalid for what does not go together */
export function listOptions(query: URLSearchParams): ListOptions {
  const text = (name: string): string => query.get(name) ?? '';
  const causes = isTrue(query.get('watch')) ? watchMistakes(query) : listMistakes(query);
  const limit = integer(text('limit'));
  const timeoutSeconds = integer(text('timeoutSeconds'));
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', causes);
  return {
    limit: Math.max(0, limit),
    continueToken: text('continue'),
    resourceVersion: text('resourceVersion'),
    match: text('resourceVersionMatch') as ListOptions['match'],
    timeoutSeconds: Math.max(0, timeoutSeconds),
    sendsInitialEvents: isTrue(query.get('sendInitialEvents')),
    allowsBookmarks: isTrue(query.get('allowWatchBookmarks')),
    isEverything: text('labelSelector') === '' && text('fieldSelector') === '',
  };
}

/** @throws BadRequest in Go's words */
export function integer(text: string): number {
  if (text === '') return 0;
  if (!/^[-+]?\d+$/u.test(text)) throw badRequest(`strconv.ParseInt: ${notANumber(text)}`);
  const value = BigInt(text.replace(/^\+/u, ''));
  if (BigInt.asIntN(64, value) !== value) throw badRequest(`strconv.ParseInt: ${outOfRange(text)}`);
  return Number(value);
}

/**
 * The revision a text names; infinite when it lies beyond every revision there can be.
 * @throws what `refuse` makes of a text that names none
 */
export function revisionOf(text: string, refuse: (cause: StatusCause) => Error): number {
  if (text === '') return 0;
  const why = /^\d+$/u.test(text)
    ? BigInt.asUintN(64, BigInt(text)) === BigInt(text)
      ? undefined
      : outOfRange(text)
    : notANumber(text);
  if (why === undefined) return Number(text);
  throw refuse({
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: ${why}`,
    field: 'resourceVersion',
  });
}

const notANumber = (text: string): string => `parsing ${JSON.stringify(text)}: invalid syntax`;
const outOfRange = (text: string): string => `parsing ${JSON.stringify(text)}: value out of range`;

const match = 'resourceVersionMatch';

function listMistakes(query: URLSearchParams): readonly StatusCause[] {
  const version = query.get('resourceVersion') ?? '';
  const causes: StatusCause[] = [];
  const asked = query.get(match) ?? '';
  if (asked !== '') {
    if (version === '')
      causes.push(forbiddenValue(match, `${match} is forbidden unless resourceVersion is provided`));
    causes.push(...besideContinue(query));
    if (asked !== 'Exact' && asked !== 'NotOlderThan')
      causes.push(unknownMatch(asked, ['Exact', 'NotOlderThan', '']));
    if (asked === 'Exact' && version === '0') {
      causes.push(forbiddenValue(match, `${match} "exact" is forbidden for resourceVersion "0"`));
    }
  }
  if (query.has('sendInitialEvents')) {
    causes.push(forbiddenValue('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  return causes;
}

function watchMistakes(query: URLSearchParams): readonly StatusCause[] {
  const asked = query.get(match) ?? '';
  const causes: StatusCause[] = [];
  if (query.has('sendInitialEvents')) {
    if (asked !== 'NotOlderThan') {
      causes.push(forbiddenValue(match, `sendInitialEvents requires setting ${match} to NotOlderThan`));
    }
  } else if (asked !== '') {
    causes.push(
      forbiddenValue(match, `${match} is forbidden for watch unless sendInitialEvents is provided`),
    );
  }
  if (asked !== '' && asked !== 'NotOlderThan') causes.push(unknownMatch(asked, ['NotOlderThan']));
  if (asked !== '') causes.push(...besideContinue(query));
  return causes;
}

const besideContinue = (query: URLSearchParams): readonly StatusCause[] =>
  (query.get('continue') ?? '') === ''
    ? []
    : [forbiddenValue(match, `${match} is forbidden when continue is provided`)];

const unknownMatch = (asked: string, allowed: readonly string[]): StatusCause =>
  unsupported(match, JSON.stringify(asked), allowed);
