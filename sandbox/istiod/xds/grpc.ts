// One call of gRPC over HTTP/2 (github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md): messages both ways, and a status at the
// end. Messages are not compressed, which nobody may count on.

import type { ServerHttp2Stream } from 'node:http2';

export const grpcStatus = {
  invalidArgument: 3,
  resourceExhausted: 8,
  unimplemented: 12,
  unauthenticated: 16,
} as const;

/** What gRPC takes at most where nothing else is said. */
const longest = 4 * 2 ** 20;
const headLength = 5;

type Status = (typeof grpcStatus)[keyof typeof grpcStatus];

export class GrpcCall {
  readonly #stream: ServerHttp2Stream;
  readonly #onMessage: (message: Buffer) => void;
  #buffered = Buffer.alloc(0);
  #ended = false;
  #trailers: Record<string, string> = { 'grpc-status': '0' };

  /** @param onMessage throws for a message that makes no sense */
  constructor(stream: ServerHttp2Stream, onMessage: (message: Buffer) => void) {
    this.#stream = stream;
    this.#onMessage = onMessage;
    // Whoever hangs up in the middle is gone, and that is all.
    stream.on('error', () => undefined);
    stream.on('wantTrailers', () => stream.sendTrailers(this.#trailers));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('end', () => this.#finish());
  }

  send(message: Buffer): void {
    if (this.#ended || this.#stream.closed) return;
    const head = Buffer.alloc(headLength);
    head.writeUInt32BE(message.length, 1);
    this.#stream.write(Buffer.concat([head, message]));
  }

  /** Nothing is sent or heard after it. */
  fail(status: Status, text: string): void {
    if (this.#ended) return;
    this.#trailers = { 'grpc-status': String(status), 'grpc-message': encodeURIComponent(text) };
    this.#finish();
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream.end();
  }

  #take(chunk: Buffer): void {
    this.#buffered = Buffer.concat([this.#buffered, chunk]);
    for (let message = this.#next(); message !== undefined; message = this.#next()) {
      try {
        this.#onMessage(message);
      } catch (error) {
        this.fail(grpcStatus.invalidArgument, error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** undefined when the next one is not whole yet. */
  #next(): Buffer | undefined {
    if (this.#ended || this.#buffered.length < headLength) return undefined;
    const length = this.#buffered.readUInt32BE(1);
    if (this.#buffered[0] !== 0) {
      this.fail(grpcStatus.unimplemented, 'compressed messages are not read');
      return undefined;
    }
    if (length > longest) {
      this.fail(grpcStatus.resourceExhausted, `a message of ${length} bytes is too long`);
      return undefined;
    }
    const end = headLength + length;
    if (this.#buffered.length < end) return undefined;
    const message = this.#buffered.subarray(headLength, end);
    this.#buffered = this.#buffered.subarray(end);
    return message;
  }
}
