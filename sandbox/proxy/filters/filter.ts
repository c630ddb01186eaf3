import type { Headers } from '../http1/headers.ts';
import type { HttpStream } from '../stream/stream.ts';

/** A stage every request passes. One object serves all requests of a listener: state of a request is kept per stream. */
export interface HttpFilter {
  /** 'stop': the filter has answered, or will call `stream.proceed()`. */
  request?(stream: HttpStream): 'continue' | 'stop';
  /** Sees the head of every response, in reverse order of the filters. */
  response?(stream: HttpStream, headers: Headers): void;
  /** The stream is over; called exactly once for every stream, whatever became of it. */
  done?(stream: HttpStream): void;
}

/** Per-route configuration, compiled, by filter name. */
export type PerRouteFilters = ReadonlyMap<string, unknown>;
