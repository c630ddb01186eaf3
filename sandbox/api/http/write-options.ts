import type { IncomingMessage } from 'node:http';
import type { StatusCause } from '../../kube/status-error.ts';
import type { WriteOptions } from '../registry/context.ts';
import { badRequest, invalid, invalidValue } from '../registry/refusals.ts';
import type { ResourceRequest } from './request.ts';

/** What the query and headers of a writing request say. @throws BadRequest for an unknown `dryRun` */
export function writeOptions({
  query,
  message,
  type,
  version,
  subresource,
  warnings,
}: ResourceRequest): WriteOptions {
  const part =
    subresource === 'status' || subresource === 'scale' || subresource === 'finalize'
      ? subresource
      : undefined;
  return {
    dryRun: isDryRun(query),
    warn: (text) => warnings.push(text),
    // Fields are managed in the shape they are stored in.
    version: version.conversion === undefined ? version.version : type.storageVersion,
    manager: fieldManager(query.get('fieldManager'), message),
    ...(part === undefined ? {} : { subresource: part }),
  };
}

export function isDryRun(query: URLSearchParams): boolean {
  const values = query.getAll('dryRun');
  if (values.some((value) => value !== 'All' && value !== '')) {
    throw badRequest(`dryRun: Unsupported value: ${JSON.stringify(values[0])}: supported values: "All"`);
  }
  return values.includes('All');
}

/** The manager named, or the program's name from its User-Agent (`kubectl/v1.32.2 …` → `kubectl`). @throws Invalid */
function fieldManager(named: string | null, { method = '', headers }: IncomingMessage): string {
  if (named === null || named === '') {
    return headers['user-agent']?.split('/')[0]?.slice(0, managerLimit) || 'unknown';
  }
  const causes: StatusCause[] = [];
  if (Buffer.byteLength(named) > managerLimit) {
    const message = `Too long: may not be more than ${managerLimit} bytes`;
    causes.push({ reason: 'FieldValueTooLong', message, field: 'fieldManager' });
  }
  const odd = unprintable.exec(named);
  if (odd !== null) {
    const code = odd[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    const position = Buffer.byteLength(named.slice(0, odd.index));
    const why = `should only contain printable characters (invalid character at position ${position}: U+${code})`;
    causes.push(invalidValue('fieldManager', named, why));
  }
  if (causes.length === 0) return named;
  throw invalid({ group: 'meta.k8s.io', kind: optionsKinds[method] ?? 'UpdateOptions' }, '', causes);
}

/** Bytes (k8s.io/apimachinery/pkg/apis/meta/v1/validation). */
const managerLimit = 128;
/** What Go's unicode.IsPrint denies. */
const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;
const optionsKinds: Readonly<Record<string, string>> = { POST: 'CreateOptions', PATCH: 'PatchOptions' };
