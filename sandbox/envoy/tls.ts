// envoy.extensions.transport_sockets.tls.v3, as far as proxies speak mutual TLS with each other and gateways end TLS.

import type { StringMatcher } from './route.ts';

/** Secret, in PEM. */
export interface Secret {
  readonly name: string;
  readonly tls_certificate: {
    readonly certificate_chain: { readonly inline_string: string };
    readonly private_key: { readonly inline_string: string };
  };
}

export interface TransportSocket {
  readonly name: 'envoy.transport_sockets.raw_buffer' | 'envoy.transport_sockets.tls';
  /** RawBuffer, UpstreamTlsContext or DownstreamTlsContext. */
  readonly typed_config?: {
    readonly '@type': string;
    readonly common_tls_context?: CommonTlsContext;
    readonly sni?: string;
    readonly require_client_certificate?: boolean;
  };
}

export interface CommonTlsContext {
  readonly tls_params?: {
    readonly tls_minimum_protocol_version?: string;
    readonly tls_maximum_protocol_version?: string;
    readonly cipher_suites?: readonly string[];
  };
  readonly alpn_protocols?: readonly string[];
  readonly tls_certificate_sds_secret_configs?: readonly SdsSecretConfig[];
  readonly combined_validation_context?: {
    /** The peer's certificate must have a name that one of these matches; without any, every name is good. */
    readonly default_validation_context: { readonly match_subject_alt_names?: readonly StringMatcher[] };
    readonly validation_context_sds_secret_config: SdsSecretConfig;
  };
}

export interface SdsSecretConfig {
  readonly name: string;
  readonly sds_config?: object;
}
