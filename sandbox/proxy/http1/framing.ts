// Where the body of a message ends (RFC 9112 §6.3).

import type { Headers } from './headers.ts';
import { HttpError } from './http-error.ts';

export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  /** The body ends with the connection; responses only. */
  | { readonly kind: 'close' }
  /** What follows is another protocol: `body` gets the raw bytes until the connection ends. */
  | { readonly kind: 'tunnel' };

export const noBody: Framing = { kind: 'none' };
export const chunked: Framing = { kind: 'chunked' };
export const untilClose: Framing = { kind: 'close' };
export const tunnel: Framing = { kind: 'tunnel' };

/** @throws HttpError 400 when the two ways to say it are mixed or repeated, 501 for codings other than chunked. */
export function requestFraming(headers: Headers): Framing {
  return declaredFraming(headers) ?? noBody;
}

/** @param method of the request this answers. @throws HttpError */
export function responseFraming(method: string, status: number, headers: Headers): Framing {
  if (method === 'HEAD' || status === 204 || status === 304 || status < 200) return noBody;
  return declaredFraming(headers) ?? untilClose;
}

function declaredFraming(headers: Headers): Framing | undefined {
  const { flat } = headers;
  let coding: string | undefined;
  let length: string | undefined;
  for (let at = 0; at < flat.length; at += 2) {
    const name = flat[at];
    if (name === 'transfer-encoding') {
      // Several are a list, and no list is known.
      coding = coding === undefined ? flat[at + 1] : 'several';
    } else if (name === 'content-length') {
      if (length !== undefined) throw new HttpError(400, 'http1.codec_error');
      length = flat[at + 1];
    }
  }
  if (coding !== undefined) {
    if (length !== undefined) throw new HttpError(400, 'http1.content_length_and_chunked_not_allowed');
    if (coding.toLowerCase() !== 'chunked') throw new HttpError(501, 'http1.invalid_transfer_encoding');
    return chunked;
  }
  if (length === undefined) return undefined;
  if (!/^0*\d{1,15}$/.test(length)) throw new HttpError(400, 'http1.codec_error');
  const bytes = Number(length);
  return bytes === 0 ? noBody : { kind: 'length', length: bytes };
}
