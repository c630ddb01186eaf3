import type { BootstrapCluster } from '../../envoy/config.ts';
import type { Proxy } from '../proxy.ts';
import type { IncludesStat } from './stats-inclusion.ts';

/** Envoy's `/stats`: `name: value` lines of the statistics that are kept, sorted. */
export function envoyStats(proxy: Proxy, includes: IncludesStat, pattern?: RegExp): string {
  const all: [name: string, value: number][] = [
    ['cluster_manager.active_clusters', [...proxy.clusters.all].length],
    ['listener_manager.total_listeners_active', proxy.config?.listeners.length ?? 0],
    ['server.live', 1],
  ];
  for (const [cluster, stats] of proxy.clusters.stats) {
    for (const [name, value] of Object.entries(stats))
      all.push([`cluster.${cluster}.${name}`, value as number]);
  }
  return all
    .filter(([name]) => includes(name) && pattern?.test(name) !== false)
    .map(([name, value]) => `${name}: ${value}\n`)
    .toSorted()
    .join('');
}

/** Istio's metrics and the proxy's build, as Prometheus scrapes them. */
export function prometheusStats(proxy: Proxy, version: string): string {
  return (
    `# TYPE istio_build gauge\nistio_build{component="proxy",tag="${version}"} 1\n` + proxy.telemetry.render()
  );
}

/** `/clusters?format=json` (envoy.admin.v3.Clusters), as istioctl reads endpoints from it. */
export function clusterStatuses(proxy: Proxy, bootstrap: readonly BootstrapCluster[]): unknown {
  const pushed = [...proxy.clusters.all].map((cluster) => ({
    name: cluster.name,
    added_via_api: cluster.config.type === 'EDS',
    host_statuses: cluster.hosts.map((host) => ({
      address: { socket_address: { address: host.address.ip, port_value: host.address.port } },
      stats: [
        { name: 'rq_total', value: String(host.requests) },
        { name: 'rq_success', value: String(host.successes) },
        { name: 'rq_error', value: String(host.errors) },
        { name: 'rq_active', type: 'GAUGE', value: String(host.active) },
      ],
      health_status: {
        eds_health_status: host.health,
        ...(host.ejectedAt === undefined ? {} : { failed_outlier_check: true }),
      },
      weight: host.weight,
    })),
  }));
  const own = bootstrap.map(({ address, config: { name } }) => ({
    name,
    host_statuses: [{ address, stats: [], health_status: { eds_health_status: 'HEALTHY' }, weight: 1 }],
  }));
  return { cluster_statuses: [...own, ...pushed] };
}
