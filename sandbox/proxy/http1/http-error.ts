import { STATUS_CODES } from 'node:http';

/** A message the codec refuses: the status to answer with, and Envoy's response code details. */
export class HttpError extends Error {
  readonly status: number;
  readonly details: string;

  constructor(status: number, details: string) {
    super(STATUS_CODES[status] ?? 'Error');
    this.name = 'HttpError';
    this.status = status;
    this.details = details;
  }
}
