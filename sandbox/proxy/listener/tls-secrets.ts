// Certificates that filter chains name (SDS). One that is missing, or is none, fails the handshake and nothing else.

import { createSecureContext, type SecureContext } from 'node:tls';
import type { FilterChain } from '../../envoy/config.ts';
import type { Secret } from '../../envoy/tls.ts';

export class TlsSecrets {
  #contexts = new Map<Secret, SecureContext | undefined>();
  #byName = new Map<string, SecureContext | undefined>();

  set(secrets: readonly Secret[]): void {
    const contexts = new Map(
      secrets.map((secret) => {
        const known = this.#contexts.has(secret) ? this.#contexts.get(secret) : contextOf(secret);
        return [secret, known];
      }),
    );
    this.#contexts = contexts;
    this.#byName = new Map([...contexts].map(([{ name }, context]) => [name, context]));
  }

  get(name: string): SecureContext | undefined {
    return this.#byName.get(name);
  }
}

function contextOf({
  tls_certificate: { certificate_chain: chain, private_key: key },
}: Secret): SecureContext | undefined {
  try {
    return createSecureContext({
      cert: chain.inline_string,
      key: key.inline_string,
      minVersion: 'TLSv1.2',
    });
  } catch {
    return undefined;
  }
}

/** The certificate with which the chain ends a client's TLS; undefined for mutual TLS between proxies, and for plain text. */
export function credentialOf({ transport_socket: socket }: FilterChain): string | undefined {
  const name = socket?.typed_config?.common_tls_context?.tls_certificate_sds_secret_configs?.[0]?.name;
  return name?.startsWith('kubernetes://') === true ? name : undefined;
}
