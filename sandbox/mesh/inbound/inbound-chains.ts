// Filter chains of virtualInbound: what a port takes decides which connections one of them matches
// (pilot/pkg/networking/core/filterchain_options.go).

import { connectionManager, tcpProxy } from '../listener/filters.ts';
import { inboundPassthrough } from '../cluster/static-clusters.ts';
import { serverContext } from '../listener/istio-tls-context.ts';
import { isHttp, isHttp2 } from '../protocol.ts';
import type { FilterChain } from '../../envoy/config.ts';
import type { TransportSocket } from '../../envoy/tls.ts';
import type { AccessLogging } from '../mesh-config.ts';
import type { MutualTlsMode } from '../security/peer-authentication.ts';
import type { SecurityFilters } from '../security/security.ts';
import type { RouteConfiguration } from '../../envoy/route.ts';
import type { ServiceTarget } from './service-targets.ts';

type Match = NonNullable<FilterChain['filter_chain_match']>;

/** For one port of the pod. */
export function inboundChains(
  { service, port, targetPort }: ServiceTarget,
  mode: MutualTlsMode,
  security: SecurityFilters,
  log: AccessLogging,
): FilterChain[] {
  const cluster = `inbound|${targetPort}||`;
  const http = connectionManager({
    direction: 'sidecar-inbound',
    prefix: `inbound_0.0.0.0_${targetPort}`,
    routes: inboundRoutes(cluster, port.port, `${service.hostname}:${port.port}/*`),
    log,
    policies: security.http,
    http2: isHttp2(port.protocol),
  });
  const protocol = isHttp(port.protocol) ? 'http' : port.protocol === 'unknown' ? 'sniffed' : 'tcp';
  return matches[mode][protocol].map((wanted) => ({
    filter_chain_match: { destination_port: targetPort, ...wanted.match },
    filters: wanted.as === 'http' ? [http] : [...security.tcp, tcpProxy(cluster, log)],
    ...(wanted.mutualTls && { transport_socket: downstreamTls }),
    name: `0.0.0.0_${targetPort}`,
  }));
}

/** For ports that no service declares: all of them, or one that has a mode of its own. */
export function passthroughChains(
  port: number | undefined,
  mode: MutualTlsMode,
  security: SecurityFilters,
  log: AccessLogging,
): FilterChain[] {
  const cluster = inboundPassthrough.name;
  const http = connectionManager({
    direction: 'sidecar-inbound',
    prefix: cluster,
    routes: inboundRoutes(cluster, 0, ':0/*'),
    log,
    policies: security.http,
  });
  return matches[mode].sniffed.map((wanted) => ({
    filter_chain_match: { ...(port !== undefined && { destination_port: port }), ...wanted.match },
    filters: wanted.as === 'http' ? [http] : [...security.tcp, tcpProxy(cluster, log)],
    ...(wanted.mutualTls && { transport_socket: downstreamTls }),
    name: wanted.as === 'http' ? 'virtualInbound-catchall-http' : 'virtualInbound',
  }));
}

const mutualHttp = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
const mutualTcp = ['istio-peer-exchange', 'istio'];

const tls: Match = { transport_protocol: 'tls' };
const tlsOfProxies: Match = {
  ...tls,
  application_protocols: ['istio', 'istio-peer-exchange', ...mutualHttp],
};
const tlsOfHttp: Match = { ...tls, application_protocols: mutualHttp };
const tlsOfTcp: Match = { ...tls, application_protocols: mutualTcp };
const plainText: Match = { transport_protocol: 'raw_buffer' };
const plainHttp: Match = { ...plainText, application_protocols: ['http/1.1', 'h2c'] };

interface Wanted {
  readonly as: 'http' | 'tcp';
  readonly match: Match;
  /** It ends here; other TLS is the application's own, and passed through. */
  readonly mutualTls: boolean;
}

const http = (match: Match): Wanted => ({ as: 'http', match, mutualTls: false });
const tcp = (match: Match): Wanted => ({ as: 'tcp', match, mutualTls: false });
const mutual = (as: Wanted['as'], match: Match): Wanted => ({ as, match, mutualTls: true });

/** By what the port takes and what it serves. */
const matches: Readonly<Record<MutualTlsMode, Record<'http' | 'tcp' | 'sniffed', readonly Wanted[]>>> = {
  PERMISSIVE: {
    http: [mutual('http', tlsOfProxies), http(plainText)],
    tcp: [mutual('tcp', tlsOfProxies), tcp(tls), tcp(plainText)],
    sniffed: [mutual('http', tlsOfHttp), http(plainHttp), mutual('tcp', tlsOfTcp), tcp(plainText), tcp(tls)],
  },
  STRICT: {
    http: [mutual('http', tls)],
    tcp: [mutual('tcp', tls)],
    sniffed: [mutual('http', tlsOfHttp), mutual('tcp', tls)],
  },
  DISABLE: {
    http: [http({})],
    tcp: [tcp({})],
    sniffed: [http(plainHttp), tcp({})],
  },
};

const downstreamTls: TransportSocket = {
  name: 'envoy.transport_sockets.tls',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
    common_tls_context: serverContext,
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
          match: { prefix: '/' },
          route: {
            cluster,
            timeout: '0s',
            retry_policy: { retry_on: 'reset-before-request', num_retries: 2 },
            max_stream_duration: { max_stream_duration: '0s', grpc_timeout_header_max: '0s' },
          },
          decorator: { operation },
          name: 'default',
        },
      ],
    },
  ],
  validate_clusters: false,
});
