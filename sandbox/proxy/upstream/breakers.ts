import type { CircuitBreakerThresholds } from '../../envoy/config.ts';

/** What is open towards a cluster, against what may be. Limits hold for one proxy, not for the service. */
export class Breakers {
  connections = 0;
  pending = 0;
  requests = 0;
  retries = 0;
  readonly maxConnections: number;
  readonly maxPending: number;
  readonly maxRequests: number;
  readonly maxRetries: number;

  constructor(thresholds: CircuitBreakerThresholds | undefined) {
    this.maxConnections = thresholds?.max_connections ?? Number.POSITIVE_INFINITY;
    this.maxPending = thresholds?.max_pending_requests ?? Number.POSITIVE_INFINITY;
    this.maxRequests = thresholds?.max_requests ?? Number.POSITIVE_INFINITY;
    this.maxRetries = thresholds?.max_retries ?? Number.POSITIVE_INFINITY;
  }
}
