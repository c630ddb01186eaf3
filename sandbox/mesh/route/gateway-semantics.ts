import { prefixMark } from '../gateway-api/filters.ts';
import type { RedirectAction, Route, RouteMatch } from '../../envoy/route.ts';

/**
 * What a route of the Gateway API means by the same words: a prefix ends at a slash, a redirect may replace the prefix
 * alone, and a destination that does not exist is a 500.
 */
export function withGatewaySemantics(route: Route): Route {
  return {
    ...route,
    match: bySegment(route.match),
    ...(route.redirect && { redirect: prefixRedirect(route.redirect) }),
    ...(route.route && {
      route: { ...route.route, cluster_not_found_response_code: 'INTERNAL_SERVER_ERROR' },
    }),
  };
}

function bySegment({ prefix, ...match }: RouteMatch): RouteMatch {
  if (prefix === undefined) return match;
  return prefix === '/' ? { prefix, ...match } : { path_separated_prefix: prefix, ...match };
}

function prefixRedirect({ path_redirect: path, ...redirect }: RedirectAction): RedirectAction {
  if (path === undefined) return redirect;
  return path.startsWith(prefixMark)
    ? { ...redirect, prefix_rewrite: path.slice(prefixMark.length) }
    : { ...redirect, path_redirect: path };
}
