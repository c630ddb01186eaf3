// Takes hosts that fail out of the choice for a while (docs: "Outlier detection"; Envoy DetectorImpl).

import type { Clock, Random, Timer } from '../../clock/clock.ts';
import type { OutlierDetection } from '../../envoy/config.ts';
import { milliseconds } from '../values.ts';
import type { ClusterStats } from './cluster-stats.ts';
import type { UpstreamHost } from './host.ts';

/** How a try ended: the status of the response, or a failure this proxy made out itself. */
export type Outcome = number | 'connect-failed' | 'timeout';

type Reason = 'consecutive_5xx' | 'consecutive_gateway_failure' | 'consecutive_local_origin_failure';

const maxEjectionMs = 300_000;

export class OutlierDetector {
  readonly #config: OutlierDetection;
  readonly #hosts: () => readonly UpstreamHost[];
  readonly #changed: () => void;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #stats: ClusterStats;
  readonly #intervalMs: number;
  readonly #baseMs: number;
  readonly #startMs: number;
  #tick: Timer | undefined;

  /** @param changed called after hosts were ejected or taken back. @throws ConfigError */
  constructor(
    config: OutlierDetection,
    field: string,
    context: { clock: Clock; random: Random; stats: ClusterStats },
    hosts: () => readonly UpstreamHost[],
    changed: () => void,
  ) {
    this.#config = config;
    this.#hosts = hosts;
    this.#changed = changed;
    this.#clock = context.clock;
    this.#random = context.random;
    this.#stats = context.stats;
    this.#intervalMs = milliseconds(config.interval ?? '10s', `${field}.interval`);
    this.#baseMs = milliseconds(config.base_ejection_time ?? '30s', `${field}.base_ejection_time`);
    this.#startMs = context.clock.now();
  }

  report(host: UpstreamHost, outcome: Outcome): void {
    const config = this.#config;
    if (config.split_external_local_origin_errors === true && typeof outcome !== 'number') {
      host.consecutiveLocal += 1;
      if (host.consecutiveLocal >= (config.consecutive_local_origin_failure ?? 5)) {
        host.consecutiveLocal = 0;
        this.#eject(host, 'consecutive_local_origin_failure', 100);
      }
      return;
    }
    host.consecutiveLocal = 0;
    // Without the split a failed connect counts as a 503 and a timeout as a 504.
    const status = typeof outcome === 'number' ? outcome : outcome === 'timeout' ? 504 : 503;
    this.#countGatewayFailure(host, status);
    this.#count5xx(host, status);
  }

  close(): void {
    this.#tick?.clear();
    this.#tick = undefined;
  }

  #countGatewayFailure(host: UpstreamHost, status: number): void {
    if (status < 502 || status > 504) {
      host.consecutiveGateway = 0;
      return;
    }
    host.consecutiveGateway += 1;
    if (host.consecutiveGateway < (this.#config.consecutive_gateway_failure ?? 5)) return;
    host.consecutiveGateway = 0;
    this.#eject(host, 'consecutive_gateway_failure', this.#config.enforcing_consecutive_gateway_failure ?? 0);
  }

  #count5xx(host: UpstreamHost, status: number): void {
    if (status < 500) {
      host.consecutive5xx = 0;
      return;
    }
    host.consecutive5xx += 1;
    const limit = this.#config.consecutive_5xx ?? 5;
    if (limit === 0 || host.consecutive5xx < limit) return;
    host.consecutive5xx = 0;
    this.#eject(host, 'consecutive_5xx', this.#config.enforcing_consecutive_5xx ?? 100);
  }

  #eject(host: UpstreamHost, reason: Reason, enforcing: number): void {
    if (host.ejectedAt !== undefined || this.#random() * 100 >= enforcing) return;
    const hosts = this.#hosts();
    const ejected = hosts.filter(({ ejectedAt }) => ejectedAt !== undefined).length;
    // Envoy ≥ 1.28: the host to be ejected counts too, so that 10 % of fewer than ten hosts is none.
    if ((ejected + 1) * 100 > (this.#config.max_ejection_percent ?? 10) * hosts.length) {
      this.#stats['outlier_detection.ejections_overflow'] += 1;
      return;
    }
    host.ejectedAt = this.#clock.now();
    if (this.#baseMs * (host.ejections + 1) <= maxEjectionMs) host.ejections += 1;
    this.#stats['outlier_detection.ejections_enforced_total'] += 1;
    this.#stats[`outlier_detection.ejections_enforced_${reason}`] += 1;
    this.#update(ejected + 1);
    this.#schedule();
  }

  /** Hosts come back only at the interval's beat, which runs from the cluster's start and while it is needed. */
  #schedule(): void {
    if (this.#tick !== undefined) return;
    const elapsed = this.#clock.now() - this.#startMs;
    this.#tick = this.#clock.after(this.#intervalMs - (elapsed % this.#intervalMs), () => {
      this.#tick = undefined;
      this.#check();
    });
  }

  #check(): void {
    const now = this.#clock.now();
    let needed = false;
    for (const host of this.#hosts()) {
      if (host.ejectedAt === undefined) {
        if (host.ejections > 0) host.ejections -= 1;
      } else if (now - host.ejectedAt >= Math.min(this.#baseMs * host.ejections, maxEjectionMs)) {
        host.ejectedAt = undefined;
        host.consecutive5xx = 0;
        host.consecutiveGateway = 0;
        host.consecutiveLocal = 0;
        // One change for each, as Envoy makes them: the cluster takes the first up at once, and the rest a second later.
        this.#update(this.#hosts().filter(({ ejectedAt }) => ejectedAt !== undefined).length);
      }
      needed ||= host.ejectedAt !== undefined || host.ejections > 0;
    }
    if (needed) this.#schedule();
  }

  #update(active: number): void {
    this.#stats['outlier_detection.ejections_active'] = active;
    this.#changed();
  }
}
