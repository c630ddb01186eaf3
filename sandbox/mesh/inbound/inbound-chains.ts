// Filter chains of virtualInbound. Nothing says otherwise, so every port is PERMISSIVE: it takes mutual TLS of other
// proxies, and plain text (pilot/pkg/networking/core/filterchain_options.go).

import { connectionManager, tcpProxy } from '../listener/filters.ts';
import { inboundPassthrough } from '../cluster/static-clusters.ts';
import { istioTlsContext } from '../listener/istio-tls-context.ts';
import { isHttp } from '../protocol.ts';
import type { FilterChain, NetworkFilter, TransportSocket } from '../../envoy/config.ts';
import type { RouteConfiguration } from '../../envoy/route.ts';
import type { ServiceTarget } from './service-targets.ts';

type Match = NonNullable<FilterChain['filter_chain_match']>;

/** For one port of the pod. */
export function inboundChains(
  { service, port, targetPort }: ServiceTarget,
  accessLogFile: string,
): FilterChain[] {
  const cluster = `inbound|${targetPort}||`;
  const chain = (match: Match, filter: NetworkFilter): FilterChain => ({
    name: `0.0.0.0_${targetPort}`,
    ...withSocket({ destination_port: targetPort, ...match }),
    filters: [filter],
  });
  const http = connectionManager(
    'sidecar-inbound',
    `inbound_0.0.0.0_${targetPort}`,
    inboundRoutes(cluster, port.port, `${service.hostname}:${port.port}/*`),
    accessLogFile,
  );
  const tcp = tcpProxy(cluster, accessLogFile);
  if (isHttp(port.protocol)) return [chain(anyMutualTls, http), chain(plainText, http)];
  if (port.protocol === 'unknown') return sniffed(http, tcp, chain);
  return [chain(anyMutualTls, tcp), chain(plainTls, tcp), chain(plainText, tcp)];
}

/** For ports that no service declares. */
export function passthroughChains(accessLogFile: string): FilterChain[] {
  const cluster = inboundPassthrough.name;
  const http = connectionManager(
    'sidecar-inbound',
    cluster,
    inboundRoutes(cluster, 0, ':0/*'),
    accessLogFile,
  );
  return sniffed(http, tcpProxy(cluster, accessLogFile), (match, filter) => ({
    name: filter === http ? 'virtualInbound-catchall-http' : 'virtualInbound',
    ...withSocket(match),
    filters: [filter],
  }));
}

const mutualHttp = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
const mutualTcp = ['istio-peer-exchange', 'istio'];
const plainHttp = ['http/1.1', 'h2c'];

const anyMutualTls: Match = {
  transport_protocol: 'tls',
  application_protocols: ['istio', 'istio-peer-exchange', ...mutualHttp],
};
const plainTls: Match = { transport_protocol: 'tls' };
const plainText: Match = { transport_protocol: 'raw_buffer' };

const sniffed = (
  http: NetworkFilter,
  tcp: NetworkFilter,
  chain: (match: Match, filter: NetworkFilter) => FilterChain,
): FilterChain[] => [
  chain({ transport_protocol: 'tls', application_protocols: mutualHttp }, http),
  chain({ transport_protocol: 'raw_buffer', application_protocols: plainHttp }, http),
  chain({ transport_protocol: 'tls', application_protocols: mutualTcp }, tcp),
  chain(plainText, tcp),
  chain(plainTls, tcp),
];

/** Mutual TLS ends here; TLS of the application's own is passed through. */
const withSocket = (match: Match): Pick<FilterChain, 'filter_chain_match' | 'transport_socket'> => ({
  filter_chain_match: match,
  ...(match.transport_protocol === 'tls' &&
    match.application_protocols && { transport_socket: downstreamTls }),
});

const downstreamTls: TransportSocket = {
  name: 'envoy.transport_sockets.tls',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
    common_tls_context: istioTlsContext(['h2', 'http/1.1']),
    require_client_certificate: true,
  },
};

const inboundRoutes = (cluster: string, port: number, operation: string): RouteConfiguration => ({
  name: cluster,
  virtual_hosts: [
    {
      name: `inbound|http|${port}`,
      domains: ['*'],
      routes: [
        {
          name: 'default',
          match: { prefix: '/' },
          route: {
            cluster,
            timeout: '0s',
            retry_policy: { retry_on: 'reset-before-request', num_retries: 2 },
          },
          decorator: { operation },
        },
      ],
    },
  ],
  validate_clusters: false,
});
