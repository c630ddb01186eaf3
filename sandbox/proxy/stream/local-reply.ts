import { Headers } from '../http1/headers.ts';
import type { RouteRequest } from '../route/route-request.ts';
import { wireText } from '../values.ts';

export interface LocalReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/**
 * An answer in the proxy's own name (Envoy Utility::sendLocalReply): text/plain when there is a body and `operate`,
 * the route's own operations, gave it no other type. A gRPC request
 * is answered with status 200 and the outcome in `grpc-status`.
 */
export function localReply(
  request: Pick<RouteRequest, 'method' | 'headers'>,
  status: number,
  body: string | Buffer,
  { headers, grpcStatus }: { headers?: Headers; grpcStatus?: number | undefined },
  operate: (headers: Headers) => void,
): LocalReply {
  const reply = new Headers();
  if (/^application\/grpc(?:\+|;|$)/.test(request.headers.get('content-type') ?? '')) {
    reply.add('grpc-status', String(grpcStatus ?? grpcStatuses.get(status) ?? 2));
    if (body.length > 0 && request.method !== 'HEAD') reply.add('grpc-message', grpcMessage(body));
    reply.flat.push(...(headers?.flat ?? []));
    operate(reply);
    reply.set('content-type', 'application/grpc');
    return { status: 200, headers: reply, body: Buffer.alloc(0) };
  }
  const bytes = typeof body === 'string' ? Buffer.from(wireText(body), 'latin1') : body;
  reply.flat.push(...(headers?.flat ?? []));
  operate(reply);
  reply.remove('content-length');
  if (bytes.length === 0) {
    // The connection says of a reply without a body that it has none.
    reply.remove('content-type');
  } else {
    reply.add('content-length', String(bytes.length));
    if (!reply.has('content-type')) reply.add('content-type', 'text/plain');
  }
  return { status, headers: reply, body: bytes };
}

/** Percent-encodes what is not printable ASCII, byte by byte (gRPC's PROTOCOL-HTTP2.md, "Status-Message"). */
function grpcMessage(body: string | Buffer): string {
  const text = typeof body === 'string' ? wireText(body) : body.toString('latin1');
  return text.replace(
    /[^ -$&-~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
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
