// The head of an HTTP/1.1 message, read strictly (RFC 9112 §2–5): what two parsers could understand differently is
// refused, because that is how requests are smuggled.

import { METHODS } from 'node:http';
import { Headers } from './headers.ts';
import { HttpError } from './http-error.ts';

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** 0 or 1, of HTTP/1.x. */
  readonly minor: number;
  readonly headers: Headers;
}

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly minor: number;
  readonly headers: Headers;
}

/** Envoy's `max_headers_count`. */
const maxFields = 100;

/** @param text the head without the empty line that ends it. @throws HttpError 400, 431 */
export function parseRequestHead(text: string): RequestHead {
  const lineEnd = endOfFirstLine(text);
  const line = requestLine.exec(text.slice(0, lineEnd));
  if (line === null) throw refusedLine(text.slice(0, lineEnd));
  const [, method = '', target = '', minor] = line;
  if (!methods.has(method)) throw new HttpError(400, 'http1.codec_error');
  return { method, target, minor: Number(minor), headers: parseFields(text, lineEnd + 2) };
}

/** A request line of another version, or of none, is one that can be upgraded. */
function refusedLine(line: string): HttpError {
  const other = /^[A-Z]+ \/[!-~]*(?: HTTP\/\d\.\d)?$/.test(line);
  return other ? new HttpError(426, 'low_version') : new HttpError(400, 'http1.codec_error');
}

/** @throws HttpError */
export function parseResponseHead(text: string): ResponseHead {
  const lineEnd = endOfFirstLine(text);
  const line = statusLine.exec(text.slice(0, lineEnd));
  if (line === null) throw new HttpError(502, 'http1.codec_error');
  const [, minor, status, reason = ''] = line;
  return {
    status: Number(status),
    reason,
    minor: Number(minor),
    headers: parseFields(text, lineEnd + 2),
  };
}

/** Those Envoy's parser knows. */
const methods: ReadonlySet<string> = new Set(METHODS);

const requestLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([!-~]+) HTTP\/1\.([01])$/;
const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t -~\u0080-\u00ff]*))?$/;
const fieldName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// oxlint-disable-next-line no-control-regex
const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;
/** A line break that is not CR LF. */
const looseBreak = /\r(?!\n)|(?<!\r)\n/;

function endOfFirstLine(text: string): number {
  if (control.test(text)) throw new HttpError(400, 'http1.invalid_characters');
  if (looseBreak.test(text)) throw new HttpError(400, 'http1.codec_error');
  const end = text.indexOf('\r\n');
  return end === -1 ? text.length : end;
}

/** However many there are: nobody keeps them. @throws HttpError */
export function parseTrailers(text: string): void {
  parseLines(text, 0);
}

/** Field lines from `start` to the end of `text`. @throws HttpError */
function parseFields(text: string, start: number): Headers {
  const flat = parseLines(text, start);
  if (flat.length > maxFields * 2) throw new HttpError(431, 'http1.too_many_headers');
  return new Headers(flat);
}

function parseLines(text: string, start: number): string[] {
  const flat: string[] = [];
  for (let at = start; at < text.length;) {
    let end = text.indexOf('\r\n', at);
    if (end === -1) end = text.length;
    const colon = text.indexOf(':', at);
    if (colon === -1 || colon > end) throw new HttpError(400, 'http1.codec_error');
    const name = text.slice(at, colon);
    // Also refuses a folded line and a space before the colon.
    if (!fieldName.test(name)) throw new HttpError(400, 'http1.codec_error');
    flat.push(name.toLowerCase(), trimmed(text, colon + 1, end));
    at = end + 2;
  }
  return flat;
}

/** Without optional white space (space and tab only; `trim` would take more). */
function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
