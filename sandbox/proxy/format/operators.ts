// Envoy's substitution operators (docs: "Access logging", "Format strings"), each compiled to a function.

import { hostPort, type StreamInfo } from '../stream/stream-info.ts';
import { startTime } from './start-time.ts';

/** Undefined where Envoy prints "-" (or drops a header). */
export type Operator = (info: StreamInfo, nowMs: number) => string | undefined;

/** The operator of `%NAME(argument)%`, or undefined when there is none of that name. */
export function operator(name: string, argument: string | undefined): Operator | undefined {
  if (argument !== undefined) {
    if (!Object.hasOwn(withArgument, name)) return undefined;
    return withArgument[name]?.(argument);
  }
  return Object.hasOwn(simple, name) ? simple[name] : undefined;
}

/** Operators whose values are numbers in JSON. */
export const isNumeric = (name: string): boolean => numbers.has(name);

const numbers = new Set([
  'RESPONSE_CODE',
  'BYTES_RECEIVED',
  'BYTES_SENT',
  'DURATION',
  'UPSTREAM_REQUEST_ATTEMPT_COUNT',
  'DOWNSTREAM_LOCAL_PORT',
]);

const simple: Readonly<Record<string, Operator>> = {
  START_TIME: (info) => startTime(info.startMs),
  PROTOCOL: (info) => info.protocol,
  RESPONSE_CODE: (info) => String(info.responseCode),
  RESPONSE_CODE_DETAILS: (info) => info.details?.replaceAll(' ', '_'),
  CONNECTION_TERMINATION_DETAILS: (info) => info.terminationDetails,
  RESPONSE_FLAGS: (info) => (info.flags.length === 0 ? '-' : info.flags.join(',')),
  BYTES_RECEIVED: (info) => String(info.bytesReceived),
  BYTES_SENT: (info) => String(info.bytesSent),
  DURATION: (info, now) => String(Math.round(now - info.startMs)),
  UPSTREAM_HOST: (info) => info.upstreamHost,
  UPSTREAM_CLUSTER: (info) => info.upstreamCluster,
  UPSTREAM_CLUSTER_RAW: (info) => info.upstreamCluster,
  UPSTREAM_LOCAL_ADDRESS: (info) => info.upstreamLocal,
  UPSTREAM_TRANSPORT_FAILURE_REASON: (info) => info.transportFailure?.replaceAll(' ', '_'),
  UPSTREAM_REQUEST_ATTEMPT_COUNT: (info) => String(info.attempts),
  DOWNSTREAM_LOCAL_ADDRESS: (info) => hostPort(info.downstreamLocal),
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: (info) => info.downstreamLocal.ip,
  DOWNSTREAM_LOCAL_PORT: (info) => String(info.downstreamLocal.port),
  DOWNSTREAM_REMOTE_ADDRESS: (info) => hostPort(info.downstreamRemote),
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: (info) => info.downstreamRemote.ip,
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: (info) => hostPort(info.downstreamDirect),
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: (info) => info.downstreamDirect.ip,
  DOWNSTREAM_PEER_URI_SAN: (info) => info.mtls?.peer,
  REQUESTED_SERVER_NAME: (info) => info.serverName,
  ROUTE_NAME: (info) => info.routeName,
};

const withArgument: Readonly<Record<string, (argument: string) => Operator | undefined>> = {
  REQ: (argument) => eitherHeader(argument, requestHeader),
  RESP: (argument) => eitherHeader(argument, (info, name) => info.responseHeaders?.get(name)),
  // No trailers are passed on, no filter sets dynamic metadata: both print what Envoy prints for a missing value.
  TRAILER: () => () => undefined,
  DYNAMIC_METADATA: () => () => undefined,
  FILTER_STATE: () => () => undefined,
};

/** `X?Y`: header X, or Y where X is missing. */
function eitherHeader(
  argument: string,
  value: (info: StreamInfo, name: string) => string | undefined,
): Operator | undefined {
  const [first = '', second, more] = argument.toLowerCase().split('?');
  if (first === '' || more !== undefined) return undefined;
  if (second === undefined) return (info) => value(info, first);
  return (info) => value(info, first) ?? value(info, second);
}

function requestHeader(info: StreamInfo, name: string): string | undefined {
  switch (name) {
    case ':method':
      return info.method;
    case ':path':
      return info.path;
    case ':authority':
    case 'host':
      return info.authority === undefined ? undefined : info.requestHeaders?.get('host');
    case ':scheme':
      return info.requestHeaders?.get('x-forwarded-proto');
    default:
      return info.requestHeaders?.get(name);
  }
}
