import { prefixMark } from '../gateway-api/filters.ts';
import type { RedirectAction, Route, RouteAction, RouteMatch } from '../../envoy/route.ts';

/**
 * What a route of the Gateway API means by the same words: a prefix ends at a slash, a redirect may replace the prefix
 * alone, and a destination that does not exist is a 500.
 */
export function withGatewaySemantics(route: Route): Route {
  return {
    ...route,
    match: bySegment(route.match),
    ...(route.route && { route: withNotFound(route.route) }),
    ...(route.redirect && { redirect: prefixRedirect(route.redirect) }),
  };
}

const withNotFound = ({
  max_grpc_timeout: grpc,
  request_mirror_policies: mirrors,
  regex_rewrite: regex,
  ...before
}: RouteAction): RouteAction => ({
  ...before,
  cluster_not_found_response_code: 'INTERNAL_SERVER_ERROR',
  ...(grpc && { max_grpc_timeout: grpc }),
  ...(mirrors && { request_mirror_policies: mirrors }),
  ...(regex && { regex_rewrite: regex }),
});

function bySegment({ prefix, ...match }: RouteMatch): RouteMatch {
  if (prefix === undefined) return match;
  return prefix === '/' ? { prefix, ...match } : { ...match, path_separated_prefix: prefix };
}

function prefixRedirect(redirect: RedirectAction): RedirectAction {
  const { path_redirect: path, scheme_redirect: scheme, port_redirect: port, ...before } = redirect;
  if (path?.startsWith(prefixMark) !== true) return redirect;
  return {
    ...before,
    prefix_rewrite: path.slice(prefixMark.length),
    ...(scheme !== undefined && { scheme_redirect: scheme }),
    ...(port !== undefined && { port_redirect: port }),
  };
}
