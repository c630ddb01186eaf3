// A request on the wire as Go's http.Request.Write puts it: Host and User-Agent first, the others by name.

import type { IncomingMessage } from 'node:http';

export function requestText(request: IncomingMessage, body: string): string {
  const others = Object.entries(canonicalHeaders(request))
    .filter(([name]) => name !== 'User-Agent' && name !== 'Content-Length')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => values.map((value) => `${name}: ${value}`));
  const agent = request.headers['user-agent'] ?? 'Go-http-client/1.1';
  return [
    `${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/1.1`,
    `Host: ${request.headers.host ?? ''}`,
    ...(agent === '' ? [] : [`User-Agent: ${agent}`]),
    ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    ...others,
    '',
    body,
  ].join('\r\n');
}

/** Without Host, which Go keeps apart. */
export function canonicalHeaders({
  headersDistinct,
}: IncomingMessage): Readonly<Record<string, readonly string[]>> {
  const entries = Object.entries(headersDistinct).filter(([name]) => name !== 'host');
  return Object.fromEntries(entries.map(([name, values = []]) => [canonicalName(name), values]));
}

/** `x-request-id` → `X-Request-Id` */
const canonicalName = (name: string): string =>
  name.replaceAll(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
