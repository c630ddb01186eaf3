import { clientContext } from '../listener/istio-tls-context.ts';
import { isHttp2, type Protocol } from '../protocol.ts';
import type { Cluster } from '../../envoy/config.ts';
import type { TransportSocket } from '../../envoy/tls.ts';
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
  /** Identities of the workloads behind the service: one of them has to answer, unless the rule names others. */
  readonly accounts: readonly string[];
  /** Not part of the mesh: never mutual TLS unless the rule says so. */
  readonly external: boolean;
  readonly protocol: Protocol;
}

/**
 * Without a rule's `tls`, mutual TLS to the endpoints that have a sidecar and plain text to the others. SIMPLE and
 * MUTUAL are not executed: like DISABLE they give plain text (`notExecuted` names them).
 */
export function upstreamTlsOf(
  security: UpstreamSecurity,
): Pick<Cluster, 'transport_socket' | 'transport_socket_matches'> {
  const { tls, external } = security;
  if (tls?.mode === 'ISTIO_MUTUAL') return { transport_socket: istioMutual(security) };
  if (tls !== undefined || external) return {};
  return {
    transport_socket_matches: [
      { name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transport_socket: istioMutual(security) },
      { name: 'tlsMode-disabled', match: {}, transport_socket: rawBuffer },
    ],
  };
}

/** An address that the client chose has no metadata: without `tls`, mutual TLS if every endpoint can have it. */
export function upstreamTlsToOriginal(
  security: UpstreamSecurity,
  endpoints: readonly MeshEndpoint[],
): Pick<Cluster, 'transport_socket'> {
  const { tls, external } = security;
  const all = !external && endpoints.length > 0 && endpoints.every(({ mtls }) => mtls);
  const speaks = tls === undefined ? all : tls.mode === 'ISTIO_MUTUAL';
  return speaks ? { transport_socket: istioMutual(security) } : {};
}

/** The server name of mutual TLS between proxies: `outbound_.80_.v1_.web.default.svc.cluster.local`. */
export const sniOf = (host: string, port: number, subset = ''): string =>
  `outbound_.${port}_.${subset}_.${host}`;

const inMesh = ['istio-peer-exchange', 'istio'];
const inMeshHttp2 = [...inMesh, 'h2'];

const istioMutual = ({ tls, sni, accounts, protocol }: UpstreamSecurity): TransportSocket => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
    common_tls_context: clientContext(
      isHttp2(protocol) ? inMeshHttp2 : inMesh,
      tls?.subjectAltNames ?? accounts,
    ),
    sni: tls?.sni || sni,
  },
});
