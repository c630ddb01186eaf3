import { grpcStatuses } from '../../../envoy/grpc-status.ts';
import type { Findings } from '../findings.ts';
import type { Message } from '../message.ts';
import { durationMistake, faultPercentageMistake } from '../values.ts';
import { statusMistake } from './http-actions.ts';

export function fault(findings: Findings, injected: Message | undefined): void {
  if (injected === undefined) return;
  const abort = injected.child('abort');
  const delay = injected.child('delay');
  if (abort === undefined && delay === undefined) {
    findings.listed('HTTP fault injection must have an abort and/or a delay');
  }
  if (abort !== undefined) aborts(findings, abort);
  if (delay !== undefined) delays(findings, delay);
}

function aborts(findings: Findings, abort: Message): void {
  findings.error(faultPercentageMistake(abort.child('percentage')));
  if (abort.has('grpcStatus')) findings.error(grpcStatusMistake(abort.text('grpcStatus')));
  else if (abort.has('http2Error')) findings.error('HTTP/2 abort fault injection not supported yet');
  else if (abort.has('httpStatus')) findings.error(statusMistake(abort.number('httpStatus')));
  // Istio loses its warning "abort configured, but error type not set" on the way.
}

function delays(findings: Findings, delay: Message): void {
  findings.error(faultPercentageMistake(delay.child('percentage')));
  if (delay.has('fixedDelay')) findings.error(durationMistake(delay, 'fixedDelay'));
  else if (delay.has('exponentialDelay')) {
    findings.error(durationMistake(delay, 'exponentialDelay'));
    findings.listed('exponentialDelay not supported yet');
  }
}

const grpcStatusMistake = (status: string): string | undefined =>
  grpcStatuses.includes(status)
    ? undefined
    : `gRPC status ${JSON.stringify(status)} is not supported. See https://github.com/grpc/grpc/blob/master/doc/statuscodes.md for a list of supported codes, for example 'NOT_FOUND'`;
