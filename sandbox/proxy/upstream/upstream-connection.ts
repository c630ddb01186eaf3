// One HTTP/1.1 connection to a host, used by one request at a time.

import { noBody, responseFraming, tunnel, type Framing } from '../http1/framing.ts';
import { parseResponseHead, type ResponseHead } from '../http1/head.ts';
import type { Headers } from '../http1/headers.ts';
import { MessageParser, type MessageSink } from '../http1/parser.ts';
import { MessageWriter } from '../http1/writer.ts';
import type { ProxySocket } from './connector.ts';
import type { ResetReason } from './reset-reason.ts';

/** The request that has the connection. */
export interface ConnectionUser {
  response(head: ResponseHead, framing: Framing): void;
  responseBody(chunk: Buffer): void;
  responseEnd(): void;
  /** Everything read so far has been handed over. */
  responseFlush(): void;
  /** The connection is gone before the response was complete. */
  reset(reason: ResetReason): void;
  /** The socket takes more of the request. */
  drained(): void;
}

export interface ConnectionOwner {
  /** Ready for another request. */
  idle(connection: UpstreamConnection): void;
  closed(connection: UpstreamConnection): void;
}

export class UpstreamConnection implements MessageSink {
  readonly socket: ProxySocket;
  readonly #owner: ConnectionOwner;
  readonly #parser: MessageParser;
  readonly #writer: MessageWriter;
  #user: ConnectionUser | undefined;
  #method = '';
  #upgrade = false;
  #tunnel = false;
  #requestEnded = true;
  #responseEnded = true;
  #reusable = true;
  #informational = false;
  #closed = false;
  bytesIn = 0;

  constructor(socket: ProxySocket, owner: ConnectionOwner) {
    this.socket = socket;
    this.#owner = owner;
    this.#parser = new MessageParser(this);
    this.#writer = new MessageWriter(socket);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('drain', () => this.#user?.drained());
    socket.on('end', () => this.#ended());
    socket.on('error', () => this.#close('connection termination'));
    socket.on('close', () => this.#close('connection termination'));
  }

  /** Starts a request. `last`: the connection closes after it. */
  begin(
    user: ConnectionUser,
    method: string,
    path: string,
    headers: Headers,
    framing: Framing,
    last: boolean,
  ): void {
    this.#user = user;
    this.#method = method;
    this.#upgrade = framing.kind === 'tunnel';
    this.#requestEnded = false;
    this.#responseEnded = false;
    this.#reusable = !last;
    this.#parser.release();
    this.#writer.head(`${method} ${path} HTTP/1.1`, headers, framing.kind === 'chunked');
  }

  requestBody(chunk: Buffer): void {
    this.#writer.body(chunk);
  }

  requestEnd(): void {
    this.#requestEnded = true;
    this.#writer.end();
  }

  /** False: wait for `drained`. */
  requestFlush(): boolean {
    this.#writer.flush();
    return !this.socket.writableNeedDrain;
  }

  /** Gives the request up. A response that is under way cannot be skipped, so the connection goes with it. */
  abandon(): void {
    this.#user = undefined;
    this.close();
  }

  /** Lets the rest of the response pass unread by anyone, so that the connection can be used again. */
  discardResponse(): void {
    this.#user = undefined;
    if (!this.#requestEnded) this.close();
  }

  close(): void {
    this.socket.destroy();
    this.#close('local reset');
  }

  head(text: string): Framing {
    const head = parseResponseHead(text);
    if (head.status === 101 && this.#upgrade) {
      this.#reusable = false;
      this.#tunnel = true;
      this.#user?.response(head, tunnel);
      return tunnel;
    }
    // 100, 102 and 103: the proxy answered `Expect` itself, and Envoy passes none of them on.
    this.#informational = head.status < 200;
    if (this.#informational) return noBody;
    const framing = responseFraming(this.#method, head.status, head.headers);
    const connection = head.headers.get('connection')?.toLowerCase();
    if (head.minor === 0 || framing.kind === 'close' || connection?.includes('close') === true)
      this.#reusable = false;
    this.#user?.response(head, framing);
    return framing;
  }

  body(chunk: Buffer): void {
    this.#user?.responseBody(chunk);
  }

  end(): void {
    if (this.#informational) return;
    this.#responseEnded = true;
    // Nothing of what follows is read before the next request has begun: it cannot be an answer to it.
    this.#parser.hold();
    this.#user?.responseEnd();
  }

  #read(chunk: Buffer): void {
    this.bytesIn += chunk.length;
    if (this.#responseEnded) {
      // Bytes nobody asked for.
      this.close();
      return;
    }
    const user = this.#user;
    try {
      this.#parser.feed(chunk);
    } catch {
      this.#close('protocol error');
      this.socket.destroy();
      return;
    }
    if (this.#responseEnded) this.#finish();
    user?.responseFlush();
  }

  #ended(): void {
    let cut = false;
    // What is no HTTP any more has no end of its own: it breaks off.
    if (!this.#responseEnded && !this.#tunnel) {
      const user = this.#user;
      cut = !this.#parser.finish();
      user?.responseFlush();
    }
    // The end of the stream within a message is the codec's to complain of; before one it is only a connection gone.
    this.#close(cut ? 'protocol error' : 'connection termination');
    this.socket.destroy();
  }

  /** After a response: the connection is free again, unless something makes the next response ambiguous. */
  #finish(): void {
    if (this.#closed) return;
    this.#user = undefined;
    if (this.#reusable && this.#requestEnded && this.#parser.idle) this.#owner.idle(this);
    else this.close();
  }

  #close(reason: ResetReason): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#writer.flush();
    const user = this.#user;
    this.#user = undefined;
    this.#owner.closed(this);
    if (!this.#responseEnded) user?.reset(reason);
  }
}
