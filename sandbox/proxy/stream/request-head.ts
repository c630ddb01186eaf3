// What a connection manager does to the head of a request before any filter sees it (Envoy ConnectionManagerUtility).

import { createHash } from 'node:crypto';
import type { Random } from '../../clock/clock.ts';
import type { Address, MutualTls } from '../../network/network.ts';
import type { Headers } from '../http1/headers.ts';
import type { Manager } from './manager.ts';

/**
 * Hop-by-hop fields of a request (RFC 9110 §7.6.1) that `connection` need not name.
 * @param upgrade the request asks for another protocol: how it says so goes upstream word for word
 */
export function removeHopByHop(headers: Headers, upgrade: boolean): void {
  const trailers = headers.get('te')?.toLowerCase() === 'trailers';
  headers.removeWhere(
    (name) => hopByHop.has(name) && !(trailers && name === 'te') && !(upgrade && asksForUpgrade.has(name)),
  );
  // The proxy has answered this one itself; another expectation is the upstream's to meet.
  if (headers.get('expect')?.toLowerCase() === '100-continue') headers.remove('expect');
}

/** How a message speaks of an upgrade. */
export const asksForUpgrade: ReadonlySet<string> = new Set(['connection', 'upgrade']);
export const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Answers the address of the client, as logs and hash policies know it. */
export function mutateRequest(
  headers: Headers,
  manager: Manager,
  peer: Address,
  mtls: MutualTls | undefined,
  secure: boolean,
): Address {
  const client = clientAddress(headers, manager, peer, secure);
  if (manager.edge) {
    headers.removeWhere((name) => edgeOnly.has(name) || internalOnly.has(name));
    headers.set('x-envoy-external-address', client.ip);
    headers.set('x-request-id', requestId(manager.random));
  } else {
    headers.removeWhere((name) => internalOnly.has(name));
    if (!headers.has('x-request-id')) headers.add('x-request-id', requestId(manager.random));
  }
  mutateClientCert(headers, manager, mtls);
  return client;
}

/** A gateway takes the peer for the client; behind it, x-forwarded-for says who asked. */
function clientAddress(headers: Headers, manager: Manager, peer: Address, secure: boolean): Address {
  const forwarded = headers.joined('x-forwarded-for');
  if (manager.edge) {
    headers.set('x-forwarded-for', forwarded === undefined ? peer.ip : `${forwarded},${peer.ip}`);
    headers.set('x-forwarded-proto', secure ? 'https' : 'http');
    return peer;
  }
  if (!headers.has('x-forwarded-proto')) headers.add('x-forwarded-proto', secure ? 'https' : 'http');
  const last = forwarded?.slice(forwarded.lastIndexOf(',') + 1).trim();
  return last !== undefined && /^[\d.]+$|^[\da-fA-F:]+$/.test(last) ? { ip: last, port: 0 } : peer;
}

/** A version 4 UUID whose 14th digit, Envoy's trace reason, says "not traced". */
function requestId(random: Random): string {
  const part = (): string =>
    Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  const [a, b, c, d] = [part(), part(), part(), part()];
  const variant = ((Number.parseInt(c.charAt(0), 16) & 3) | 8).toString(16);
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

/** x-forwarded-client-cert. The certificate's hash is derived from the identity: there is no certificate to hash. */
function mutateClientCert(headers: Headers, manager: Manager, mtls: MutualTls | undefined): void {
  if (manager.clientCert === 'SANITIZE' || mtls === undefined) {
    headers.remove('x-forwarded-client-cert');
    return;
  }
  const details = manager.clientCertDetails;
  const parts = [`By=${manager.principal}`, `Hash=${certificateHash(mtls.peer)}`];
  if (details.subject === true) parts.push('Subject=""');
  if (details.uri === true) parts.push(`URI=${mtls.peer}`);
  const value = parts.join(';');
  const given = headers.joined('x-forwarded-client-cert');
  const appends = manager.clientCert === 'APPEND_FORWARD' && given !== undefined;
  headers.set('x-forwarded-client-cert', appends ? `${given},${value}` : value);
}

const hashes = new Map<string, string>();

function certificateHash(principal: string): string {
  let hash = hashes.get(principal);
  if (hash === undefined) {
    hash = createHash('sha256').update(principal).digest('hex');
    hashes.set(principal, hash);
  }
  return hash;
}

/** A client outside the mesh must not set these. */
const edgeOnly: ReadonlySet<string> = new Set([
  'x-envoy-decorator-operation',
  'x-envoy-downstream-service-cluster',
  'x-envoy-downstream-service-node',
  'x-envoy-original-path',
  'x-envoy-original-host',
]);

/** Stripped from every request that is not internal; Istio 1.25 takes no address for internal. */
const internalOnly: ReadonlySet<string> = new Set([
  'x-envoy-expected-rq-timeout-ms',
  'x-envoy-force-trace',
  'x-envoy-hedge-on-per-try-timeout',
  'x-envoy-internal',
  'x-envoy-ip-tags',
  'x-envoy-max-retries',
  'x-envoy-original-url',
  'x-envoy-peer-metadata',
  'x-envoy-peer-metadata-id',
  'x-envoy-retriable-header-names',
  'x-envoy-retriable-status-codes',
  'x-envoy-retry-grpc-on',
  'x-envoy-retry-on',
  'x-envoy-upstream-alt-stat-name',
  'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-upstream-rq-timeout-alt-response',
  'x-envoy-upstream-rq-timeout-ms',
]);
