import type { AnyObject } from '../../kube/object.ts';
import { StatusError } from '../../kube/status-error.ts';
import { badRequest } from '../registry/refusals.ts';
import { representation } from './accept.ts';
import type { ApiContext, ResourceRequest } from './request.ts';
import { representList, type ListMeta } from './represent.ts';
import { respond } from './respond.ts';
import { selectionOf } from './selection.ts';

/** LIST, page by page where `limit` says so. */
export function list({ registry }: ApiContext, request: ResourceRequest): void {
  const form = representation(request.message.headers.accept);
  const { type, namespace, query } = request;
  checkResourceVersion(query, registry.store.revision);
  const isWanted = selectionOf(request);
  const all = registry.list<AnyObject>(type, namespace === '' ? undefined : namespace).filter(isWanted);
  const page = pageOf(all, query, registry.store.revision);
  respond(request, 200, representList(request, form, page.items, page.metadata, registry.clock.now()));
}

/** @throws BadRequest, Timeout for a version that is still to come */
function checkResourceVersion(query: URLSearchParams, revision: number): void {
  const text = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  const asked = text === '' ? 0 : Number(text);
  if (!Number.isInteger(asked) || asked < 0) {
    throw badRequest(
      `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
    );
  }
  if (match === 'Exact' && asked !== revision) {
    throw new StatusError('Expired', `The provided resource version is too old: ${asked} (${revision})`);
  }
  if (asked > revision) {
    throw new StatusError('Timeout', `Too large resource version: ${asked}, current: ${revision}`, {
      retryAfterSeconds: 1,
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    });
  }
}

interface Page {
  readonly items: readonly AnyObject[];
  readonly metadata: ListMeta;
}

interface Token {
  readonly revision: number;
  /** The last object of the page before. */
  readonly after: readonly [namespace: string, name: string];
}

function pageOf(all: readonly AnyObject[], query: URLSearchParams, revision: number): Page {
  const limit = Number(query.get('limit') ?? 0);
  if (!Number.isInteger(limit) || limit < 0)
    throw badRequest(`limit: Invalid value: "${query.get('limit')}"`);
  const token = readToken(query.get('continue') ?? '');
  const rest = token === undefined ? all : all.filter((object) => isAfter(object, token.after));
  const resourceVersion = String(token?.revision ?? revision);
  const last = limit === 0 ? undefined : rest[limit - 1];
  if (last === undefined || rest.length === limit) return { items: rest, metadata: { resourceVersion } };
  const { namespace = '', name } = last.metadata;
  const next: Token = { revision: Number(resourceVersion), after: [namespace, name] };
  const isSelective = query.has('labelSelector') || query.has('fieldSelector');
  return {
    items: rest.slice(0, limit),
    metadata: {
      resourceVersion,
      continue: Buffer.from(JSON.stringify(next)).toString('base64url'),
      ...(isSelective ? {} : { remainingItemCount: rest.length - limit }),
    },
  };
}

function readToken(text: string): Token | undefined {
  if (text === '') return undefined;
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Token;
    if (Number.isInteger(token.revision) && token.after.length === 2) return token;
  } catch {
    // Said below, in the same words.
  }
  throw badRequest('continue key is not valid: encoded continue token is malformed');
}

function isAfter({ metadata }: AnyObject, [namespace, name]: Token['after']): boolean {
  const own = metadata.namespace ?? '';
  return own === namespace ? metadata.name > name : own > namespace;
}
