// A copy of a request to another cluster. What becomes of it never reaches the caller.

import { type Headers } from '../http1/headers.ts';
import type { HttpStream } from '../stream/stream.ts';
import type { UpstreamCluster } from '../upstream/cluster.ts';
import { countResponse } from '../upstream/cluster-stats.ts';
import type { ResponseHead } from '../http1/head.ts';
import type { UpstreamHost } from '../upstream/host.ts';
import type { PoolUser } from '../upstream/pool.ts';
import type { ConnectionUser, UpstreamConnection } from '../upstream/upstream-connection.ts';
import { RequestBody } from './request-body.ts';

/** What a slow mirror may fall behind; beyond it the copy is given up. */
const lagLimit = 1024 * 1024;

export class MirroredRequest implements PoolUser, ConnectionUser {
  readonly #stream: HttpStream;
  readonly #cluster: UpstreamCluster;
  readonly #path: string;
  readonly #headers: Headers;
  readonly #body = new RequestBody(false);
  #host: UpstreamHost | undefined;
  #connection: UpstreamConnection | undefined;
  #over = false;

  constructor(stream: HttpStream, cluster: UpstreamCluster, path: string) {
    this.#stream = stream;
    this.#cluster = cluster;
    this.#path = path;
    this.#headers = shadowHeaders(stream);
    this.#host = cluster.pick(undefined, stream.original);
    if (this.#host === undefined) {
      this.#over = true;
      return;
    }
    this.#host.active += 1;
    cluster.stats.upstream_rq_total += 1;
    cluster.stats.upstream_rq_active += 1;
    this.#host.pool.request(this);
  }

  requestBody(chunk: Buffer): void {
    if (this.#over) return;
    if (this.#connection === undefined) {
      this.#body.add(chunk, lagLimit);
      if (this.#body.waiting > lagLimit) this.cancel();
      return;
    }
    this.#connection.requestBody(chunk);
    this.#connection.requestFlush();
    if (this.#connection.socket.writableLength > lagLimit) this.cancel();
  }

  requestEnd(): void {
    this.#body.complete = true;
    this.#connection?.requestEnd();
  }

  connected(connection: UpstreamConnection, last: boolean): void {
    this.#connection = connection;
    const { request, requestFraming } = this.#stream;
    connection.begin(this, request.method, this.#path, this.#headers, requestFraming, last);
    for (const chunk of this.#body.take()) connection.requestBody(chunk);
    if (this.#body.complete) connection.requestEnd();
    connection.requestFlush();
  }

  notConnected(): void {
    this.#end();
  }

  response({ status }: ResponseHead): void {
    countResponse(this.#cluster.stats, status);
    if (this.#host !== undefined) this.#cluster.report(this.#host, status);
  }

  responseBody(): void {
    // Nobody wants it.
  }

  responseEnd(): void {
    this.#connection = undefined;
    this.#end();
  }

  responseFlush(): void {
    // Nothing was kept back.
  }

  reset(): void {
    this.#connection = undefined;
    this.#end();
  }

  drained(): void {
    // The mirror does not hold the client back.
  }

  cancel(): void {
    if (this.#over) return;
    if (this.#connection === undefined) this.#host?.pool.cancel(this);
    else this.#connection.abandon();
    this.#end();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#body.forget();
    if (this.#host !== undefined) this.#host.active -= 1;
    this.#cluster.stats.upstream_rq_active -= 1;
  }
}

/** `Host` gets `-shadow` before its port, and the proxy's own address joins x-forwarded-for. */
function shadowHeaders({ request, manager }: HttpStream): Headers {
  const headers = request.headers.clone();
  const host = headers.get('host') ?? '';
  const port = /:\d+$/.exec(host)?.[0] ?? '';
  headers.set('host', `${host.slice(0, host.length - port.length)}-shadow${port}`);
  const forwarded = headers.joined('x-forwarded-for');
  headers.set('x-forwarded-for', forwarded === undefined ? manager.ip : `${forwarded},${manager.ip}`);
  headers.set('x-envoy-internal', 'true');
  return headers;
}
