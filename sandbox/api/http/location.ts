import type { IncomingMessage } from 'node:http';

export interface Location {
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Path and query of a request, whatever its client wrote there. */
export function locationOf({ url = '/' }: IncomingMessage): Location {
  const at = url.indexOf('?');
  return at === -1
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) };
}
