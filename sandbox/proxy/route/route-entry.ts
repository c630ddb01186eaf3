// One route of a virtual host, compiled.

import type { Random } from '../../clock/clock.ts';
import type { DirectResponseAction, Route, RouteAction } from '../../envoy/route.ts';
import { ConfigError } from '../config-error.ts';
import type { PerRouteFilters } from '../filters/filter.ts';
import { compilePerRoute } from '../filters/per-route.ts';
import { milliseconds, runtimeFraction, wireText } from '../values.ts';
import { type HashSource, hashSource } from './hash-policy.ts';
import { headerOperations, type HeaderOperations } from './header-operations.ts';
import { routeMatcher, type MatchesRequest } from './matcher.ts';
import { type Redirect, redirect } from './redirect.ts';
import { retryPolicy, type Retries } from './retry-policy.ts';
import { pathRewrite, type RewritePath } from './rewrite.ts';

export interface RouteEntry {
  readonly name: string | undefined;
  readonly matches: MatchesRequest;
  readonly requestHeaders: HeaderOperations | undefined;
  readonly responseHeaders: HeaderOperations | undefined;
  /** Operation name of the decorator. */
  readonly operation: string | undefined;
  readonly filters: PerRouteFilters;
  readonly action: Action;
}

export type Action =
  | { readonly kind: 'forward'; readonly forward: Forward }
  | { readonly kind: 'redirect'; readonly redirect: Redirect }
  | { readonly kind: 'direct'; readonly status: number; readonly body: Buffer };

export interface Target {
  readonly cluster: string;
  readonly host: string | undefined;
  readonly requestHeaders: HeaderOperations | undefined;
  readonly responseHeaders: HeaderOperations | undefined;
}

export interface Mirror {
  readonly cluster: string;
  readonly share: number;
}

export interface Forward {
  /** One of the weighted clusters, drawn anew each time. */
  target(random: Random): Target;
  readonly notFoundStatus: number;
  readonly rewritePath: RewritePath | undefined;
  readonly host: string | undefined;
  /** 0: none. */
  readonly timeoutMs: number;
  /** 0: none; a limit that the timeout would reach first is none. */
  readonly perTryTimeoutMs: number;
  readonly retries: Retries | undefined;
  readonly mirrors: readonly Mirror[];
  readonly hash: readonly HashSource[];
}

/** @throws ConfigError */
export function routeEntry(route: Route, field: string): RouteEntry {
  return {
    name: route.name === '' ? undefined : route.name,
    matches: routeMatcher(route.match, `${field}.match`),
    requestHeaders: headerOperations(
      'request',
      route.request_headers_to_add,
      route.request_headers_to_remove,
      `${field}.request_headers_to_add`,
    ),
    responseHeaders: headerOperations(
      'response',
      route.response_headers_to_add,
      route.response_headers_to_remove,
      `${field}.response_headers_to_add`,
    ),
    operation: route.decorator && wireText(route.decorator.operation),
    filters: compilePerRoute(route.typed_per_filter_config, `${field}.typed_per_filter_config`),
    action: routeAction(route, field),
  };
}

function routeAction(route: Route, field: string): Action {
  if (route.redirect !== undefined)
    return { kind: 'redirect', redirect: redirect(route.match, route.redirect) };
  if (route.direct_response !== undefined)
    return directResponse(route.direct_response, `${field}.direct_response`);
  if (route.route === undefined) throw new ConfigError(field, 'has none of route, redirect, direct_response');
  return { kind: 'forward', forward: forward(route, route.route, `${field}.route`) };
}

function directResponse({ status, body }: DirectResponseAction, field: string): Action {
  if (!(status >= 200 && status < 600))
    throw new ConfigError(`${field}.status`, `${status} is not in 200..599`);
  const bytes =
    body?.inline_bytes === undefined
      ? Buffer.from(body?.inline_string ?? '', 'utf8')
      : Buffer.from(body.inline_bytes, 'base64');
  return { kind: 'direct', status, body: bytes };
}

const notFoundStatuses = {
  SERVICE_UNAVAILABLE: 503,
  NOT_FOUND: 404,
  INTERNAL_SERVER_ERROR: 500,
} as const;

function forward(route: Route, action: RouteAction, field: string): Forward {
  // Envoy's default where nothing is said.
  const timeoutMs = milliseconds(action.timeout ?? '15s', `${field}.timeout`);
  const retries = action.retry_policy && retryPolicy(action.retry_policy, `${field}.retry_policy`);
  const perTryMs = retries?.perTryTimeoutMs ?? 0;
  return {
    target: targets(action, field),
    notFoundStatus: notFoundStatuses[action.cluster_not_found_response_code ?? 'SERVICE_UNAVAILABLE'],
    rewritePath: pathRewrite(route.match, action, field),
    host: literalHost(action.host_rewrite_literal),
    timeoutMs,
    perTryTimeoutMs: timeoutMs > 0 && perTryMs >= timeoutMs ? 0 : perTryMs,
    retries,
    mirrors: (action.request_mirror_policies ?? []).map(({ cluster, runtime_fraction: share }) => ({
      cluster,
      share: runtimeFraction(share),
    })),
    hash: (action.hash_policy ?? []).map((policy, index) =>
      hashSource(policy, `${field}.hash_policy[${index}]`),
    ),
  };
}

function targets(action: RouteAction, field: string): (random: Random) => Target {
  if (action.cluster !== undefined) {
    const only: Target = {
      cluster: action.cluster,
      host: undefined,
      requestHeaders: undefined,
      responseHeaders: undefined,
    };
    return () => only;
  }
  const weighted = (action.weighted_clusters?.clusters ?? []).map((cluster, index) => {
    const at = `${field}.weighted_clusters.clusters[${index}]`;
    const { request_headers_to_add: addRequest, request_headers_to_remove: removeRequest } = cluster;
    const { response_headers_to_add: addResponse, response_headers_to_remove: removeResponse } = cluster;
    return {
      cluster: cluster.name,
      host: literalHost(cluster.host_rewrite_literal),
      requestHeaders: headerOperations('request', addRequest, removeRequest, `${at}.request_headers_to_add`),
      responseHeaders: headerOperations(
        'response',
        addResponse,
        removeResponse,
        `${at}.response_headers_to_add`,
      ),
      weight: cluster.weight,
    };
  });
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  const last = weighted.at(-1);
  if (last === undefined || !(total > 0)) {
    throw new ConfigError(field, 'has neither cluster nor weighted_clusters with a weight above 0');
  }
  return (random) => {
    let drawn = random() * total;
    for (const target of weighted) {
      drawn -= target.weight;
      if (drawn < 0) return target;
    }
    return last;
  };
}

function literalHost(host: string | undefined): string | undefined {
  return host === undefined || host === '' ? undefined : wireText(host);
}
