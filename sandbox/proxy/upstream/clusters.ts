// All clusters of a proxy. Applying a configuration touches what changed; counters outlive it, as in Envoy.

import type { Cluster, ClusterLoadAssignment, ProxyConfig } from '../../envoy/config.ts';
import { UpstreamCluster, type ClusterContext } from './cluster.ts';
import { clusterStats, type ClusterStats } from './cluster-stats.ts';

export class Clusters {
  readonly #context: ClusterContext;
  #clusters = new Map<string, UpstreamCluster>();
  #assignments = new Map<string, ClusterLoadAssignment>();
  readonly #stats = new Map<string, ClusterStats>();

  constructor(context: ClusterContext) {
    this.#context = context;
  }

  get(name: string): UpstreamCluster | undefined {
    return this.#clusters.get(name);
  }

  get all(): Iterable<UpstreamCluster> {
    return this.#clusters.values();
  }

  /** By the name statistics carry, clusters that are gone included. */
  get stats(): ReadonlyMap<string, ClusterStats> {
    return this.#stats;
  }

  /**
   * Prepares the change and answers how to make it; until then nothing has happened.
   * @throws ConfigError
   */
  plan({ clusters, endpoints }: Pick<ProxyConfig, 'clusters' | 'endpoints'>): () => void {
    const next = new Map<string, UpstreamCluster>();
    for (const config of clusters) next.set(config.name, this.#kept(config) ?? this.#create(config));
    const assignments = new Map(endpoints.map((assignment) => [assignment.cluster_name, assignment]));
    return () => {
      const before = this.#clusters;
      for (const [name, cluster] of next) {
        const assignment = assignments.get(name);
        if (cluster.config.type !== 'EDS') continue;
        const isNew = before.get(name) !== cluster;
        if (!isNew && this.#assignments.get(name) === assignment) continue;
        cluster.assign(assignment ?? { cluster_name: name, endpoints: [] });
      }
      this.#clusters = next;
      this.#assignments = assignments;
      for (const [name, cluster] of next) if (before.get(name) !== cluster) cluster.start();
      for (const [name, cluster] of before) if (next.get(name) !== cluster) cluster.drain();
    };
  }

  close(): void {
    for (const cluster of this.#clusters.values()) cluster.close();
    this.#clusters = new Map();
  }

  /** The running cluster, if its configuration is the same: Envoy compares contents too. */
  #kept(config: Cluster): UpstreamCluster | undefined {
    const running = this.#clusters.get(config.name);
    if (running === undefined || running.config === config) return running;
    return JSON.stringify(running.config) === JSON.stringify(config) ? running : undefined;
  }

  #create(config: Cluster): UpstreamCluster {
    const statName = config.alt_stat_name ?? config.name;
    let stats = this.#stats.get(statName);
    if (stats === undefined) {
      stats = clusterStats();
      this.#stats.set(statName, stats);
    }
    return new UpstreamCluster(config, stats, this.#context);
  }
}
