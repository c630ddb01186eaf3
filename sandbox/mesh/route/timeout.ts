import { durationOf } from '../duration.ts';
import type { Duration } from '../../envoy/values.ts';

/** Without one a route waits for ever: Istio switches Envoy's 15 s off. */
export const timeoutOf = (timeout?: string): Duration => (timeout === undefined ? '0s' : durationOf(timeout));
