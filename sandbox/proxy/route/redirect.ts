import type { RedirectAction, RouteMatch } from '../../envoy/route.ts';
import { wireText } from '../values.ts';
import { withoutPort } from './domains.ts';
import { prefixRewrite } from './rewrite.ts';
import type { RouteRequest } from './route-request.ts';

export interface Redirect {
  readonly status: number;
  /** The path is rewritten, not replaced. */
  readonly rewrites: boolean;
  location(request: RouteRequest): string;
}

const statuses = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
} as const;

export function redirect(match: RouteMatch, action: RedirectAction): Redirect {
  const rewrite =
    action.prefix_rewrite === undefined ? undefined : prefixRewrite(match, wireText(action.prefix_rewrite));
  return {
    status: statuses[action.response_code ?? 'MOVED_PERMANENTLY'],
    rewrites: rewrite !== undefined,
    location: (request) => {
      const scheme = newScheme(action, request.scheme);
      const host = newHost(action, request, scheme);
      return `${scheme}://${host}${newPath(action, rewrite, request.path)}`;
    },
  };
}

function newScheme(action: RedirectAction, scheme: string): string {
  return action.https_redirect === true ? 'https' : (action.scheme_redirect ?? scheme);
}

/** The request's own port gives way to another, and to another scheme if it was its scheme's default (Envoy `newUri`). */
function newHost(action: RedirectAction, request: RouteRequest, scheme: string): string {
  const port = action.port_redirect ?? 0;
  const suffix = port === 0 ? '' : `:${port}`;
  if (action.host_redirect !== undefined && action.host_redirect !== '')
    return wireText(action.host_redirect) + suffix;
  const { authority } = request;
  const bare = withoutPort(authority);
  const own = authority.slice(bare.length + 1);
  const dropped = suffix !== '' || (scheme !== request.scheme && Number(own) === defaultPort(request.scheme));
  return (dropped ? bare : authority) + suffix;
}

function defaultPort(scheme: string): number {
  return scheme === 'https' ? 443 : 80;
}

function newPath(
  action: RedirectAction,
  rewrite: ((path: string) => string) | undefined,
  path: string,
): string {
  if (rewrite !== undefined) return rewrite(path);
  if (action.path_redirect === undefined || action.path_redirect === '') return path;
  const replacement = wireText(action.path_redirect);
  if (replacement.includes('?')) return replacement;
  const query = path.indexOf('?');
  return query === -1 ? replacement : replacement + path.slice(query);
}
