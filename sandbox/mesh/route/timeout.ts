import { durationOf } from '../duration.ts';
import type { RouteAction } from '../../envoy/route.ts';

/** Without one a route waits for ever: Istio switches Envoy's 15 s off. */
export function timeoutOf(timeout?: string): Pick<RouteAction, 'timeout' | 'max_grpc_timeout'> {
  const duration = timeout === undefined ? '0s' : durationOf(timeout);
  return { timeout: duration, max_grpc_timeout: duration };
}
