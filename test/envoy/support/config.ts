// Configuration in the shape the mesh generates it, with the compared log format.

import type { HttpConnectionManager, Listener } from '../../../sandbox/envoy/config.ts';
import type { Route, VirtualHost } from '../../../sandbox/envoy/route.ts';
import { istioLog, manager } from '../../sandbox/proxy/support/config.ts';
import { comparedFormat } from './facts.ts';

/** A gateway's listener (or, with `edge: false`, one like a sidecar's outbound) with its own virtual hosts. */
export function httpListener(
  name: string,
  port: number,
  hosts: readonly VirtualHost[],
  changes: Partial<HttpConnectionManager> = {},
): Listener {
  const log = {
    ...istioLog.typed_config,
    log_format: { text_format_source: { inline_string: comparedFormat } },
  };
  return {
    name,
    address: { socket_address: { address: '0.0.0.0', port_value: port } },
    traffic_direction: 'OUTBOUND',
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: withoutRds(
              manager({
                path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
                route_config: {
                  name,
                  virtual_hosts: hosts,
                  validate_clusters: false,
                  max_direct_response_body_size_bytes: 1_048_576,
                  ignore_port_in_host_matching: true,
                },
                access_log: [{ ...istioLog, typed_config: log }],
                ...changes,
              }),
            ),
          },
        ],
      },
    ],
  };
}

function withoutRds(config: HttpConnectionManager): HttpConnectionManager {
  const { rds, ...rest } = config;
  return rds === undefined ? config : rest;
}

export function host(name: string, domains: readonly string[], routes: readonly Route[]): VirtualHost {
  return { name, domains, routes, include_request_attempt_count: true };
}

const most = 4_294_967_295;

/** What Istio writes: Envoy's own limit for retries is 3. */
export const unlimited = {
  thresholds: [{ max_connections: most, max_pending_requests: most, max_requests: most, max_retries: most }],
};
