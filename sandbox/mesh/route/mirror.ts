import { perHundred, perMillion } from './fault.ts';
import { clusterOf, type RouteContext } from './route-context.ts';
import type { RequestMirrorPolicy } from '../../envoy/route.ts';
import type { FractionalPercent } from '../../envoy/values.ts';
import type { Destination, HttpRoute, Percent } from '../kube/virtual-service.ts';

/** `mirror` and `mirrors`; a percentage of 0 is no mirror, none is all requests. */
export function mirrorPoliciesOf(rule: HttpRoute, context: RouteContext): RequestMirrorPolicy[] {
  const single = rule.mirror
    ? [{ destination: rule.mirror, share: share(rule.mirrorPercentage, rule.mirrorPercent) }]
    : [];
  const several = (rule.mirrors ?? []).map(({ destination, percentage }) => ({
    destination,
    share: share(percentage),
  }));
  return [...single, ...several]
    .filter((entry) => (entry.share.numerator ?? 0) > 0)
    .map((entry) => policy(entry.destination, entry.share, context));
}

function share(percentage: Percent | undefined, percent?: number): FractionalPercent {
  return percentage === undefined ? perHundred(percent ?? 100) : perMillion(percentage);
}

const policy = (
  destination: Destination,
  fraction: FractionalPercent,
  context: RouteContext,
): RequestMirrorPolicy => ({
  cluster: clusterOf(destination, context),
  runtime_fraction: { default_value: fraction },
  trace_sampled: false,
});
