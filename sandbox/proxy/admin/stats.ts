import type { Proxy } from '../proxy.ts';

/** Envoy's `/stats`: `name: value` lines, sorted. */
export function envoyStats(proxy: Proxy, pattern?: RegExp): string {
  const lines: string[] = [];
  for (const [cluster, stats] of proxy.clusters.stats) {
    for (const [name, value] of Object.entries(stats))
      lines.push(`cluster.${cluster}.${name}: ${value as number}`);
  }
  const kept = pattern === undefined ? lines : lines.filter((line) => pattern.test(line));
  return kept
    .toSorted()
    .map((line) => `${line}\n`)
    .join('');
}

/** Istio's metrics and the proxy's build, as Prometheus scrapes them. */
export function prometheusStats(proxy: Proxy, version: string): string {
  return (
    `# TYPE istio_build gauge\nistio_build{component="proxy",tag="${version}"} 1\n` + proxy.telemetry.render()
  );
}

/** `/clusters?format=json` (envoy.admin.v3.Clusters), as istioctl reads endpoints from it. */
export function clusterStatuses(proxy: Proxy): unknown {
  return {
    cluster_statuses: [...proxy.clusters.all].map((cluster) => ({
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
    })),
  };
}
