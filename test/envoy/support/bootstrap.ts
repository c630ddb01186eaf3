// Our generated configuration as the bootstrap of a real Envoy: everything static, on loopback, in plain text.

import type {
  Cluster,
  HttpConnectionManager,
  Listener,
  NetworkFilter,
  ProxyConfig,
} from '../../../sandbox/envoy/config.ts';
import { asInEnvoy133 } from '../differences.ts';

export interface BootstrapFiles {
  /** Where access logs go. */
  readonly accessLog: string;
  /** The loopback port of each listener, by its name. */
  readonly ports: ReadonlyMap<string, number>;
}

export function bootstrap(config: ProxyConfig, files: BootstrapFiles): unknown {
  return {
    admin: { address: loopback(0) },
    layered_runtime: { layers: [{ name: 'istio', static_layer: istioRuntime }] },
    static_resources: {
      listeners: config.listeners.map((listener) => envoyListener(listener, config, files)),
      clusters: config.clusters.map((cluster) => envoyCluster(cluster, config)),
    },
  };
}

/** What Istio's own bootstrap sets (istio pkg/bootstrap/config.go). */
const istioRuntime = {
  ...asInEnvoy133,
  'envoy.reloadable_features.http_reject_path_with_fragment': false,
  're2.max_program_size.error_level': 32_768,
};

function loopback(port: number): unknown {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}

function envoyListener(listener: Listener, config: ProxyConfig, files: BootstrapFiles): unknown {
  const { access_log: _, ...rest } = listener;
  return {
    ...rest,
    address: loopback(files.ports.get(listener.name) ?? 0),
    filter_chains: listener.filter_chains.map((chain) => ({
      ...chain,
      filters: chain.filters.map((filter) => envoyFilter(filter, config, files)),
    })),
  };
}

function envoyFilter(filter: NetworkFilter, config: ProxyConfig, files: BootstrapFiles): unknown {
  if (filter.name !== 'envoy.filters.network.http_connection_manager') return filter;
  const { rds, access_log: logs, ...rest } = filter.typed_config;
  const route: HttpConnectionManager['route_config'] =
    rest.route_config ?? config.routes.find(({ name }) => name === rds?.route_config_name);
  return {
    ...filter,
    typed_config: {
      ...rest,
      route_config: { validate_clusters: false, ...route },
      // Istio always has it, which is what makes a decorator's operation a header (facts §6).
      tracing: {
        client_sampling: { value: 0 },
        random_sampling: { value: 0 },
        overall_sampling: { value: 0 },
      },
      // Istio's own filter is not in Envoy.
      http_filters: rest.http_filters.filter(({ name }) => name !== 'istio.stats'),
      access_log: logs?.map((log) => ({
        ...log,
        typed_config: { ...log.typed_config, path: files.accessLog },
      })),
    },
  };
}

/** Endpoints come with the cluster instead of over EDS. */
function envoyCluster(cluster: Cluster, { endpoints }: ProxyConfig): unknown {
  if (cluster.type !== 'EDS') return cluster;
  const assignment = endpoints.find(({ cluster_name: name }) => name === cluster.name);
  return {
    ...cluster,
    type: 'STATIC',
    load_assignment: assignment ?? { cluster_name: cluster.name, endpoints: [] },
  };
}
