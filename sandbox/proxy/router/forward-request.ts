// Chooses the cluster, prepares the head that goes upstream, and starts the tries (and the mirrors) of a request.

import type { Forward, Target } from '../route/route-entry.ts';
import type { FoundRoute } from '../route/route-table.ts';
import type { HttpStream } from '../stream/stream.ts';
import { happens } from '../values.ts';
import { MirroredRequest } from './mirrored-request.ts';
import { RoutedRequest } from './routed-request.ts';
import { tellTimeLeft } from './time-left.ts';

export function forwardRequest(stream: HttpStream, found: FoundRoute, forward: Forward): void {
  const { manager, target, cluster } = stream;
  if (target === undefined || cluster === undefined) {
    stream.reply(forward.notFoundStatus, '', 'cluster_not_found', { flag: 'NC' });
    return;
  }
  const path = prepareHead(stream, found, forward, target);
  const mirrors: MirroredRequest[] = [];
  for (const { cluster: name, share } of forward.mirrors) {
    const shadow = manager.clusters.get(name);
    if (shadow === undefined || !happens(share, manager.random)) continue;
    mirrors.push(new MirroredRequest(stream, shadow, path));
  }
  const routed = new RoutedRequest(stream, forward, cluster, path, mirrors);
  stream.receive(routed);
  routed.start();
}

/** Changes the request's headers into those that go upstream; answers the path (Envoy finalizeRequestHeaders). */
function prepareHead(stream: HttpStream, found: FoundRoute, forward: Forward, target: Target): string {
  const { request, info, manager } = stream;
  const { headers } = request;
  const now = manager.clock.now();
  tellTimeLeft(headers, forward, 0);
  if (found.countsAttempts) headers.set('x-envoy-attempt-count', '1');
  target.requestHeaders?.(headers, info, now);
  if (target.host !== undefined) headers.set('host', target.host);
  found.route.requestHeaders?.(headers, info, now);
  if (forward.host !== undefined) headers.set('host', forward.host);
  info.authority = headers.get('host') ?? '';
  let { path } = request;
  if (forward.rewritePath !== undefined) {
    path = forward.rewritePath(path);
    headers.set('x-envoy-original-path', request.path);
    info.path = path;
  }
  if (manager.direction === 'OUTBOUND' && found.route.operation !== undefined) {
    headers.set('x-envoy-decorator-operation', found.route.operation);
  }
  if (needsLength(request.method, stream)) headers.set('content-length', '0');
  return path;
}

/** A request without a body says so, unless its method never has one (Envoy RequestEncoderImpl::encodeHeaders). */
function needsLength(method: string, { requestFraming, request }: HttpStream): boolean {
  return requestFraming.kind === 'none' && !request.headers.has('content-length') && !bodiless.has(method);
}

const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'TRACE', 'CONNECT']);
