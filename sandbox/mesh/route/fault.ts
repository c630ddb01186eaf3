import { durationOf } from '../duration.ts';
import { grpcStatuses } from '../../envoy/grpc-status.ts';
import type { HttpFault } from '../../envoy/route.ts';
import type { FractionalPercent } from '../../envoy/values.ts';
import type { Fault, Percent } from '../kube/virtual-service.ts';

/** Without a percentage a fault hits nothing: protobuf's default is 0. Undefined: nothing Envoy could inject. */
export function faultOf({ delay, abort }: Fault): HttpFault | undefined {
  const fixed = delay?.fixedDelay;
  const envoyDelay = fixed !== undefined && {
    fixed_delay: durationOf(fixed),
    percentage: delay?.percentage ? perMillion(delay.percentage) : perHundred(delay?.percent ?? 0),
  };
  const error = abort && abortError(abort);
  const percentage = abort?.percentage ? perMillion(abort.percentage) : perHundred(0);
  const envoyAbort =
    error !== undefined && ('http_status' in error ? { ...error, percentage } : { percentage, ...error });
  if (!envoyDelay && !envoyAbort) return undefined;
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
    ...(envoyDelay && { delay: envoyDelay }),
    ...(envoyAbort && { abort: envoyAbort }),
  };
}

export const perMillion = ({ value = 0 }: Percent): FractionalPercent => ({
  ...perHundred(Math.trunc(value * 10_000)),
  denominator: 'MILLION',
});

export const perHundred = (percent: number): FractionalPercent =>
  percent === 0 ? {} : { numerator: percent };

function abortError({ httpStatus, grpcStatus }: NonNullable<Fault['abort']>): AbortError | undefined {
  if (httpStatus !== undefined) return { http_status: httpStatus };
  const code = grpcStatus === undefined ? -1 : grpcStatuses.indexOf(grpcStatus);
  return code < 0 ? undefined : { grpc_status: code };
}

type AbortError = { readonly http_status: number } | { readonly grpc_status: number };
