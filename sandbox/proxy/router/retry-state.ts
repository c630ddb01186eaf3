// Whether a try of a request is followed by another, when, and at which host (Envoy RetryStateImpl).

import type { Timer } from '../../clock/clock.ts';
import type { Headers } from '../http1/headers.ts';
import { backOffMs, type Retries } from '../route/retry-policy.ts';
import { addFlag } from '../stream/stream-info.ts';
import type { HttpStream } from '../stream/stream.ts';
import type { UpstreamCluster } from '../upstream/cluster.ts';
import type { UpstreamHost } from '../upstream/host.ts';
import type { ResetReason } from '../upstream/reset-reason.ts';

export class RetryState {
  readonly #stream: HttpStream;
  readonly #policy: Retries | undefined;
  readonly #cluster: UpstreamCluster;
  readonly #triedHosts: UpstreamHost[] = [];
  #retries = 0;
  /** Holds a place under `max_retries`. */
  #retrying = false;
  #backOff: Timer | undefined;

  constructor(stream: HttpStream, policy: Retries | undefined, cluster: UpstreamCluster) {
    this.#stream = stream;
    this.#policy = policy;
    this.#cluster = cluster;
  }

  /** Avoids hosts that failed this request before, as far as the route's predicate and its attempts go. */
  pick(hash: bigint | undefined): UpstreamHost | undefined {
    const { original } = this.#stream;
    const limit = this.#policy?.avoidPreviousHosts ?? 0;
    let host = this.#cluster.pick(hash, original);
    for (let again = 1; again <= limit && host !== undefined && this.#triedHosts.includes(host); again += 1) {
      host = this.#cluster.pick(hash, original, again);
    }
    if (host !== undefined) this.#triedHosts.push(host);
    return host;
  }

  /** @param replayable nothing has been dropped of what would have to be sent again */
  retriesResponse(status: number, headers: Headers, replayable: boolean): boolean {
    return this.#policy?.retriesResponse(status, headers) === true && this.#mayRetry(replayable);
  }

  retriesReset(reason: ResetReason, started: boolean, replayable: boolean): boolean {
    return this.#policy?.retriesReset(reason, started) === true && this.#mayRetry(replayable);
  }

  /** Calls `start` after the back-off. */
  schedule(start: () => void): void {
    if (this.#policy === undefined) return;
    const { breakers, stats } = this.#cluster;
    this.#retries += 1;
    this.#retrying = true;
    breakers.retries += 1;
    stats.upstream_rq_retry += 1;
    stats.upstream_rq_retry_backoff_exponential += 1;
    const { clock, random } = this.#stream.manager;
    this.#backOff = clock.after(backOffMs(this.#policy, this.#retries, random), start);
  }

  /** A response is passed on. */
  succeeded(status: number): void {
    if (this.#retries > 0 && status < 500) this.#cluster.stats.upstream_rq_retry_success += 1;
    this.release();
  }

  /** Gives up the place under `max_retries`. */
  release(): void {
    if (!this.#retrying) return;
    this.#retrying = false;
    this.#cluster.breakers.retries -= 1;
  }

  stop(): void {
    this.#backOff?.clear();
    this.release();
  }

  /** Whether the failure that could be retried will be; says in the flags why not. */
  #mayRetry(replayable: boolean): boolean {
    const { breakers, stats } = this.#cluster;
    this.release();
    if (this.#policy === undefined || !replayable) return false;
    if (this.#retries >= this.#policy.limit) {
      addFlag(this.#stream.info, 'URX');
      stats.upstream_rq_retry_limit_exceeded += 1;
      return false;
    }
    if (breakers.retries >= breakers.maxRetries) {
      addFlag(this.#stream.info, 'UO');
      stats.upstream_rq_retry_overflow += 1;
      return false;
    }
    return true;
  }
}
