import type { IncomingMessage } from 'node:http';
import type { StatusCause } from '../../kube/status-error.ts';
import type { WriteOptions } from '../registry/context.ts';
import { forbiddenValue, invalid, invalidValue, requiredValue } from '../registry/refusals.ts';
import type { ResourceRequest } from './request.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** What the query and headers of a writing request say. @throws Invalid */
export function writeOptions(request: ResourceRequest): WriteOptions {
  const { query, message } = request;
  const dryRun = query.getAll('dryRun');
  const causes = [
    ...(message.method === 'PATCH' ? patchMistakes(query, message) : []),
    ...managerMistakes(query.get('fieldManager') ?? ''),
    ...dryRunMistakes(dryRun),
    ...validationMistakes(query.get('fieldValidation') ?? ''),
  ];
  const kind = optionsKinds[message.method ?? ''] ?? 'UpdateOptions';
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', causes);
  return { ...optionsOf(request), dryRun: dryRun.includes('All') };
}

/** As `writeOptions`, of a query that is known to be right. */
export function optionsOf({
  query,
  message,
  type,
  version,
  subresource,
  warnings,
}: ResourceRequest): Omit<WriteOptions, 'dryRun'> {
  const part =
    subresource === 'status' || subresource === 'scale' || subresource === 'finalize'
      ? subresource
      : undefined;
  return {
    warn: (text) => warnings.push(text),
    // Fields are managed in the shape they are stored in.
    version: version.conversion === undefined ? version.version : type.storageVersion,
    manager: query.get('fieldManager') || programOf(message),
    ...(part === undefined ? {} : { subresource: part }),
  };
}

/** Warn where nothing is said. */
export const fieldValidation = (query: URLSearchParams): FieldValidation =>
  (query.get('fieldValidation') || 'Warn') as FieldValidation;

/** The program's name from its User-Agent: `kubectl/v1.32.2 …` → `kubectl`. */
const programOf = ({ headers }: IncomingMessage): string =>
  headers['user-agent']?.split('/')[0]?.slice(0, managerLimit) || 'unknown';

const optionsKinds: Readonly<Record<string, string>> = { POST: 'CreateOptions', PATCH: 'PatchOptions' };

function patchMistakes(query: URLSearchParams, { headers }: IncomingMessage): readonly StatusCause[] {
  const isApply = headers['content-type']?.startsWith('application/apply-patch') === true;
  if (!isApply) {
    return query.has('force') ? [forbiddenValue('force', 'may not be specified for non-apply patch')] : [];
  }
  const isNamed = (query.get('fieldManager') ?? '') !== '';
  return isNamed ? [] : [requiredValue('fieldManager', 'is required for apply patch')];
}

function managerMistakes(manager: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  if (Buffer.byteLength(manager) > managerLimit) {
    const message = `Too long: may not be more than ${managerLimit} bytes`;
    causes.push({ reason: 'FieldValueTooLong', message, field: 'fieldManager' });
  }
  const odd = unprintable.exec(manager);
  if (odd !== null) {
    const code = odd[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    const position = Buffer.byteLength(manager.slice(0, odd.index));
    const why = `should only contain printable characters (invalid character at position ${position}: U+${code})`;
    causes.push(invalidValue('fieldManager', manager, why));
  }
  return causes;
}

/** Bytes (k8s.io/apimachinery/pkg/apis/meta/v1/validation). */
const managerLimit = 128;
/** What Go's unicode.IsPrint denies. */
const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

export function dryRunMistakes(given: readonly string[]): readonly StatusCause[] {
  if (given.every((value) => value === 'All')) return [];
  const shown = `[]string{${given.map((value) => JSON.stringify(value)).join(', ')}}`;
  return [unsupported('dryRun', shown, ['All'])];
}

function validationMistakes(given: string): readonly StatusCause[] {
  const allowed = ['', 'Ignore', 'Strict', 'Warn'];
  return allowed.includes(given) ? [] : [unsupported('fieldValidation', JSON.stringify(given), allowed)];
}

/** `shown` is the value as Go prints it. */
export const unsupported = (field: string, shown: string, allowed: readonly string[]): StatusCause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${shown}: supported values: ${allowed.map((each) => JSON.stringify(each)).join(', ')}`,
  field,
});
