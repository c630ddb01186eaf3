// WATCH: one JSON line per event (k8s.io/apiserver/pkg/endpoints/handlers/watch.go).

import { sleep } from '../../clock/clock.ts';
import type { AnyObject } from '../../kube/object.ts';
import { StatusError } from '../../kube/status-error.ts';
import { invalid } from '../registry/refusals.ts';
import { qualified } from '../registry/types.ts';
import type { StoreEvent } from '../store/history.ts';
import { representation, type Representation } from './accept.ts';
import { listOptions, revisionOf, type ListOptions } from './list-options.ts';
import type { ApiContext, ResourceRequest } from './request.ts';
import { representOne, tableOf } from './represent.ts';
import { setCommonHeaders } from './respond.ts';
import { selectionOf } from './selection.ts';

const bookmarkEveryMs = 60_000;
const minimumTimeoutMs = 1_800_000;
/** A client that reads this little is cut off; it comes back with its last resourceVersion. */
const backlogLimit = 16 * 1024 * 1024;

/** Streams events until the client leaves, `timeoutSeconds` are over or the server closes. */
export async function watch(context: ApiContext, request: ResourceRequest): Promise<void> {
  const { registry, closing } = context;
  const { query, response, type } = request;
  const form = representation(request.message.headers.accept);
  const isWanted = selectionOf(request);
  const options = listOptions(query);
  const start = startOf(options, request, registry.store.revision);
  // What is missing is found out before the answer begins, so that `Expired` can still be its status.
  const missed = start.from === undefined ? [] : registry.store.after(qualified(type), start.from);
  const stream = new EventStream(context, request, form);

  const ended = new AbortController();
  const end = (): void => ended.abort(new Error('the watch is over'));
  response.on('close', end);
  closing.addEventListener('abort', end, { once: true });
  setCommonHeaders(request);
  response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
  response.flushHeaders();

  const forward = (event: StoreEvent): void => {
    if (stream.backlog > backlogLimit) end();
    const before = event.previous !== undefined && isWanted(event.previous);
    // Of a removed object, `previous` is what selectors saw last.
    const after = event.type !== 'DELETED' && isWanted(event.object);
    if (after) stream.send(before ? 'MODIFIED' : 'ADDED', event.object);
    else if (before) stream.send('DELETED', asLeaving(event));
  };
  if (start.isInitial) {
    for (const object of registry.list<AnyObject>(type).filter(isWanted)) stream.send('ADDED', object);
  }
  if (start.isBookmarked) stream.bookmark(true);
  for (const event of missed) forward(event);
  const stop = registry.store.watch(qualified(type), forward);
  try {
    await keepOpen(context, options, stream, ended.signal);
  } finally {
    stop();
    closing.removeEventListener('abort', end);
    response.end();
  }
}

interface Start {
  /** Send what happened after this revision; undefined: only what is new. */
  readonly from: number | undefined;
  /** Begin with an ADDED for every object that is there. */
  readonly isInitial: boolean;
  /** Say with a bookmark where the initial objects end. */
  readonly isBookmarked: boolean;
}

function startOf(options: ListOptions, { type, name = '' }: ResourceRequest, revision: number): Start {
  const asked = revisionOf(options.resourceVersion, (cause) =>
    invalid({ group: type.group, kind: type.resource }, name, [cause]),
  );
  if (options.sendsInitialEvents) {
    return { from: undefined, isInitial: true, isBookmarked: options.allowsBookmarks };
  }
  if (asked === 0) return { from: undefined, isInitial: true, isBookmarked: false };
  if (asked > revision) {
    // From another life of this cluster; the client must list again.
    throw new StatusError('Expired', `too old resource version: ${asked} (${revision})`);
  }
  return { from: asked, isInitial: false, isBookmarked: false };
}

/** An object that left the selection as it was before, with the revision at which it left. */
function asLeaving({ type, object, previous }: StoreEvent): AnyObject {
  if (type === 'DELETED' || previous === undefined) return object;
  const { resourceVersion } = object.metadata;
  return { ...previous, metadata: { ...previous.metadata, resourceVersion } };
}

async function keepOpen(
  { registry: { clock } }: ApiContext,
  { timeoutSeconds, allowsBookmarks }: ListOptions,
  stream: EventStream,
  signal: AbortSignal,
): Promise<void> {
  let left = timeoutSeconds > 0 ? timeoutSeconds * 1000 : minimumTimeoutMs;
  while (left > 0 && !signal.aborted) {
    const nap = Math.min(left, bookmarkEveryMs);
    try {
      await sleep(clock, nap, signal);
    } catch {
      return;
    }
    left -= nap;
    if (allowsBookmarks) stream.bookmark(false);
  }
}

class EventStream {
  readonly #context: ApiContext;
  readonly #request: ResourceRequest;
  readonly #form: Representation;
  #hasColumns = false;

  constructor(context: ApiContext, request: ResourceRequest, form: Representation) {
    this.#context = context;
    this.#request = request;
    this.#form = form;
  }

  /** Bytes the client has not taken yet. */
  get backlog(): number {
    return this.#request.response.writableLength;
  }

  send(type: string, object: AnyObject): void {
    const now = this.#context.registry.clock.now();
    this.#write(
      type,
      this.#form.as === 'Table'
        ? this.#table(object, now)
        : representOne(this.#request, this.#form, object, now),
    );
  }

  bookmark(endsInitial: boolean): void {
    const { type, version } = this.#request;
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    const metadata = {
      resourceVersion: String(this.#context.registry.store.revision),
      creationTimestamp: null,
      ...(endsInitial ? { annotations } : {}),
    };
    const apiVersion = type.group === '' ? version.version : `${type.group}/${version.version}`;
    const object = { kind: type.kind, apiVersion, metadata } as unknown as AnyObject;
    this.#write('BOOKMARK', this.#form.as === 'Table' ? this.#emptyTable(object) : object);
  }

  #table(object: AnyObject, now: number): unknown {
    const { resourceVersion } = object.metadata;
    const table = tableOf(this.#request, [object], { resourceVersion }, now, !this.#hasColumns);
    this.#hasColumns = true;
    return table;
  }

  #emptyTable({ metadata: { resourceVersion } }: AnyObject): unknown {
    return {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion },
      columnDefinitions: [],
      rows: [],
    };
  }

  #write(type: string, object: unknown): void {
    this.#request.response.write(`${JSON.stringify({ type, object })}\n`);
  }
}
