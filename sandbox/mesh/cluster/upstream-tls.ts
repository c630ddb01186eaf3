import { istioTlsContext } from '../listener/istio-tls-context.ts';
import type { Cluster, TransportSocket } from '../../envoy/config.ts';
import type { MeshEndpoint } from '../model/service-endpoints.ts';
import type { ClientTls } from '../kube/destination-rule.ts';

const rawBuffer: TransportSocket = {
  name: 'envoy.transport_sockets.raw_buffer',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
  },
};

export interface UpstreamSecurity {
  /** Of the DestinationRule. */
  readonly tls: ClientTls | undefined;
  readonly sni: string;
  /** Not part of the mesh: never mutual TLS unless the rule says so. */
  readonly external: boolean;
}

/**
 * Without a rule's `tls`, mutual TLS to the endpoints that have a sidecar and plain text to the others. SIMPLE and
 * MUTUAL are not executed: like DISABLE they give plain text (`notExecuted` names them).
 */
export function upstreamTlsOf({
  tls,
  sni,
  external,
}: UpstreamSecurity): Pick<Cluster, 'transport_socket' | 'transport_socket_matches'> {
  if (tls?.mode === 'ISTIO_MUTUAL') return { transport_socket: istioMutual(tls.sni || sni) };
  if (tls !== undefined || external) return {};
  return {
    transport_socket_matches: [
      { name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transport_socket: istioMutual(sni) },
      { name: 'tlsMode-disabled', match: {}, transport_socket: rawBuffer },
    ],
  };
}

/** An address that the client chose has no metadata: without `tls`, mutual TLS if every endpoint can have it. */
export function upstreamTlsToOriginal(
  { tls, sni, external }: UpstreamSecurity,
  endpoints: readonly MeshEndpoint[],
): Pick<Cluster, 'transport_socket'> {
  if (tls !== undefined)
    return tls.mode === 'ISTIO_MUTUAL' ? { transport_socket: istioMutual(tls.sni || sni) } : {};
  const all = !external && endpoints.length > 0 && endpoints.every(({ mtls }) => mtls);
  return all ? { transport_socket: istioMutual(sni) } : {};
}

/** The server name of mutual TLS between proxies: `outbound_.80_.v1_.web.default.svc.cluster.local`. */
export const sniOf = (host: string, port: number, subset = ''): string =>
  `outbound_.${port}_.${subset}_.${host}`;

const istioMutual = (sni: string): TransportSocket => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
    common_tls_context: istioTlsContext(['istio-peer-exchange', 'istio']),
    sni,
  },
});
