/** Counters and gauges of a cluster by Envoy's names (docs: "Cluster manager statistics"). */
export interface ClusterStats {
  upstream_cx_total: number;
  upstream_cx_active: number;
  upstream_cx_connect_fail: number;
  upstream_cx_connect_timeout: number;
  upstream_cx_overflow: number;
  upstream_cx_destroy: number;
  upstream_cx_max_requests: number;
  upstream_cx_idle_timeout: number;
  upstream_cx_protocol_error: number;
  upstream_cx_tx_bytes_total: number;
  upstream_cx_rx_bytes_total: number;
  upstream_cx_none_healthy: number;
  upstream_rq_total: number;
  upstream_rq_active: number;
  upstream_rq_completed: number;
  upstream_rq_2xx: number;
  upstream_rq_3xx: number;
  upstream_rq_4xx: number;
  upstream_rq_5xx: number;
  upstream_rq_timeout: number;
  upstream_rq_per_try_timeout: number;
  upstream_rq_rx_reset: number;
  upstream_rq_tx_reset: number;
  upstream_rq_cancelled: number;
  upstream_rq_pending_total: number;
  upstream_rq_pending_active: number;
  upstream_rq_pending_overflow: number;
  upstream_rq_pending_failure_eject: number;
  upstream_rq_retry: number;
  upstream_rq_retry_success: number;
  upstream_rq_retry_overflow: number;
  upstream_rq_retry_limit_exceeded: number;
  upstream_rq_retry_backoff_exponential: number;
  membership_total: number;
  membership_healthy: number;
  lb_healthy_panic: number;
  'outlier_detection.ejections_active': number;
  'outlier_detection.ejections_enforced_total': number;
  'outlier_detection.ejections_enforced_consecutive_5xx': number;
  'outlier_detection.ejections_enforced_consecutive_gateway_failure': number;
  'outlier_detection.ejections_enforced_consecutive_local_origin_failure': number;
  'outlier_detection.ejections_overflow': number;
}

export function clusterStats(): ClusterStats {
  return {
    upstream_cx_total: 0,
    upstream_cx_active: 0,
    upstream_cx_connect_fail: 0,
    upstream_cx_connect_timeout: 0,
    upstream_cx_overflow: 0,
    upstream_cx_destroy: 0,
    upstream_cx_max_requests: 0,
    upstream_cx_idle_timeout: 0,
    upstream_cx_protocol_error: 0,
    upstream_cx_tx_bytes_total: 0,
    upstream_cx_rx_bytes_total: 0,
    upstream_cx_none_healthy: 0,
    upstream_rq_total: 0,
    upstream_rq_active: 0,
    upstream_rq_completed: 0,
    upstream_rq_2xx: 0,
    upstream_rq_3xx: 0,
    upstream_rq_4xx: 0,
    upstream_rq_5xx: 0,
    upstream_rq_timeout: 0,
    upstream_rq_per_try_timeout: 0,
    upstream_rq_rx_reset: 0,
    upstream_rq_tx_reset: 0,
    upstream_rq_cancelled: 0,
    upstream_rq_pending_total: 0,
    upstream_rq_pending_active: 0,
    upstream_rq_pending_overflow: 0,
    upstream_rq_pending_failure_eject: 0,
    upstream_rq_retry: 0,
    upstream_rq_retry_success: 0,
    upstream_rq_retry_overflow: 0,
    upstream_rq_retry_limit_exceeded: 0,
    upstream_rq_retry_backoff_exponential: 0,
    membership_total: 0,
    membership_healthy: 0,
    lb_healthy_panic: 0,
    'outlier_detection.ejections_active': 0,
    'outlier_detection.ejections_enforced_total': 0,
    'outlier_detection.ejections_enforced_consecutive_5xx': 0,
    'outlier_detection.ejections_enforced_consecutive_gateway_failure': 0,
    'outlier_detection.ejections_enforced_consecutive_local_origin_failure': 0,
    'outlier_detection.ejections_overflow': 0,
  };
}

export function countResponse(stats: ClusterStats, status: number): void {
  stats.upstream_rq_completed += 1;
  if (status >= 500) stats.upstream_rq_5xx += 1;
  else if (status >= 400) stats.upstream_rq_4xx += 1;
  else if (status >= 300) stats.upstream_rq_3xx += 1;
  else stats.upstream_rq_2xx += 1;
}
