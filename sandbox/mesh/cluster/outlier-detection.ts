import { durationOf } from '../duration.ts';
import type { Cluster, OutlierDetection } from '../../envoy/config.ts';
import type { Outlier } from '../kube/destination-rule.ts';

/**
 * Only what the rule says: Envoy's own defaults (5 errors, 10s, 30s, 10 %) hold for the rest. With a rule, Envoy's
 * panic at less than 50 % healthy hosts is off.
 */
export function outlierDetectionOf(
  outlier: Outlier | undefined,
): Pick<Cluster, 'outlier_detection' | 'common_lb_config'> {
  if (outlier === undefined) return { common_lb_config: {} };
  const { minHealthPercent = 0, maxEjectionPercent = 0, interval, baseEjectionTime } = outlier;
  const { consecutive5xxErrors: errors } = outlier;
  return {
    outlier_detection: {
      ...(errors !== undefined && { consecutive_5xx: errors }),
      ...(interval !== undefined && { interval: durationOf(interval) }),
      ...(baseEjectionTime !== undefined && { base_ejection_time: durationOf(baseEjectionTime) }),
      ...(maxEjectionPercent > 0 && { max_ejection_percent: maxEjectionPercent }),
      ...(errors !== undefined && { enforcing_consecutive_5xx: enforcing(errors) }),
      enforcing_success_rate: 0,
      ...gatewayErrors(outlier),
      ...localErrors(outlier),
    },
    common_lb_config: {
      ...(minHealthPercent >= 0 && {
        healthy_panic_threshold: minHealthPercent === 0 ? {} : { value: minHealthPercent },
      }),
    },
  };
}

/** A count of 0 switches the detector off. */
const enforcing = (count: number): number => (count > 0 ? 100 : 0);

/** Not enforced unless a count is given. */
function gatewayErrors({ consecutiveGatewayErrors: count }: Outlier): OutlierDetection {
  if (count === undefined) return {};
  return { consecutive_gateway_failure: count, enforcing_consecutive_gateway_failure: enforcing(count) };
}

function localErrors({
  splitExternalLocalOriginErrors,
  consecutiveLocalOriginFailures = 0,
}: Outlier): OutlierDetection {
  if (splitExternalLocalOriginErrors !== true) return {};
  return {
    split_external_local_origin_errors: true,
    ...(consecutiveLocalOriginFailures > 0 && {
      consecutive_local_origin_failure: consecutiveLocalOriginFailures,
    }),
  };
}
