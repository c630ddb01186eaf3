import type { TransportSocket } from '../../envoy/tls.ts';
import { ConfigError } from '../config-error.ts';

/** Mutual TLS with a host. */
export interface UpstreamTls {
  readonly serverName: string;
  /** Identities of which the host must have one; undefined: any. */
  readonly peers: readonly string[] | undefined;
}

/**
 * Undefined: plain text.
 * @throws ConfigError
 */
export function upstreamTls(socket: TransportSocket | undefined, field: string): UpstreamTls | undefined {
  if (socket?.name !== 'envoy.transport_sockets.tls') return undefined;
  const { sni = '', common_tls_context: context } = socket.typed_config ?? {};
  const names = context?.combined_validation_context?.default_validation_context.match_subject_alt_names;
  return {
    serverName: sni,
    peers: names?.map(({ exact }) => {
      if (exact !== undefined) return exact;
      throw new ConfigError(`${field}.match_subject_alt_names`, 'only exact names are compared');
    }),
  };
}
