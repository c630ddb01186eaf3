// What standard error shows for a failure (checkErr and StandardErrorMessage of kubectl's cmd/util).

import { KubectlError, StatusError, type StatusBody } from './failure.ts';
import { isUnreachable } from './api/unreachable.ts';

export interface Explained {
  readonly text: string;
  readonly exitCode: number;
}

/** @throws every error that is a defect of ours */
export function explainFailure(error: unknown): Explained {
  if (error instanceof KubectlError) return { text: line(error.message), exitCode: error.exitCode };
  if (error instanceof AggregateError) {
    return { text: error.errors.map((one) => explainFailure(one).text).join(''), exitCode: 1 };
  }
  if (error instanceof StatusError) return { text: line(refusal(error.status)), exitCode: 1 };
  if (isUnreachable(error)) return { text: line(error.message), exitCode: 1 };
  throw error;
}

const line = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

function refusal(status: StatusBody): string {
  const { reason, message = 'unknown' } = status;
  if (reason === 'Invalid') return invalid(status);
  if (reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`;
  return reason === undefined || reason === ''
    ? `Error from server: ${message}`
    : `Error from server (${reason}): ${message}`;
}

function invalid({ message, details }: StatusBody): string {
  if (details === undefined) return `The request is invalid${message === undefined ? '' : `: ${message}`}`;
  const { kind = '', name = '', causes = [] } = details;
  const named = kind !== '' || name !== '';
  const subject = named ? `The ${kind} ${JSON.stringify(name)} is invalid` : 'The request is invalid';
  if (causes.length === 0) return named || message === undefined ? subject : `${subject}: ${message}`;
  const reasons = causes.map((cause) => [cause.field, cause.message].filter((part) => part).join(': '));
  return reasons.length === 1
    ? `${subject}: ${reasons[0] ?? ''}`
    : `${subject}: \n${reasons.map((text) => `* ${text}\n`).join('')}`;
}
