// The tries of one request, until one of them is the response (Envoy Router::Filter).

import type { Timer } from '../../clock/clock.ts';
import { tunnel, type Framing } from '../http1/framing.ts';
import type { ResponseHead } from '../http1/head.ts';
import { hashKey } from '../route/hash-policy.ts';
import type { Forward } from '../route/route-entry.ts';
import { removeResponseHopByHop } from '../stream/response-head.ts';
import { hostPort } from '../stream/stream-info.ts';
import type { HttpStream, RequestReceiver } from '../stream/stream.ts';
import type { UpstreamCluster } from '../upstream/cluster.ts';
import { countResponse } from '../upstream/cluster-stats.ts';
import { localAddress } from '../upstream/connector.ts';
import type { UpstreamHost } from '../upstream/host.ts';
import type { PoolUser } from '../upstream/pool.ts';
import { resetFlags, type ResetReason } from '../upstream/reset-reason.ts';
import type { ConnectionUser, UpstreamConnection } from '../upstream/upstream-connection.ts';
import { noHealthyUpstream, requestTimeout, tryTimeout, upstreamFailure, type Failure } from './failure.ts';
import type { MirroredRequest } from './mirrored-request.ts';
import { RequestBody } from './request-body.ts';
import { RetryState } from './retry-state.ts';
import { announceRetry } from './time-left.ts';

/** Envoy's `per_connection_buffer_limit_bytes`: a longer body cannot be sent again. */
const bufferLimit = 1024 * 1024;

export class RoutedRequest implements RequestReceiver, PoolUser, ConnectionUser {
  readonly #stream: HttpStream;
  readonly #forward: Forward;
  readonly #cluster: UpstreamCluster;
  readonly #path: string;
  readonly #mirrors: readonly MirroredRequest[];
  readonly #body: RequestBody;
  readonly #retries: RetryState;
  #host: UpstreamHost | undefined;
  #connection: UpstreamConnection | undefined;
  #tunnelOpen = false;
  #responding = false;
  readonly #startedAtMs: number;
  /** Undefined while the client still sends. */
  #completeAtMs: number | undefined;
  #timeout: Timer | undefined;
  #tryTimeout: Timer | undefined;
  #pausedRequest = false;

  constructor(
    stream: HttpStream,
    forward: Forward,
    cluster: UpstreamCluster,
    path: string,
    mirrors: readonly MirroredRequest[],
  ) {
    this.#stream = stream;
    this.#forward = forward;
    this.#cluster = cluster;
    this.#path = path;
    this.#mirrors = mirrors;
    this.#retries = new RetryState(stream, forward.retries, cluster);
    this.#startedAtMs = stream.manager.clock.now();
    this.#body = new RequestBody(forward.retries !== undefined && stream.upgrade === undefined);
  }

  start(): void {
    const { info, request, cookies } = this.#stream;
    info.attempts += 1;
    if (info.attempts > 1) announceRetry(this.#stream, this.#forward, this.#startedAtMs);
    // Every try asks anew, and where that makes a cookie, every try makes one.
    const hash = hashKey(this.#forward.hash, request, info, (line) => cookies.push(line));
    const host = this.#retries.pick(hash);
    if (host === undefined) {
      this.#retries.release();
      this.#reply(noHealthyUpstream);
      return;
    }
    this.#host = host;
    this.#stream.host = host;
    info.upstreamHost = host.name;
    host.active += 1;
    host.requests += 1;
    this.#cluster.stats.upstream_rq_total += 1;
    this.#cluster.stats.upstream_rq_active += 1;
    const perTry = this.#forward.perTryTimeoutMs;
    if (perTry > 0) this.#tryTimeout = this.#stream.manager.clock.after(perTry, () => this.#tryTimedOut());
    host.pool.request(this);
  }

  // --- From the client ---

  requestBody(chunk: Buffer): void {
    for (const mirror of this.#mirrors) mirror.requestBody(chunk);
    const connection = this.#sendable();
    if (connection === undefined || this.#body.replayable) this.#body.add(chunk, bufferLimit);
    if (connection !== undefined) connection.requestBody(chunk);
    else if (this.#body.waiting > bufferLimit) this.#pause();
  }

  requestEnd(): void {
    this.#body.complete = true;
    this.#completeAtMs = this.#stream.manager.clock.now();
    for (const mirror of this.#mirrors) mirror.requestEnd();
    const connection = this.#sendable();
    connection?.requestEnd();
    if (this.#forward.timeoutMs > 0 && this.#stream.upgrade === undefined && !this.#stream.over) {
      this.#timeout = this.#stream.manager.clock.after(this.#forward.timeoutMs, () => this.#timedOut());
    }
  }

  requestFlush(): void {
    const connection = this.#connection;
    if (connection !== undefined && !connection.requestFlush()) this.#pause();
  }

  downstreamDrained(): void {
    this.#connection?.socket.resume();
  }

  cancel(): void {
    if (this.#host !== undefined && !this.#responding) this.#cluster.stats.upstream_rq_cancelled += 1;
    this.#abandonTry();
    this.#end();
  }

  // --- From the pool ---

  connected(connection: UpstreamConnection, last: boolean): void {
    const { info, request, requestFraming } = this.#stream;
    this.#connection = connection;
    info.upstreamLocal = hostPort(localAddress(connection.socket));
    info.upstreamPrincipal = connection.socket.mtls?.peer;
    connection.begin(this, request.method, this.#path, request.headers, requestFraming, last);
    if (requestFraming.kind !== 'tunnel') {
      for (const chunk of this.#body.take()) connection.requestBody(chunk);
      if (this.#body.complete) connection.requestEnd();
    }
    if (connection.requestFlush()) this.#resume();
  }

  notConnected(reason: ResetReason, transportFailure: string | undefined): void {
    const host = this.#host;
    if (reason !== 'overflow' && host !== undefined) this.#cluster.report(host, 'connect-failed');
    this.#failed(reason, transportFailure, false);
  }

  // --- From the upstream ---

  response(head: ResponseHead, framing: Framing): void {
    const { status, headers } = head;
    const { info, manager } = this.#stream;
    info.upstreamAnswered = true;
    this.#tryTimeout?.clear();
    countResponse(this.#cluster.stats, status);
    if (this.#host !== undefined) this.#cluster.report(this.#host, status);
    if (this.#retries.retriesResponse(status, headers, this.#body.replayable)) {
      this.#connection?.discardResponse();
      this.#retry();
      return;
    }
    this.#retries.succeeded(status);
    this.#responding = true;
    if (framing.kind !== 'tunnel') this.#body.forget();
    removeResponseHopByHop(headers, framing.kind === 'tunnel');
    // Earlier tries count; an answer that comes before the request is complete took no time that could be told.
    if (this.#completeAtMs !== undefined)
      headers.set(
        'x-envoy-upstream-service-time',
        String(Math.round(manager.clock.now() - this.#completeAtMs)),
      );
    for (const cookie of this.#stream.cookies) headers.add('set-cookie', cookie);
    this.#stream.respondFromUpstream(status, headers, framing);
    if (framing.kind === 'tunnel') this.#openTunnel();
  }

  responseBody(chunk: Buffer): void {
    if (this.#responding) this.#stream.responseBody(chunk);
  }

  responseEnd(): void {
    if (!this.#responding) return;
    this.#connection = undefined;
    this.#leaveHost();
    this.#end();
    this.#stream.responseEnd();
  }

  responseFlush(): void {
    if (this.#responding && !this.#stream.responseFlush()) this.#connection?.socket.pause();
  }

  reset(reason: ResetReason): void {
    this.#connection = undefined;
    this.#cluster.stats.upstream_rq_rx_reset += 1;
    if (this.#host !== undefined) this.#cluster.report(this.#host, reason === 'protocol error' ? 502 : 503);
    if (this.#responding) {
      this.#leaveHost();
      this.#end();
      this.#stream.abort(`upstream_reset_after_response_started{${reason}}`, resetFlags[reason]);
      return;
    }
    this.#failed(reason, undefined, true);
  }

  drained(): void {
    this.#resume();
  }

  // --- Tries ---

  #failed(reason: ResetReason, transport: string | undefined, started: boolean): void {
    const { info } = this.#stream;
    this.#tryTimeout?.clear();
    if (transport !== undefined) info.transportFailure = transport;
    if (this.#retries.retriesReset(reason, started, this.#body.replayable)) {
      this.#retry();
      return;
    }
    this.#retries.release();
    this.#leaveHost();
    this.#reply(upstreamFailure(reason, transport, info.attempts));
  }

  #retry(): void {
    this.#connection = undefined;
    this.#leaveHost();
    this.#retries.schedule(() => this.start());
  }

  #timedOut(): void {
    this.#cluster.stats.upstream_rq_timeout += 1;
    if (this.#host !== undefined) this.#cluster.report(this.#host, 'timeout');
    this.#abandonTry();
    this.#reply(requestTimeout);
  }

  #tryTimedOut(): void {
    this.#cluster.stats.upstream_rq_per_try_timeout += 1;
    if (this.#host !== undefined) this.#cluster.report(this.#host, 'timeout');
    this.#abandonTry();
    if (this.#retries.retriesReset('local reset', true, this.#body.replayable)) this.#retry();
    else this.#reply(tryTimeout);
  }

  #reply({ status, text, details, options }: Failure): void {
    this.#end();
    this.#stream.reply(status, text, details, options);
  }

  // --- Ends ---

  #abandonTry(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) {
      this.#cluster.stats.upstream_rq_tx_reset += 1;
      connection.abandon();
    } else {
      this.#host?.pool.cancel(this);
    }
    this.#leaveHost();
  }

  #leaveHost(): void {
    if (this.#host === undefined) return;
    this.#host.active -= 1;
    this.#cluster.stats.upstream_rq_active -= 1;
    this.#host = undefined;
  }

  #end(): void {
    this.#timeout?.clear();
    this.#tryTimeout?.clear();
    this.#retries.stop();
    this.#body.forget();
    for (const mirror of this.#mirrors) if (!this.#body.complete) mirror.cancel();
    this.#resume();
  }

  // --- Flow ---

  /** The connection, where it takes the body: an upgrade's bytes wait until the upstream has agreed to it. */
  #sendable(): UpstreamConnection | undefined {
    return this.#stream.requestFraming === tunnel && !this.#tunnelOpen ? undefined : this.#connection;
  }

  #openTunnel(): void {
    this.#tunnelOpen = true;
    const connection = this.#connection;
    if (connection === undefined) return;
    for (const chunk of this.#body.take()) connection.requestBody(chunk);
    if (connection.requestFlush()) this.#resume();
  }

  #pause(): void {
    if (this.#pausedRequest) return;
    this.#pausedRequest = true;
    this.#stream.pauseRequest();
  }

  #resume(): void {
    if (!this.#pausedRequest) return;
    this.#pausedRequest = false;
    this.#stream.resumeRequest();
  }
}
