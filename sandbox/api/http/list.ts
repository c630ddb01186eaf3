import type { AnyObject } from '../../kube/object.ts';
import { isStatus, StatusError } from '../../kube/status-error.ts';
import { badRequest } from '../registry/refusals.ts';
import { qualified } from '../registry/types.ts';
import { representation } from './accept.ts';
import { decodeContinue, encodeContinue, type ContinueToken } from './continue-token.ts';
import { listOptions, revisionOf, type ListOptions } from './list-options.ts';
import type { ApiContext, ResourceRequest } from './request.ts';
import { representList, type ListMeta } from './represent.ts';
import { respond } from './respond.ts';
import { selectionOf } from './selection.ts';

/** LIST, page by page where `limit` says so; every page shows the state of the first. */
export function list(context: ApiContext, request: ResourceRequest): void {
  const form = representation(request.message.headers.accept);
  const options = listOptions(request.query);
  const isWanted = selectionOf(request);
  const { registry } = context;
  const token = options.continueToken === '' ? undefined : decodeContinue(options.continueToken);
  const at =
    token === undefined ? revisionAsked(options, registry.store.revision) : revisionOfToken(token, options);
  const all = objectsAt(context, request, at, token).filter(isWanted);
  const page = pageOf(all, options, token, at ?? registry.store.revision);
  respond(request, 200, representList(request, form, page.items, page.metadata, registry.clock.now()));
}

/** The revision to show; undefined: the newest. @throws BadRequest, Timeout for one that is still to come */
function revisionAsked({ resourceVersion, match, limit }: ListOptions, newest: number): number | undefined {
  const asked = revisionOf(resourceVersion, ({ field, message }) =>
    badRequest(`invalid resource version: ${field}: ${message}`),
  );
  if (asked > newest) {
    throw new StatusError(
      'Timeout',
      `Timeout: Too large resource version: ${resourceVersion}, current: ${newest}`,
      {
        retryAfterSeconds: 1,
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      },
    );
  }
  // Without a match, the first page of several means the revision itself; anything else what is no older.
  const isExact = match === 'Exact' || (match === '' && limit > 0 && asked > 0);
  return isExact ? asked : undefined;
}

function revisionOfToken({ revision }: ContinueToken, { resourceVersion }: ListOptions): number | undefined {
  if (resourceVersion === '' || resourceVersion === '0') return revision;
  throw badRequest('specifying resource version is not allowed when using continue');
}

/** @throws Expired when what there was at that revision is no longer known */
function objectsAt(
  { registry }: ApiContext,
  { type, namespace }: ResourceRequest,
  revision: number | undefined,
  token: ContinueToken | undefined,
): readonly AnyObject[] {
  const within = namespace === '' ? undefined : namespace;
  if (revision === undefined) return registry.list<AnyObject>(type, within);
  try {
    return registry.store.listAt(qualified(type), revision, within);
  } catch (error) {
    if (!isStatus(error, 'Expired')) throw error;
    throw token === undefined
      ? new StatusError('Expired', 'The resourceVersion for the provided list is too old.')
      : new ExpiredToken(token);
  }
}

class ExpiredToken extends StatusError {
  readonly #token: ContinueToken;

  constructor(token: ContinueToken) {
    super(
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    );
    this.#token = token;
  }

  /** With a token that goes on with what is there now. */
  override toStatus(): Record<string, unknown> {
    const { after } = this.#token;
    return { ...super.toStatus(), metadata: { continue: encodeContinue({ revision: undefined, after }) } };
  }
}

interface Page {
  readonly items: readonly AnyObject[];
  readonly metadata: ListMeta;
}

function pageOf(
  all: readonly AnyObject[],
  { limit, isEverything }: ListOptions,
  token: ContinueToken | undefined,
  revision: number,
): Page {
  const rest = token === undefined ? all : all.filter((object) => isAfter(object, token.after));
  const resourceVersion = String(revision);
  const last = limit === 0 ? undefined : rest[limit - 1];
  if (last === undefined || rest.length === limit) return { items: rest, metadata: { resourceVersion } };
  const { namespace = '', name } = last.metadata;
  return {
    items: rest.slice(0, limit),
    metadata: {
      resourceVersion,
      continue: encodeContinue({ revision, after: [namespace, name] }),
      ...(isEverything ? { remainingItemCount: rest.length - limit } : {}),
    },
  };
}

function isAfter({ metadata }: AnyObject, [namespace, name]: ContinueToken['after']): boolean {
  const own = metadata.namespace ?? '';
  return own === namespace ? metadata.name > name : own > namespace;
}
