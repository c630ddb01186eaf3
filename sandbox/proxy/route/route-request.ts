import type { Headers } from '../http1/headers.ts';
import type { DynamicMetadata } from './metadata-matcher.ts';

/** What routing looks at. */
export interface RouteRequest {
  readonly method: string;
  /** `:authority` */
  readonly authority: string;
  /** With the query; a filter may take something out of that. */
  path: string;
  readonly scheme: string;
  readonly headers: Headers;
  /** Set by filters on the way. */
  metadata?: DynamicMetadata;
}

/** A header, or one of the four pseudo headers. */
export function headerValue(request: RouteRequest, name: string): string | undefined {
  if (!name.startsWith(':')) return name === 'host' ? request.authority : request.headers.joined(name);
  switch (name) {
    case ':method':
      return request.method;
    case ':authority':
      return request.authority;
    case ':path':
      return request.path;
    case ':scheme':
      return request.scheme;
    default:
      return undefined;
  }
}

export function withoutQuery(path: string): string {
  const query = path.indexOf('?');
  return query === -1 ? path : path.slice(0, query);
}
