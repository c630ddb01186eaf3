import { Headers } from '../http1/headers.ts';
import { wireText } from '../values.ts';

export interface LocalReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/**
 * An answer in the proxy's own name (Envoy Utility::sendLocalReply): text/plain when there is a body. A gRPC request
 * is answered with status 200 and the outcome in `grpc-status`.
 */
export function localReply(
  requestHeaders: Headers,
  status: number,
  body: string | Buffer,
  { headers, grpcStatus }: { headers?: Headers; grpcStatus?: number | undefined },
): LocalReply {
  const reply = new Headers();
  if (/^application\/grpc(?:\+|;|$)/.test(requestHeaders.get('content-type') ?? '')) {
    reply.add('content-type', 'application/grpc');
    reply.add('grpc-status', String(grpcStatus ?? grpcStatuses.get(status) ?? 2));
    if (body.length > 0) reply.add('grpc-message', encodeURI(body.toString()));
    reply.flat.push(...(headers?.flat ?? []));
    return { status: 200, headers: reply, body: Buffer.alloc(0) };
  }
  const bytes = typeof body === 'string' ? Buffer.from(wireText(body), 'latin1') : body;
  // The connection says of a reply without a body that it has none.
  if (bytes.length > 0) reply.flat.push('content-length', String(bytes.length), 'content-type', 'text/plain');
  reply.flat.push(...(headers?.flat ?? []));
  return { status, headers: reply, body: bytes };
}

/** docs: gRPC's http-grpc-status-mapping.md */
const grpcStatuses: ReadonlyMap<number, number> = new Map([
  [400, 13],
  [401, 16],
  [403, 7],
  [404, 12],
  [429, 14],
  [502, 14],
  [503, 14],
  [504, 14],
]);
