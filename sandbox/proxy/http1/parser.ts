import type { Framing } from './framing.ts';
import { parseTrailers } from './head.ts';
import { HttpError } from './http-error.ts';

export interface MessageSink {
  /** The head without its last empty line; answers how the body is framed. May throw HttpError. */
  head(text: string): Framing;
  body(chunk: Buffer): void;
  /** The message is complete. */
  end(): void;
}

/** Envoy's `max_request_headers_kb`. */
export const maxHeadBytes = 60 * 1024;
const maxChunkLineBytes = 4096;

type State = 'head' | 'length' | 'close' | 'size' | 'chunk' | 'chunk-end' | 'trailers';

/**
 * Cuts a byte stream into HTTP/1.1 messages without copying bodies. After `hold()` it keeps what comes until
 * `release()`, so that one message can be finished before the next begins.
 */
export class MessageParser {
  readonly #sink: MessageSink;
  #state: State = 'head';
  #left = 0;
  /** Bytes of an unfinished line or head, or everything while held. */
  #kept: Buffer | undefined;
  #scanned = 0;
  #held = false;
  #feeding = false;

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  /** Between two messages, with nothing read of the next one. */
  get idle(): boolean {
    return this.#state === 'head' && this.#kept === undefined;
  }

  /** Bytes that wait for `release()` or for the end of a line. */
  get waiting(): number {
    return this.#kept?.length ?? 0;
  }

  hold(): void {
    this.#held = true;
  }

  /** @throws HttpError, as `feed` does. */
  release(): void {
    this.#held = false;
    if (this.#feeding || this.#kept === undefined) return;
    const kept = this.#kept;
    this.#kept = undefined;
    this.#run(kept);
  }

  /** @throws HttpError when the bytes are not a message; the connection cannot be used after that. */
  feed(chunk: Buffer): void {
    if (this.#kept === undefined) {
      this.#run(chunk);
      return;
    }
    const joined = Buffer.concat([this.#kept, chunk]);
    this.#kept = undefined;
    this.#run(joined);
  }

  /** The peer has ended its side: completes a body that ends with the connection. True if no message was cut short. */
  finish(): boolean {
    if (this.#state === 'close') {
      this.#complete();
      return true;
    }
    return this.idle;
  }

  #run(bytes: Buffer): void {
    this.#feeding = true;
    let at = 0;
    while (at < bytes.length && !this.#held) {
      const next = this.#step(bytes, at);
      if (next === -1) break;
      at = next;
    }
    this.#feeding = false;
    if (at < bytes.length) this.#kept = at === 0 ? bytes : bytes.subarray(at);
  }

  /** Where reading goes on, or -1 when more bytes are needed. */
  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'close':
        this.#sink.body(at === 0 ? bytes : bytes.subarray(at));
        return bytes.length;
      case 'length':
      case 'chunk':
        return this.#data(bytes, at);
      case 'chunk-end':
        if (bytes.length < at + 2) return -1;
        if (bytes[at] !== 13 || bytes[at + 1] !== 10) throw new HttpError(400, 'http1.codec_error');
        this.#state = 'size';
        return at + 2;
      case 'size':
        return this.#size(bytes, at);
      case 'trailers':
        return this.#trailers(bytes, at);
      case 'head':
        break;
    }
    return this.#head(bytes, at);
  }

  #head(bytes: Buffer, at: number): number {
    // RFC 9112 §2.2: empty lines before a message are skipped.
    if (bytes[at] === 13 && (at + 1 >= bytes.length || bytes[at + 1] === 10)) {
      return at + 1 < bytes.length ? at + 2 : -1;
    }
    const end = bytes.indexOf('\r\n\r\n', Math.max(at, this.#scanned), 'latin1');
    if (end === -1) {
      this.#refuseEarly(bytes, at);
      this.#scanned = Math.max(0, bytes.length - at - 3);
      return -1;
    }
    this.#scanned = 0;
    if (end - at > maxHeadBytes) throw new HttpError(431, 'http1.headers_too_large');
    const framing = this.#sink.head(bytes.toString('latin1', at, end));
    this.#begin(framing);
    return end + 4;
  }

  /** What can never become a head is refused at once instead of waiting for its end. */
  #refuseEarly(bytes: Buffer, at: number): void {
    if (bytes.length - at > maxHeadBytes) throw new HttpError(431, 'http1.headers_too_large');
    const lineFeed = bytes.indexOf(10, at);
    const bare = lineFeed !== -1 && (lineFeed === at || bytes[lineFeed - 1] !== 13);
    const first = bytes[at] ?? 0;
    if (bare || first <= 32 || first >= 127) throw new HttpError(400, 'http1.codec_error');
  }

  #begin(framing: Framing): void {
    switch (framing.kind) {
      case 'none':
        this.#complete();
        break;
      case 'length':
        this.#left = framing.length;
        this.#state = 'length';
        break;
      case 'chunked':
        this.#state = 'size';
        break;
      case 'close':
      case 'tunnel':
        this.#state = 'close';
        break;
    }
  }

  #data(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    this.#sink.body(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
    if (this.#left === 0) {
      if (this.#state === 'chunk') this.#state = 'chunk-end';
      else this.#complete();
    }
    return end;
  }

  #size(bytes: Buffer, at: number): number {
    const end = bytes.indexOf('\r\n', at, 'latin1');
    if (end === -1) {
      if (bytes.length - at > maxChunkLineBytes) throw new HttpError(400, 'http1.codec_error');
      return -1;
    }
    const size = chunkSize.exec(bytes.toString('latin1', at, end))?.[1];
    if (size === undefined) throw new HttpError(400, 'http1.codec_error');
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailers' : 'chunk';
    return end + 2;
  }

  /** Read, checked and dropped: Envoy passes HTTP/1.1 trailers only with `enable_trailers`, which Istio leaves off. */
  #trailers(bytes: Buffer, at: number): number {
    if (bytes.length >= at + 2 && bytes[at] === 13 && bytes[at + 1] === 10) {
      this.#complete();
      return at + 2;
    }
    const end = bytes.indexOf('\r\n\r\n', at, 'latin1');
    if ((end === -1 ? bytes.length : end) - at > maxHeadBytes)
      throw new HttpError(431, 'http1.headers_too_large');
    if (end === -1) return -1;
    parseTrailers(bytes.toString('latin1', at, end));
    this.#complete();
    return end + 4;
  }

  #complete(): void {
    this.#state = 'head';
    this.#sink.end();
  }
}

// oxlint-disable-next-line no-control-regex
const chunkSize = /^0*([\da-fA-F]{1,12})[ \t]*(?:;[^\0-\x08\x0a-\x1f\x7f]*)?$/;
