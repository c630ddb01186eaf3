import { durationOf } from '../duration.ts';
import type { CircuitBreakerThresholds, Cluster, HttpProtocolOptions } from '../../envoy/config.ts';
import type { ConnectionPool } from '../kube/destination-rule.ts';

const unlimited = 4_294_967_295;

/** Limits and times of the connections to a cluster. Values that are not positive count as absent. */
export function connectionPoolOf({ tcp, http }: ConnectionPool = {}): Pick<
  Cluster,
  'connect_timeout' | 'circuit_breakers'
> {
  const thresholds: CircuitBreakerThresholds = {
    max_connections: positive(tcp?.maxConnections) ?? unlimited,
    max_pending_requests: positive(http?.http1MaxPendingRequests) ?? unlimited,
    max_requests: positive(http?.http2MaxRequests) ?? unlimited,
    max_retries: positive(http?.maxRetries) ?? unlimited,
    track_remaining: true,
  };
  return {
    connect_timeout: tcp?.connectTimeout === undefined ? '10s' : durationOf(tcp.connectTimeout),
    circuit_breakers: { thresholds: [thresholds] },
  };
}

/** What holds for all protocols of HTTP; undefined: Envoy's own settings. */
export function commonHttpOptionsOf({
  tcp,
  http,
}: ConnectionPool = {}): HttpProtocolOptions['common_http_protocol_options'] {
  const requests = positive(http?.maxRequestsPerConnection);
  const idle = http?.idleTimeout ?? tcp?.idleTimeout;
  if (requests === undefined && idle === undefined) return undefined;
  return {
    ...(idle !== undefined && { idle_timeout: durationOf(idle) }),
    ...(requests !== undefined && { max_requests_per_connection: requests }),
  };
}

const positive = (value: number | undefined): number | undefined =>
  value !== undefined && value > 0 ? value : undefined;
