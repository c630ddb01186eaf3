import { header } from './http-server.ts';
import type { Request } from './http-server.ts';

/**
 * The headers Bookinfo passes on so that traces hold together and rules on later hops can see the caller.
 * https://istio.io/latest/docs/tasks/observability/distributed-tracing/overview/
 */
const propagated = [
  'x-request-id',
  'x-ot-span-context',
  'x-datadog-trace-id',
  'x-datadog-parent-id',
  'x-datadog-sampling-priority',
  'traceparent',
  'tracestate',
  'x-cloud-trace-context',
  'grpc-trace-bin',
  'sw8',
  'user-agent',
  'cookie',
  'authorization',
  'jwt',
] as const;

const b3 = ['x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags'] as const;

/** Those of the request that are passed on, and any named in `more`. */
export function propagatedHeaders(request: Request, ...more: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of [...propagated, ...b3, ...more]) {
    const value = header(request, name);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}
