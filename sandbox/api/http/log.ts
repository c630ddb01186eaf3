import type { Pod } from '../../kube/resources.ts';
import { logOptions } from './log-options.ts';
import type { ApiContext, ObjectRequest } from './request.ts';
import { setCommonHeaders } from './respond.ts';
import { containerOf } from './container-of.ts';
import { found } from './write.ts';

/** `pods/<name>/log`: text, ended by the client or the end of the log. */
export async function log(context: ApiContext, request: ObjectRequest): Promise<void> {
  const pod = found(context, request) as unknown as Pod;
  const { response, query } = request;
  const options = logOptions(request, containerOf(pod, query.get('container')));
  const ended = new AbortController();
  const end = (): void => ended.abort(new Error('the client left'));
  response.on('close', end);
  context.closing.addEventListener('abort', end, { once: true });
  try {
    const chunks = context.runtime.logs(pod, options, ended.signal)[Symbol.asyncIterator]();
    // The first chunk shows whether there is a log at all; after it only the connection can tell of a failure.
    let next = options.follow ? undefined : await chunks.next();
    setCommonHeaders(request);
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.flushHeaders();
    next ??= await chunks.next();
    for (; next.done !== true && !ended.signal.aborted; next = await chunks.next()) {
      if (!response.write(next.value)) await drained(response, ended.signal);
    }
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  } finally {
    context.closing.removeEventListener('abort', end);
  }
  response.end();
}

function drained(response: ObjectRequest['response'], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.on('drain', done);
    signal.addEventListener('abort', done, { once: true });
  });
}
