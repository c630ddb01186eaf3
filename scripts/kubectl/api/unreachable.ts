// The API did not answer at all.

/** The message is the whole sentence. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

export const isUnreachable = (error: unknown): error is UnreachableError => error instanceof UnreachableError;

/** kubectl's sentence for what the socket said. */
export function unreachable(error: Error & { readonly code?: string }, server: URL): UnreachableError {
  const port = server.port === '' ? '' : `:${server.port}`;
  const host = `${server.hostname}${port}`;
  if (error.code === 'ECONNREFUSED') {
    return new UnreachableError(
      `The connection to the server ${host} was refused - did you specify the right host or port?`,
      { cause: error },
    );
  }
  return new UnreachableError(`Unable to connect to the server: ${error.message}`, { cause: error });
}
