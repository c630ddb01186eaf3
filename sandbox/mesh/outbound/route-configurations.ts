import type { MeshConfig } from '../mesh-config.ts';
import type { RouteConfiguration, VirtualHost } from '../../envoy/route.ts';

export function routeConfiguration(name: string, hosts: readonly VirtualHost[]): RouteConfiguration {
  return {
    name,
    virtual_hosts: hosts,
    validate_clusters: false,
    max_direct_response_body_size_bytes: 1_048_576,
    ignore_port_in_host_matching: true,
  };
}

/** All services of a port, and what becomes of requests to others. */
export const portRoutes = (
  port: number,
  hosts: readonly VirtualHost[],
  policy: MeshConfig['outboundTrafficPolicy'],
): RouteConfiguration =>
  routeConfiguration(String(port), [...hosts, policy === 'REGISTRY_ONLY' ? blockAll : allowAny]);

/** A sniffed port has a listener of its own, so every request is for its service. */
export const sniffedRoutes = (hostname: string, port: number, host: VirtualHost): RouteConfiguration =>
  routeConfiguration(`${hostname}:${port}`, [{ ...host, domains: ['*'] }]);

const allowAny: VirtualHost = {
  name: 'allow_any',
  domains: ['*'],
  routes: [
    {
      match: { prefix: '/' },
      route: { cluster: 'PassthroughCluster', timeout: '0s', max_grpc_timeout: '0s' },
      name: 'allow_any',
    },
  ],
  include_request_attempt_count: true,
};

const blockAll: VirtualHost = {
  name: 'block_all',
  domains: ['*'],
  routes: [{ match: { prefix: '/' }, direct_response: { status: 502 }, name: 'block_all' }],
  include_request_attempt_count: true,
};
