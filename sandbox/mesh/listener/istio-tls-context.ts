/** Envoy's CommonTlsContext for mutual TLS between proxies: their certificates come from the agent beside them. */
export const istioTlsContext = (alpnProtocols: readonly string[]): Record<string, unknown> => ({
  tls_params: { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' },
  alpn_protocols: alpnProtocols,
  tls_certificate_sds_secret_configs: [sdsSecret('default')],
  combined_validation_context: {
    default_validation_context: {},
    validation_context_sds_secret_config: sdsSecret('ROOTCA'),
  },
});

/** A secret that comes over SDS from the agent beside the proxy. */
export const sdsSecret = (name: string): Record<string, unknown> => ({
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
