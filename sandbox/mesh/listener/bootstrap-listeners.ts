// The listeners that a proxy starts with: its metrics, and whether it is ready. The agent's ports answer in their place
// here; they are seen in /config_dump, and so by istioctl proxy-config.

const httpType = 'type.googleapis.com/envoy.extensions.filters';

export interface BootstrapListener {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** With the route configuration that stands in each. */
export const bootstrapListeners: readonly { readonly config: BootstrapListener; readonly routes: object }[] =
  [
    bootstrapListener(15_090, 'stats', '/stats/prometheus', 'prometheus_stats'),
    bootstrapListener(15_021, 'agent', '/healthz/ready', 'agent'),
  ];

function bootstrapListener(
  port: number,
  statPrefix: string,
  prefix: string,
  cluster: string,
): (typeof bootstrapListeners)[number] {
  const routes = {
    virtual_hosts: [{ name: 'backend', domains: ['*'], routes: [{ match: { prefix }, route: { cluster } }] }],
  };
  const router = {
    name: 'envoy.filters.http.router',
    typed_config: { '@type': `${httpType}.http.router.v3.Router` },
  };
  const manager = {
    '@type': `${httpType}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: statPrefix,
    route_config: routes,
    http_filters: [router],
  };
  return {
    routes,
    config: {
      name: `0.0.0.0_${port}`,
      address: { socket_address: { address: '0.0.0.0', port_value: port } },
      filter_chains: [
        { filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] },
      ],
      ignore_global_conn_limit: true,
      bypass_overload_manager: true,
    },
  };
}
