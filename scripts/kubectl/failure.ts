// Why a call failed, as kubectl words it.

/** A sentence for standard error, complete with its prefix (`error: …`). */
export class KubectlError extends Error {
  override readonly name = 'KubectlError';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** `error: …`, the form of everything that is not an answer of the API. */
export const failure = (message: string): KubectlError => new KubectlError(`error: ${message}`);

/** Several failures of one call: one is shown as it is, more as kubectl lists them. */
export function throwAll(errors: readonly unknown[]): void {
  const [first] = errors;
  if (errors.length === 1) throw first;
  if (errors.length > 1) throw new AggregateError(errors);
}

export interface StatusBody {
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: {
    readonly kind?: string;
    readonly name?: string;
    readonly group?: string;
    readonly causes?: readonly { readonly field?: string; readonly message?: string }[];
  };
}

/** The API's refusal. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly status: StatusBody;

  constructor(status: StatusBody) {
    super(status.message ?? 'unknown');
    this.status = status;
  }
}

export const isReason = (error: unknown, reason: string): error is StatusError =>
  error instanceof StatusError && error.status.reason === reason;

/** The same refusal, with what was being done before its message (AddSourceToErr of kubectl's cmd/util). */
export function during(error: unknown, verb: string, source: string): unknown {
  if (!(error instanceof StatusError)) return error;
  const message = `error when ${verb} ${JSON.stringify(source)}: ${error.message}`;
  return new StatusError({ ...error.status, message });
}
