import type { RedirectAction, RouteMatch } from '../../envoy/route.ts';
import { wireText } from '../values.ts';
import { prefixRewrite } from './rewrite.ts';
import type { RouteRequest } from './route-request.ts';

export interface Redirect {
  readonly status: number;
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

/** Changing the scheme drops a port that was the old scheme's default (Envoy `newUri`). */
function newHost(action: RedirectAction, request: RouteRequest, scheme: string): string {
  const authority = action.host_redirect === undefined ? request.authority : wireText(action.host_redirect);
  const port = /:(\d+)$/.exec(authority)?.[1];
  const bare = port === undefined ? authority : authority.slice(0, -port.length - 1);
  if (action.port_redirect !== undefined && action.port_redirect !== 0) {
    return action.port_redirect === defaultPort(scheme) ? bare : `${bare}:${action.port_redirect}`;
  }
  const changed = scheme !== request.scheme;
  return port !== undefined && changed && Number(port) === defaultPort(request.scheme) ? bare : authority;
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
