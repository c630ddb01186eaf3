import { authorityOf, headerOperationsOf } from './header-operations.ts';
import { clusterOf, type RouteContext } from './route-context.ts';
import { hashPolicyOf } from './hash-policy.ts';
import { mirrorPoliciesOf } from './mirror.ts';
import { retryPolicyOf } from './retry-policy.ts';
import { timeoutOf } from './timeout.ts';
import type { RouteAction, WeightedCluster } from '../../envoy/route.ts';
import type { HttpRoute, Rewrite, RouteDestination } from '../kube/virtual-service.ts';

/** Where a rule with `route` sends a request, and how. */
export function routeActionOf(rule: HttpRoute, context: RouteContext): RouteAction {
  const destinations = rule.route ?? [];
  const [only] = destinations.length === 1 ? destinations : [];
  // A weighted destination's goes with its own cluster.
  const authority = rule.rewrite?.authority || authorityOf(rule.headers) || authorityOf(only?.headers);
  const used = only === undefined ? destinations.filter(({ weight = 0 }) => weight > 0) : [only];
  const hashPolicies = used.flatMap(({ destination }) => {
    const hash = context.hashOf(destination);
    return (hash && hashPolicyOf(hash)) ?? [];
  });
  const { uriRegexRewrite, uri } = rule.rewrite ?? {};
  // It replaces the whole path where the match is exact or a regex.
  const prefixRewrite = uriRegexRewrite === undefined ? uri : undefined;
  const timeout = timeoutOf(rule.timeout);
  const mirrors = mirrorPoliciesOf(rule, context);
  const hashed = only !== undefined && context.hashOf(only.destination) !== undefined;
  const retryPolicy = retryPolicyOf(rule.retries, hashed);
  return {
    ...(only === undefined
      ? { weighted_clusters: { clusters: used.map((entry) => weightedCluster(entry, context)) } }
      : { cluster: clusterOf(only.destination, context) }),
    ...(prefixRewrite && { prefix_rewrite: prefixRewrite }),
    ...(authority && { host_rewrite_literal: authority }),
    timeout,
    ...(retryPolicy && { retry_policy: retryPolicy }),
    ...(hashPolicies.length > 0 && { hash_policy: hashPolicies }),
    max_grpc_timeout: timeout,
    ...(mirrors.length > 0 && { request_mirror_policies: mirrors }),
    ...(uriRegexRewrite && { regex_rewrite: regexRewrite(uriRegexRewrite) }),
  };
}

/** A destination's own header operations. Envoy runs them before the rule's, so the rule's `set` wins. */
function weightedCluster(
  { destination, weight = 0, headers }: RouteDestination,
  context: RouteContext,
): WeightedCluster {
  const authority = authorityOf(headers);
  return {
    name: clusterOf(destination, context),
    weight,
    ...headerOperationsOf(headers),
    ...(authority && { host_rewrite_literal: authority }),
  };
}

const regexRewrite = ({
  match,
  rewrite,
}: NonNullable<Rewrite['uriRegexRewrite']>): NonNullable<RouteAction['regex_rewrite']> => ({
  pattern: { regex: match },
  substitution: rewrite,
});
