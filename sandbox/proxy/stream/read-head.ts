// What a connection has to know of a request's head before there is a stream for it.

import { requestFraming, tunnel, type Framing } from '../http1/framing.ts';
import { parseRequestHead, type RequestHead } from '../http1/head.ts';
import type { Headers } from '../http1/headers.ts';
import { HttpError } from '../http1/http-error.ts';
import { removeNominated } from './nominated-fields.ts';

export interface ReceivedHead {
  readonly head: RequestHead;
  readonly framing: Framing;
  /** Path and query as sent; undefined where there is none. */
  readonly target: string | undefined;
  /** The protocol that is asked for, in lower case. */
  readonly upgrade: string | undefined;
  /** It can be read, and is answered by nobody but the connection. */
  readonly refusal: { readonly status: number; readonly details: string } | undefined;
  /** The client wants the connection to end after it. */
  readonly isLast: boolean;
  readonly expectsContinue: boolean;
}

/** @param plainEdge it came to a gateway without TLS. @throws HttpError for a head that is no request */
export function readHead(text: string, plainEdge: boolean): ReceivedHead {
  const head = parseRequestHead(text);
  const { headers } = head;
  if (head.target === '*' && head.method !== 'OPTIONS') throw new HttpError(400, 'http1.invalid_url');
  if (/^[^/*:]+$/.test(head.target) && head.method !== 'CONNECT')
    throw new HttpError(400, 'http1.codec_error');
  const declared = requestFraming(headers);
  removeNominated(headers);
  const refusal = refusedHead(head);
  const upgrade = wantedUpgrade(headers);
  const framing = upgrade === undefined && head.method !== 'CONNECT' ? declared : tunnel;
  return {
    head,
    framing,
    upgrade,
    refusal,
    isLast:
      headers.get('connection')?.toLowerCase().includes('close') === true ||
      headers.get('proxy-connection')?.toLowerCase() === 'close',
    expectsContinue: headers.get('expect')?.toLowerCase() === '100-continue',
    target: requestTarget(head, plainEdge),
  };
}

function refusedHead({ minor, headers, target }: RequestHead): ReceivedHead['refusal'] {
  if (minor === 0) throw new HttpError(426, 'low_version');
  const hosts = headers.flat.filter((name, at) => at % 2 === 0 && name === 'host').length;
  if (hosts > 1) throw new HttpError(400, 'http1.codec_error');
  if (hosts === 0) return { status: 400, details: 'missing_host_header' };
  if (!/^[^\s/\\?#<>"{}|^`]*$/.test(headers.get('host') ?? ''))
    throw new HttpError(400, 'http.invalid_authority');
  if (target === '*') return { status: 404, details: 'absolute_path_rejected' };
  return undefined;
}

/** Undefined for CONNECT, whose target is an authority: no route matches a request without a path. */
function requestTarget({ method, target, headers }: RequestHead, plainEdge: boolean): string | undefined {
  if (method === 'CONNECT') {
    if (!hostAndPort.test(target)) throw new HttpError(400, 'http1.invalid_url');
    headers.set('host', target);
    return undefined;
  }
  // Istio has fragments taken off, not refused (its bootstrap: http_reject_path_with_fragment is false).
  if (target.startsWith('/')) return target.replace(/#.*/, '');
  if (target === '*') return target;
  const absolute = /^https?:\/\/([^/?#]+)([^#]*)$/i.exec(target);
  if (absolute === null) throw new HttpError(400, 'http1.invalid_scheme');
  // Nobody outside may pass for someone who came over TLS.
  if (plainEdge && /^https/i.test(target))
    throw new HttpError(403, 'http1.https_url_on_plaintext_connection');
  // RFC 9112 §3.2.2: the authority of the target counts, not the Host field.
  headers.set('host', absolute[1] ?? '');
  const path = absolute[2] ?? '';
  return path.startsWith('/') ? path : `/${path}`;
}

const hostAndPort = /^(?:\[[\da-fA-F:.]+\]|[^\s/?#:@[\]]+):\d+$/;

/** `Connection: upgrade` with a protocol; h2c is ignored, as Envoy ignores it on HTTP/1.1. */
function wantedUpgrade(headers: Headers): string | undefined {
  const protocol = headers.get('upgrade')?.toLowerCase();
  if (protocol === undefined || protocol === 'h2c') return undefined;
  const tokens = (headers.joined('connection') ?? '').toLowerCase().split(',');
  return tokens.some((token) => token.trim() === 'upgrade') ? protocol : undefined;
}
