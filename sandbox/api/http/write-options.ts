import type { WriteOptions } from '../registry/context.ts';
import { badRequest } from '../registry/refusals.ts';
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
    manager: fieldManager(query.get('fieldManager'), message.headers['user-agent']),
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

/** The manager named, or the program's name from its User-Agent (`kubectl/v1.32.2 …` → `kubectl`). */
function fieldManager(named: string | null, userAgent = ''): string {
  if (named !== null && named !== '') return named;
  return userAgent.split('/')[0]?.slice(0, 128) || 'unknown';
}
