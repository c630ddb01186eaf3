import { corsPolicyOf } from './cors.ts';
import { faultOf } from './fault.ts';
import { headerOperationsOf } from './header-operations.ts';
import { withGatewaySemantics } from './gateway-semantics.ts';
import { hasLabels } from '../kube/workload.ts';
import { isCatchAll, routeMatchOf } from './route-match.ts';
import { redirectOf } from './redirect.ts';
import { routeActionOf } from './route-action.ts';
import type { DirectResponseAction, PerFilterConfig, Route, RouteMatch } from '../../envoy/route.ts';
import type { HttpMatch, HttpRoute, VirtualService } from '../kube/virtual-service.ts';
import type { RouteContext } from './route-context.ts';

/** In order of writing, up to the first that takes everything. Empty: nothing in it is for this proxy and port. */
export function virtualServiceRoutes(virtualService: VirtualService, context: RouteContext): Route[] {
  const routes: Route[] = [];
  for (const rule of virtualService.http) {
    if (!rule.match?.length) {
      const last = routeOf(virtualService, rule, undefined, context);
      return [...routes, virtualService.gatewaySemantics === true ? withGatewaySemantics(last) : last];
    }
    for (const match of rule.match) {
      if (!isFor(match, context)) continue;
      const plain = routeOf(virtualService, rule, match, context);
      const route = virtualService.gatewaySemantics === true ? withGatewaySemantics(plain) : plain;
      routes.push(route);
      if (isCatchAll(route.match)) return routes;
    }
  }
  return routes;
}

/** Conditions that are decided here, not per request. `gateways` takes the place of the two about the source. */
function isFor(match: HttpMatch, context: RouteContext): boolean {
  if (match.port !== undefined && match.port !== 0 && match.port !== context.listenPort) return false;
  if (match.gateways?.length) return match.gateways.includes(context.gateway);
  if (!hasLabels(context.proxyLabels, match.sourceLabels ?? {})) return false;
  return !match.sourceNamespace || match.sourceNamespace === context.proxyNamespace;
}

function routeOf(
  virtualService: VirtualService,
  rule: HttpRoute,
  match: HttpMatch | undefined,
  context: RouteContext,
): Route {
  const name = match?.name ? `${rule.name ?? ''}.${match.name}` : rule.name;
  const envoyMatch = routeMatchOf(match);
  const { direct_response: direct, ...action } = actionOf(rule, context);
  const only = rule.route?.length === 1 && 'route' in action ? rule.route[0]?.headers : undefined;
  const perFilter = perFilterConfigOf(rule);
  return {
    match: envoyMatch,
    ...action,
    metadata: { filter_metadata: { istio: { config: configPath(virtualService) } } },
    decorator: { operation: operationOf(virtualService, envoyMatch, action.route?.cluster, context) },
    ...(direct && { direct_response: direct }),
    ...headerOperationsOf(rule.headers, only),
    ...(perFilter && { typed_per_filter_config: perFilter }),
    ...(name && { name }),
    ...(match?.statPrefix && { stat_prefix: match.statPrefix }),
  };
}

type Action = Pick<Route, 'route' | 'redirect' | 'direct_response'>;

function actionOf(rule: HttpRoute, context: RouteContext): Action {
  if (rule.redirect !== undefined) {
    const redirect = redirectOf(rule.redirect, context.listenPort);
    return redirect ? { redirect } : {};
  }
  if (rule.directResponse !== undefined) return { direct_response: directResponseOf(rule.directResponse) };
  return { route: routeActionOf(rule, context) };
}

function directResponseOf({ status, body }: NonNullable<HttpRoute['directResponse']>): DirectResponseAction {
  if (body?.string !== undefined) return { status, body: { inline_string: body.string } };
  return body?.bytes === undefined ? { status } : { status, body: { inline_bytes: body.bytes } };
}

function perFilterConfigOf({ fault, corsPolicy }: HttpRoute): PerFilterConfig | undefined {
  const envoyFault = fault && faultOf(fault);
  if (envoyFault === undefined && corsPolicy === undefined) return undefined;
  return {
    ...(envoyFault && { 'envoy.filters.http.fault': envoyFault }),
    ...(corsPolicy && { 'envoy.filters.http.cors': corsPolicyOf(corsPolicy) }),
  };
}

/** The operation's name in traces: the destination if there is just one, else the VirtualService. */
function operationOf(
  { name }: VirtualService,
  match: RouteMatch,
  cluster: string | undefined,
  { listenPort }: RouteContext,
): string {
  const path = match.path ?? match.safe_regex?.regex ?? `${match.prefix ?? '/'}*`;
  if (cluster === undefined) return `${name}:${listenPort}${path}`;
  const [, port = '', , host = ''] = cluster.split('|');
  return `${host}:${port}${path}`;
}

/** Where istioctl reads which VirtualService a route is from. */
const configPath = ({ namespace, name }: VirtualService): string =>
  `/apis/networking.istio.io/v1/namespaces/${namespace}/virtual-service/${name}`;
