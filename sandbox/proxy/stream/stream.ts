// One request from its head to its log line: the filters it passes, its response, and what is known of it.

import type { Address } from '../../network/network.ts';
import type { RequestRecord } from '../../telemetry/reporter.ts';
import { chunked, type Framing } from '../http1/framing.ts';
import type { RequestHead } from '../http1/head.ts';
import type { Headers } from '../http1/headers.ts';
import type { Target } from '../route/route-entry.ts';
import type { FoundRoute, RouteTable } from '../route/route-table.ts';
import type { RouteRequest } from '../route/route-request.ts';
import type { UpstreamCluster } from '../upstream/cluster.ts';
import type { UpstreamHost } from '../upstream/host.ts';
import { localReply } from './local-reply.ts';
import type { Manager } from './manager.ts';
import { mutateRequest, removeHopByHop } from './request-head.ts';
import { completeResponse } from './response-head.ts';
import { addFlag, noOutcome, type ResponseFlag, type StreamInfo } from './stream-info.ts';

/** The connection a stream answers on. */
export interface Downstream {
  readonly local: Address;
  readonly remote: Address;
  readonly mtls: StreamInfo['mtls'];
  /** TLS has ended here. */
  readonly secure: boolean;
  readonly serverName: string | undefined;
  responseHead(status: number, headers: Headers, framing: Framing): void;
  responseBody(chunk: Buffer): void;
  responseEnd(): void;
  /** False: wait for `RequestReceiver.downstreamDrained`. */
  responseFlush(): boolean;
  /** Takes no request after this one. */
  endAfterResponse(): void;
  /** Ends the connection: the response cannot be completed. */
  abort(): void;
  pauseRequest(): void;
  resumeRequest(): void;
}

/** Takes the request's body: the router, once the request has passed the other filters. */
export interface RequestReceiver {
  requestBody(chunk: Buffer): void;
  requestEnd(): void;
  requestFlush(): void;
  downstreamDrained(): void;
  /** The client is gone, or the response was given by someone else. */
  cancel(): void;
}

export interface ReplyOptions {
  readonly headers?: Headers;
  readonly flag?: ResponseFlag;
  readonly grpcStatus?: number | undefined;
}

/** What is kept of a body while no one takes it; then the client is not read. */
const heldBytesLimit = 1024 * 1024;

export class HttpStream {
  readonly manager: Manager;
  readonly info: StreamInfo;
  readonly request: RouteRequest;
  readonly routes: RouteTable | undefined;
  readonly requestFraming: Framing;
  /** The request asks for this protocol, in lower case. */
  readonly upgrade: string | undefined;
  found: FoundRoute | undefined;
  /** Set-Cookie lines the proxy adds to a forwarded response. */
  readonly cookies: string[] = [];
  /** Of a route that forwards; chosen with the route, and kept for all tries. */
  target: Target | undefined;
  /** Undefined also where there is no cluster of the target's name. */
  cluster: UpstreamCluster | undefined;
  host: UpstreamHost | undefined;
  requestComplete = false;
  responseStarted = false;
  readonly #connection: Downstream;
  /** The client's Host header, before rewrites. */
  readonly #authority: string;
  readonly #hadDecorator: boolean;
  #receiver: RequestReceiver | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #nextFilter = 0;
  #over = false;

  /**
   * @param path '' for CONNECT, which has none
   * @param routes undefined for a request that no route is looked for
   */
  constructor(
    connection: Downstream,
    manager: Manager,
    head: RequestHead,
    framing: Framing,
    path: string,
    startMs: number,
    routes: RouteTable | undefined,
  ) {
    const { headers } = head;
    const { local, remote, mtls, secure, serverName } = connection;
    this.#connection = connection;
    this.manager = manager;
    // `connection` may have named the length, which is then nobody else's to know.
    const hidden = framing.kind === 'length' && !headers.has('content-length');
    this.requestFraming = hidden ? chunked : framing;
    this.upgrade = framing.kind === 'tunnel' ? headers.get('upgrade')?.toLowerCase() : undefined;
    removeHopByHop(headers, this.upgrade !== undefined);
    const client = mutateRequest(headers, manager, remote, mtls, secure);
    const authority = headers.get('host') ?? '';
    this.#authority = authority;
    this.#hadDecorator = headers.has('x-envoy-decorator-operation');
    // The operation is for this hop's trace only.
    if (manager.direction === 'INBOUND') headers.remove('x-envoy-decorator-operation');
    this.request = {
      method: head.method,
      authority,
      path,
      scheme: requestScheme(headers, secure),
      headers,
    };
    this.info = {
      startMs,
      downstreamLocal: local,
      downstreamDirect: remote,
      downstreamRemote: client,
      mtls,
      serverName,
      protocol: 'HTTP/1.1',
      requestHeaders: headers,
      method: head.method,
      path: path === '' ? undefined : path,
      authority,
      ...noOutcome(),
    };
    this.routes = routes;
    this.selectRoute();
  }

  /** Finds the route for what is known of the request now (Envoy: clearRouteCache). */
  selectRoute(): void {
    const { manager, info } = this;
    this.found = this.routes?.find(this.request, manager.random);
    info.routeName = this.found?.route.name;
    const action = this.found?.route.action;
    this.target = action?.kind === 'forward' ? action.forward.target(manager.random) : undefined;
    this.cluster = this.target && manager.clusters.get(this.target.cluster);
    info.upstreamCluster = this.cluster?.name;
  }

  get over(): boolean {
    return this.#over;
  }

  get original(): Address {
    return this.#connection.local;
  }

  /** Hands the request to the filters that have not seen it yet. */
  proceed(): void {
    const { filters } = this.manager;
    while (this.#nextFilter < filters.length && !this.#over && !this.responseStarted) {
      const filter = filters[this.#nextFilter];
      this.#nextFilter += 1;
      if (filter?.request?.(this) === 'stop') return;
    }
  }

  /** From now on `receiver` gets the body, beginning with what has been held. */
  receive(receiver: RequestReceiver): void {
    this.#receiver = receiver;
    const held = this.#held;
    this.#held = [];
    if (this.#heldBytes >= heldBytesLimit) this.#connection.resumeRequest();
    for (const chunk of held) receiver.requestBody(chunk);
    if (this.requestComplete) receiver.requestEnd();
  }

  requestBody(chunk: Buffer): void {
    this.info.bytesReceived += chunk.length;
    if (this.#receiver !== undefined) {
      this.#receiver.requestBody(chunk);
    } else if (!this.responseStarted) {
      this.#held.push(chunk);
      this.#heldBytes += chunk.length;
      if (this.#heldBytes >= heldBytesLimit) this.#connection.pauseRequest();
    }
  }

  requestEnd(): void {
    this.requestComplete = true;
    this.#receiver?.requestEnd();
  }

  requestFlush(): void {
    this.#receiver?.requestFlush();
  }

  pauseRequest(): void {
    this.#connection.pauseRequest();
  }

  resumeRequest(): void {
    this.#connection.resumeRequest();
  }

  downstreamDrained(): void {
    this.#receiver?.downstreamDrained();
  }

  /** Answers in the proxy's own name. @param details response code details */
  reply(status: number, body: string | Buffer, details: string, options: ReplyOptions = {}): void {
    if (this.#over) return;
    if (this.responseStarted) {
      this.abort(details, options.flag);
      return;
    }
    if (options.flag !== undefined) addFlag(this.info, options.flag);
    const receiver = this.#receiver;
    this.#receiver = undefined;
    receiver?.cancel();
    this.info.details = details;
    // Something is wrong with the messages themselves (Envoy DownstreamFilterManager::sendLocalReply).
    if (status === 400) this.#connection.endAfterResponse();
    // Redirects and direct responses have no route entry: what a filter answers for them is left as it is.
    const operates = this.target !== undefined || details === 'direct_response';
    const reply = localReply(this.request, status, body, options, (headers) => {
      if (operates) this.#operate(headers);
    });
    this.#respond(reply.status, reply.headers, { kind: 'length', length: reply.body.length });
    this.responseBody(reply.body);
    this.responseEnd();
  }

  /** Begins the response with an upstream's. */
  respondFromUpstream(status: number, headers: Headers, framing: Framing): void {
    this.info.responseCode = status;
    this.info.details = 'via_upstream';
    this.#operate(headers);
    this.#respond(status, headers, framing);
  }

  responseBody(chunk: Buffer): void {
    if (this.#over || this.request.method === 'HEAD') return;
    this.info.bytesSent += chunk.length;
    this.#connection.responseBody(chunk);
  }

  /** False: wait for `downstreamDrained`. */
  responseFlush(): boolean {
    return this.#over || this.#connection.responseFlush();
  }

  responseEnd(): void {
    if (this.#over) return;
    this.#finish();
    this.#connection.responseEnd();
  }

  /** Breaks off a response that has begun. */
  abort(details: string, flag: ResponseFlag | undefined): void {
    if (this.#over) return;
    if (flag !== undefined) addFlag(this.info, flag);
    this.info.details = details;
    this.#receiver?.cancel();
    this.#finish();
    this.#connection.abort();
  }

  /** The client left. */
  disconnected(): void {
    if (this.#over) return;
    addFlag(this.info, 'DC');
    this.info.details = 'downstream_remote_disconnect';
    this.#receiver?.cancel();
    this.#finish();
  }

  /** Nothing has moved for `stream_idle_timeout`. */
  idle(): void {
    this.reply(this.requestComplete ? 504 : 408, 'stream timeout', 'stream_idle_timeout', { flag: 'SI' });
  }

  telemetry(): RequestRecord {
    const { info, manager, cluster } = this;
    return {
      info,
      direction: manager.direction,
      edge: manager.edge,
      authority: this.#authority,
      clusterName: cluster?.name,
      service: cluster?.service,
      upstreamIp: info.upstreamAnswered ? this.host?.address.ip : undefined,
    };
  }

  /** The route's response_headers_to_add and _to_remove: the destination's before the route's (facts: "route set wins"). */
  #operate(headers: Headers): void {
    const now = this.manager.clock.now();
    this.info.responseHeaders = headers;
    this.target?.responseHeaders?.(headers, this.info, now);
    this.found?.route.responseHeaders?.(headers, this.info, now);
  }

  /** Begins the response: the filters, then the connection manager's own changes. */
  #respond(status: number, headers: Headers, framing: Framing): void {
    const { manager, info, found } = this;
    this.responseStarted = true;
    info.responseCode = status;
    info.responseHeaders = headers;
    const { filters } = manager;
    for (let at = filters.length - 1; at >= 0; at -= 1) filters[at]?.response?.(this, headers);
    completeResponse(headers, manager, this.#hadDecorator ? undefined : found?.route.operation);
    this.#connection.responseHead(status, headers, framing);
  }

  #finish(): void {
    this.#over = true;
    this.#receiver = undefined;
    this.#held = [];
    for (const filter of this.manager.filters) filter.done?.(this);
    this.manager.writeLog(this.info, this.manager.clock.now());
  }
}

function requestScheme(headers: Headers, secure: boolean): string {
  const forwarded = headers.get('x-forwarded-proto')?.toLowerCase();
  if (forwarded === 'http' || forwarded === 'https') return forwarded;
  return secure ? 'https' : 'http';
}
