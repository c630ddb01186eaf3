// Envoy's CommonTlsContext for mutual TLS between proxies: their certificates come from the agent beside them.

import type { StringMatcher } from '../../envoy/route.ts';
import type { CommonTlsContext, SdsSecretConfig } from '../../envoy/tls.ts';

/** A secret that comes over SDS from the agent beside the proxy. */
export const sdsSecret = (name: string): SdsSecretConfig => ({
  name,
  sds_config: {
    api_config_source: {
      api_type: 'GRPC',
      grpc_services: [{ envoy_grpc: { cluster_name: 'sds-grpc' } }],
      set_node_on_first_message_only: true,
      transport_api_version: 'V3',
    },
    initial_fetch_timeout: '0s',
    resource_api_version: 'V3',
  },
});

const ownCertificates = [sdsSecret('default')];
const authorities = sdsSecret('ROOTCA');
const versions = { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' };

/** What servers take (pilot/pkg/security/authn/utils). */
const serverCiphers = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
];

const context = (
  params: CommonTlsContext['tls_params'],
  alpn: readonly string[],
  names: readonly StringMatcher[],
): CommonTlsContext => ({
  ...(params && { tls_params: params }),
  alpn_protocols: alpn,
  tls_certificate_sds_secret_configs: ownCertificates,
  combined_validation_context: {
    default_validation_context: names.length === 0 ? {} : { match_subject_alt_names: names },
    validation_context_sds_secret_config: authorities,
  },
});

/** @param names which the server must have one of; none: whoever has a certificate of the mesh */
export const clientContext = (alpn: readonly string[], names: readonly string[]): CommonTlsContext =>
  context(
    versions,
    alpn,
    names.map((exact) => ({ exact })),
  );

/** By the trust domain of a sidecar's clients. */
export const serverContext: CommonTlsContext = context(
  { ...versions, cipher_suites: serverCiphers },
  ['h2', 'http/1.1'],
  [{ prefix: 'spiffe://cluster.local/' }],
);
