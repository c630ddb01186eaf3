// A cluster: its hosts, how one is chosen, and what may be open towards them.

import type { Clock, Random, Timer } from '../../clock/clock.ts';
import type { Cluster, ClusterLoadAssignment, LbEndpoint } from '../../envoy/config.ts';
import type { Address, ConnectOptions } from '../../network/network.ts';
import { milliseconds } from '../values.ts';
import { Breakers } from './breakers.ts';
import type { ClusterStats } from './cluster-stats.ts';
import type { Connect, Resolve } from './connector.ts';
import { UpstreamHost } from './host.ts';
import { DnsLookups } from './dns-lookups.ts';
import { loadBalancer, type Choose } from './load-balancer.ts';
import { OutlierDetector, type Outcome } from './outlier-detection.ts';
import { Pool, type PoolSettings } from './pool.ts';
import { upstreamTls, type UpstreamTls } from './upstream-tls.ts';

export interface ClusterContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly connect: Connect;
  readonly resolve: Resolve;
}

const httpOptions = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** Envoy's `update_merge_window`, which Istio leaves alone. */
const mergeWindowMs = 1000;

/** The service a cluster stands for, from its `istio` metadata. */
export interface ClusterService {
  readonly host: string;
  readonly name: string;
  readonly namespace: string;
}

export class UpstreamCluster {
  readonly config: Cluster;
  readonly name: string;
  readonly stats: ClusterStats;
  readonly breakers: Breakers;
  readonly service: ClusterService | undefined;
  readonly #context: ClusterContext;
  readonly #pools: Omit<PoolSettings, 'connectOptions'>;
  readonly #outliers: OutlierDetector | undefined;
  readonly #lookups: DnsLookups | undefined;
  /** What the endpoints' labels choose from; the last, without labels, is for all others. */
  readonly #sockets: readonly {
    readonly match: Readonly<Record<string, string>>;
    readonly tls: UpstreamTls | undefined;
  }[];
  readonly #panicThreshold: number;
  #hosts = new Map<string, UpstreamHost>();
  #choose: Choose = () => undefined;
  #panic = false;
  #balancedAt = Number.NEGATIVE_INFINITY;
  #merging: Timer | undefined;

  /** @throws ConfigError */
  constructor(config: Cluster, stats: ClusterStats, context: ClusterContext) {
    const field = `clusters[${config.name}]`;
    const http = config.typed_extension_protocol_options?.[httpOptions].common_http_protocol_options ?? {};
    this.config = config;
    this.name = config.name;
    this.stats = stats;
    this.breakers = new Breakers(config.circuit_breakers?.thresholds[0]);
    this.service = clusterService(config);
    this.#context = context;
    this.#pools = {
      clock: context.clock,
      connect: context.connect,
      connectTimeoutMs: milliseconds(config.connect_timeout ?? '5s', `${field}.connect_timeout`),
      maxRequestsPerConnection: http.max_requests_per_connection ?? 0,
      idleTimeoutMs: milliseconds(http.idle_timeout ?? '3600s', `${field}.idle_timeout`),
      breakers: this.breakers,
      stats,
    };
    this.#outliers =
      config.outlier_detection &&
      new OutlierDetector(
        config.outlier_detection,
        `${field}.outlier_detection`,
        { clock: context.clock, random: context.random, stats },
        () => this.hosts,
        () => this.#rebalanceMerged(),
      );
    const panic = config.common_lb_config?.healthy_panic_threshold;
    this.#panicThreshold = panic === undefined ? 50 : (panic.value ?? 0);
    const sockets = [
      ...(config.transport_socket_matches ?? []),
      { match: {}, transport_socket: config.transport_socket },
    ];
    this.#sockets = sockets.map(({ match, transport_socket: socket }) => ({
      match,
      tls: upstreamTls(socket, `${field}.transport_socket`),
    }));
    this.#lookups = config.type.endsWith('_DNS')
      ? new DnsLookups(config, field, context, (found) => this.assign(found))
      : undefined;
    if (this.#lookups === undefined && config.load_assignment !== undefined)
      this.assign(config.load_assignment);
  }

  get hosts(): readonly UpstreamHost[] {
    return [...this.#hosts.values()];
  }

  /** Begins to look up endpoints that are names. */
  start(): void {
    this.#lookups?.start();
  }

  /** Replaces the endpoints; those that stay keep their connections and their record. */
  assign(assignment: ClusterLoadAssignment): void {
    const before = this.#hosts;
    this.#hosts = new Map();
    for (const endpoint of assignment.endpoints.flatMap(({ lb_endpoints: endpoints }) => endpoints)) {
      const { address, port_value: port } = endpoint.endpoint.address.socket_address;
      const tls = this.#tls(endpoint);
      const key = `${address} ${port} ${tls?.serverName ?? ''}`;
      const host = before.get(key) ?? this.#newHost({ ip: address, port }, tls);
      host.weight = endpoint.load_balancing_weight ?? 1;
      host.health = endpoint.health_status ?? 'HEALTHY';
      this.#hosts.set(key, host);
      before.delete(key);
    }
    for (const host of before.values()) host.pool.drain();
    this.#rebalance();
  }

  /**
   * A host for a request, or undefined when none can take it.
   * @param original where the client meant to go; the host itself for ORIGINAL_DST
   * @param attempt how many hosts have been turned down for this try
   */
  pick(hash: bigint | undefined, original: Address, attempt = 0): UpstreamHost | undefined {
    if (this.config.type === 'ORIGINAL_DST') return this.#originalHost(original);
    if (this.#panic) this.stats.lb_healthy_panic += 1;
    const host = this.#choose(hash, attempt);
    if (host === undefined) this.stats.upstream_cx_none_healthy += 1;
    return host;
  }

  report(host: UpstreamHost, outcome: Outcome): void {
    if (typeof outcome === 'number' && outcome < 500) host.successes += 1;
    else host.errors += 1;
    this.#outliers?.report(host, outcome);
  }

  get connectTimeoutMs(): number {
    return this.#pools.connectTimeoutMs;
  }

  /** Options for a TCP connection to the host that is not pooled. */
  connectOptions(tls: UpstreamTls | undefined): ConnectOptions {
    const source = this.config.upstream_bind_config?.source_address.address;
    return {
      bypassRedirect: true,
      ...(source === undefined ? {} : { sourceIp: source }),
      ...(tls === undefined
        ? {}
        : { mtlsServerName: tls.serverName, ...(tls.peers && { mtlsPeers: tls.peers }) }),
    };
  }

  /** Lets requests under way finish. */
  drain(): void {
    this.#stop();
    for (const host of this.#hosts.values()) host.pool.drain();
  }

  close(): void {
    this.#stop();
    for (const host of this.#hosts.values()) host.pool.close();
  }

  #stop(): void {
    this.#lookups?.close();
    this.#outliers?.close();
    this.#merging?.clear();
  }

  #newHost(address: Address, tls: UpstreamTls | undefined): UpstreamHost {
    const pool = new Pool({ ...this.#pools, connectOptions: this.connectOptions(tls) }, address);
    return new UpstreamHost(address, pool, tls);
  }

  #originalHost(address: Address): UpstreamHost {
    const key = `${address.ip} ${address.port} `;
    let host = this.#hosts.get(key);
    if (host === undefined) {
      host = this.#newHost(address, this.#tls(undefined));
      this.#hosts.set(key, host);
      this.#count();
    }
    return host;
  }

  #tls(endpoint: LbEndpoint | undefined): UpstreamTls | undefined {
    const labels = endpoint?.metadata?.filter_metadata['envoy.transport_socket_match'] ?? {};
    const matching = this.#sockets.find(({ match }) =>
      Object.entries(match).every(([name, value]) => labels[name] === value),
    );
    return matching?.tls;
  }

  /** Changes of health alone that follow each other closely reach the workers of an Envoy together. */
  #rebalanceMerged(): void {
    this.#count();
    const { clock } = this.#context;
    if (clock.now() - this.#balancedAt > mergeWindowMs) this.#rebalance();
    else this.#merging ??= clock.after(mergeWindowMs, () => this.#rebalance());
  }

  #rebalance(): void {
    this.#merging?.clear();
    this.#merging = undefined;
    this.#balancedAt = this.#context.clock.now();
    const hosts = this.hosts;
    const healthy = hosts.filter((host) => host.healthy);
    // Those on their way out are not missed.
    const counted = hosts.filter(({ health }) => health !== 'DRAINING').length;
    const percent = counted === 0 ? 0 : (healthy.length * 100) / counted;
    this.#panic = hosts.length > 0 && percent < this.#panicThreshold;
    this.#choose = loadBalancer(this.config, this.#panic ? hosts : healthy, this.#context.random);
    this.#count();
  }

  #count(): void {
    this.stats.membership_total = this.#hosts.size;
    this.stats.membership_healthy = this.hosts.filter((host) => host.healthy).length;
  }
}

function clusterService({ metadata }: Cluster): ClusterService | undefined {
  const services = metadata?.filter_metadata['istio']?.['services'];
  return Array.isArray(services) ? (services[0] as ClusterService | undefined) : undefined;
}
