// Changes of what a path lists, as the API sends them: one JSON object per line.

import { createInterface } from 'node:readline';
import { StatusError, type StatusBody } from '../failure.ts';
import type { ApiClient, ApiRequest } from './client.ts';

export interface WatchEvent<Body> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: Body;
}

/** Ends when the server ends it. @throws StatusError for an ERROR event; the signal's reason when aborted */
export async function* watch<Body>(client: ApiClient, request: ApiRequest): AsyncGenerator<WatchEvent<Body>> {
  const stream = await client.stream({ ...request, query: { ...request.query, watch: 'true' } });
  try {
    for await (const line of createInterface({ input: stream })) {
      if (line === '') continue;
      const event = JSON.parse(line) as WatchEvent<Body> | { type: 'ERROR'; object: StatusBody };
      if (event.type === 'ERROR') throw new StatusError(event.object);
      if (event.type !== 'BOOKMARK') yield event;
    }
    request.signal?.throwIfAborted();
  } finally {
    stream.destroy();
  }
}
