import type { ResponseFlag } from '../stream/stream-info.ts';

/** Why a try ended without a response, in the words Envoy prints. */
export type ResetReason =
  | 'remote connection failure'
  | 'connection timeout'
  | 'connection termination'
  | 'overflow'
  | 'protocol error'
  | 'local reset';

export const resetFlags: Readonly<Record<ResetReason, ResponseFlag>> = {
  'remote connection failure': 'UF',
  'connection timeout': 'UF',
  'connection termination': 'UC',
  overflow: 'UO',
  'protocol error': 'UPE',
  'local reset': 'LR',
};

/** Node's error code to what Envoy reports of a failed connect: the errno text, after "delayed connect error: ". */
export function connectFailure(error: unknown): { reason: ResetReason; transport: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const tls = Object.hasOwn(tlsErrors, code) ? tlsErrors[code] : undefined;
  if (tls !== undefined) {
    const transport = `TLS_error:|${tls.replace('|', ':SSL routines:OPENSSL_internal:')}:TLS_error_end`;
    return { reason: 'remote connection failure', transport };
  }
  const text = Object.hasOwn(errnoTexts, code) ? errnoTexts[code] : undefined;
  return {
    reason: 'remote connection failure',
    transport: `delayed connect error: ${text ?? 'Connection refused'}`,
  };
}

/** BoringSSL's number and name. */
const tlsErrors: Readonly<Record<string, string>> = {
  EPROTO: '268435703|WRONG_VERSION_NUMBER',
  ERR_TLS_CERT_ALTNAME_INVALID: '268435581|CERTIFICATE_VERIFY_FAILED',
};

const errnoTexts: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ETIMEDOUT: 'Connection timed out',
};
