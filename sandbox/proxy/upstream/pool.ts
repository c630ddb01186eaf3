// Connections to one host, and the requests that wait for one (Envoy ConnPoolImplBase).

import type { Clock, Timer } from '../../clock/clock.ts';
import type { Address, ConnectOptions } from '../../network/network.ts';
import { LazyTimer } from '../lazy-timer.ts';
import type { Breakers } from './breakers.ts';
import type { ClusterStats } from './cluster-stats.ts';
import type { Connect, ProxySocket } from './connector.ts';
import { connectFailure, type ResetReason } from './reset-reason.ts';
import { UpstreamConnection } from './upstream-connection.ts';

export interface PoolUser {
  /** @param last the connection takes no request after this one */
  connected(connection: UpstreamConnection, last: boolean): void;
  notConnected(reason: ResetReason, transportFailure: string | undefined): void;
}

export interface PoolSettings {
  readonly clock: Clock;
  readonly connect: Connect;
  readonly connectOptions: ConnectOptions;
  readonly connectTimeoutMs: number;
  /** 0: no limit. */
  readonly maxRequestsPerConnection: number;
  /** 0: never. */
  readonly idleTimeoutMs: number;
  readonly breakers: Breakers;
  readonly stats: ClusterStats;
}

interface Member {
  requests: number;
  readonly idle: LazyTimer;
  ready: boolean;
}

export class Pool {
  readonly #settings: PoolSettings;
  readonly #destination: Address;
  readonly #members = new Map<UpstreamConnection, Member>();
  /** Used last is used first, so that idle ones can time out. */
  readonly #ready: UpstreamConnection[] = [];
  readonly #waiting: PoolUser[] = [];
  readonly #connecting = new Set<AbortController>();
  #draining = false;

  constructor(settings: PoolSettings, destination: Address) {
    this.#settings = settings;
    this.#destination = destination;
  }

  get connections(): number {
    return this.#members.size;
  }

  /** Calls one of the user's two methods, at once or later. */
  request(user: PoolUser): void {
    const { breakers, stats } = this.#settings;
    const ready = this.#ready.pop();
    if (ready !== undefined) {
      this.#attach(ready, user);
      return;
    }
    if (breakers.pending >= breakers.maxPending) {
      stats.upstream_rq_pending_overflow += 1;
      user.notConnected('overflow', undefined);
      return;
    }
    breakers.pending += 1;
    stats.upstream_rq_pending_total += 1;
    stats.upstream_rq_pending_active += 1;
    this.#waiting.push(user);
    this.#openIfAllowed();
  }

  /** The user no longer waits. */
  cancel(user: PoolUser): void {
    const at = this.#waiting.indexOf(user);
    if (at === -1) return;
    this.#waiting.splice(at, 1);
    this.#leftQueue();
  }

  /** Closes what is idle, and the rest as soon as its request is done. */
  drain(): void {
    this.#draining = true;
    for (const connection of this.#ready.splice(0)) connection.close();
  }

  close(): void {
    this.#draining = true;
    for (const attempt of this.#connecting) attempt.abort();
    for (const connection of this.#members.keys()) connection.close();
  }

  idle(connection: UpstreamConnection): void {
    const member = this.#members.get(connection);
    if (member === undefined) return;
    this.#settings.breakers.requests -= 1;
    const next = this.#draining ? undefined : this.#waiting.shift();
    if (next !== undefined) {
      this.#leftQueue();
      this.#attach(connection, next);
    } else if (this.#draining) {
      member.ready = true;
      connection.close();
    } else {
      member.ready = true;
      member.idle.touch();
      this.#ready.push(connection);
    }
  }

  closed(connection: UpstreamConnection): void {
    const member = this.#members.get(connection);
    if (member === undefined) return;
    member.idle.stop();
    this.#members.delete(connection);
    const { breakers, stats } = this.#settings;
    if (!member.ready) breakers.requests -= 1;
    const at = this.#ready.indexOf(connection);
    if (at !== -1) this.#ready.splice(at, 1);
    breakers.connections -= 1;
    stats.upstream_cx_active -= 1;
    stats.upstream_cx_destroy += 1;
    stats.upstream_cx_rx_bytes_total += connection.bytesIn;
    if (this.#waiting.length > this.#connecting.size) this.#openIfAllowed();
  }

  #attach(connection: UpstreamConnection, user: PoolUser): void {
    const { breakers, stats, maxRequestsPerConnection: limit } = this.#settings;
    const member = this.#members.get(connection);
    if (member === undefined) return;
    if (breakers.requests >= breakers.maxRequests) {
      member.ready = true;
      this.#ready.push(connection);
      stats.upstream_rq_pending_overflow += 1;
      user.notConnected('overflow', undefined);
      return;
    }
    member.ready = false;
    member.requests += 1;
    breakers.requests += 1;
    const last = this.#draining || (limit > 0 && member.requests >= limit);
    if (last && !this.#draining) stats.upstream_cx_max_requests += 1;
    user.connected(connection, last);
  }

  /** A pool without any connection may always open one, whatever the limit (Envoy tryCreateNewConnection). */
  #openIfAllowed(): void {
    const { breakers, stats } = this.#settings;
    if (breakers.connections >= breakers.maxConnections) {
      stats.upstream_cx_overflow += 1;
      if (this.#members.size + this.#connecting.size > 0) return;
    }
    void this.#open();
  }

  async #open(): Promise<void> {
    const { breakers, stats, clock, connect, connectOptions, connectTimeoutMs } = this.#settings;
    const attempt = new AbortController();
    this.#connecting.add(attempt);
    breakers.connections += 1;
    stats.upstream_cx_total += 1;
    stats.upstream_cx_active += 1;
    let timer: Timer | undefined;
    const expired = new Promise<never>((_, reject) => {
      attempt.signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      timer = clock.after(connectTimeoutMs, () => attempt.abort(connectTimedOut));
    });
    try {
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
      const opening = connect(this.#destination, { ...connectOptions, signal: attempt.signal });
      // A socket that comes after the attempt was given up must not stay open.
      opening.then(
        (late) => attempt.signal.aborted && late.destroy(),
        () => undefined,
      );
      this.#opened(await Promise.race([opening, expired]));
    } catch (error) {
      breakers.connections -= 1;
      stats.upstream_cx_active -= 1;
      stats.upstream_cx_connect_fail += 1;
      this.#connecting.delete(attempt);
      const timedOut = attempt.signal.reason === connectTimedOut;
      if (timedOut) stats.upstream_cx_connect_timeout += 1;
      this.#failWaiting(timedOut ? { reason: 'connection timeout' } : connectFailure(error));
    } finally {
      timer?.clear();
      this.#connecting.delete(attempt);
    }
  }

  #opened(socket: ProxySocket): void {
    // Closed again before anyone could listen for that: no event will tell.
    if (socket.destroyed) throw Object.assign(new Error('closed at once'), { code: 'ECONNRESET' });
    const connection = new UpstreamConnection(socket, this);
    const { clock, idleTimeoutMs, stats } = this.#settings;
    const member: Member = {
      requests: 0,
      ready: true,
      idle: new LazyTimer(
        clock,
        () => idleTimeoutMs,
        () => {
          if (member.ready) {
            stats.upstream_cx_idle_timeout += 1;
            connection.close();
          } else {
            member.idle.touch();
          }
        },
      ),
    };
    this.#members.set(connection, member);
    const user = this.#waiting.shift();
    if (user === undefined) {
      if (this.#draining) connection.close();
      else this.#ready.push(connection);
      return;
    }
    this.#leftQueue();
    this.#attach(connection, user);
  }

  /** One failed connect fails all that wait: their callers decide what to do (Envoy purgePendingStreams). */
  #failWaiting({ reason, transport }: { reason: ResetReason; transport?: string }): void {
    for (const user of this.#waiting.splice(0)) {
      this.#leftQueue();
      this.#settings.stats.upstream_rq_pending_failure_eject += 1;
      user.notConnected(reason, transport);
    }
  }

  #leftQueue(): void {
    this.#settings.breakers.pending -= 1;
    this.#settings.stats.upstream_rq_pending_active -= 1;
  }
}

const connectTimedOut = new Error('connect timed out');
