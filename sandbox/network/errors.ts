// Errors as node:net and node:dns make them, so that clients written for those tell them apart as they always do.

import { constants } from 'node:os';
import type { Address } from './network.ts';

export const connectionReset = (): NodeJS.ErrnoException => systemError('ECONNRESET', 'read');

export const brokenPipe = (): NodeJS.ErrnoException => systemError('EPIPE', 'write');

export const connectionRefused = (to: Address): NodeJS.ErrnoException =>
  Object.assign(systemError('ECONNREFUSED', 'connect', ` ${to.ip}:${to.port}`), {
    address: to.ip,
    port: to.port,
  });

export const hostUnreachable = (to: Address): NodeJS.ErrnoException =>
  Object.assign(systemError('EHOSTUNREACH', 'connect', ` ${to.ip}:${to.port}`), {
    address: to.ip,
    port: to.port,
  });

/** What OpenSSL makes of an answer in plain text to its ClientHello. */
export const wrongTlsVersion = (): NodeJS.ErrnoException =>
  systemError('EPROTO', 'write', ': SSL routines:ssl3_get_record:wrong version number');

/** A certificate with another name than those that the client takes. */
export const wrongPeer = (peer: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`The certificate of ${peer} has none of the names that are taken`), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });

export const addressInUse = (port: number): NodeJS.ErrnoException =>
  Object.assign(systemError('EADDRINUSE', 'listen', `: address already in use 0.0.0.0:${port}`), {
    address: '0.0.0.0',
    port,
  });

export const hostNotFound = (hostname: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname,
  });

type Code = 'ECONNRESET' | 'EPIPE' | 'ECONNREFUSED' | 'EHOSTUNREACH' | 'EADDRINUSE' | 'EPROTO';

function systemError(code: Code, syscall: string, rest = ''): NodeJS.ErrnoException {
  return Object.assign(new Error(`${syscall} ${code}${rest}`), {
    code,
    syscall,
    errno: -constants.errno[code],
  });
}
