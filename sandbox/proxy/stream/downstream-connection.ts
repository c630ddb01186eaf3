// A client's HTTP/1.1 connection: one request at a time; the next is not read before the last is answered.

import type { Timer } from '../../clock/clock.ts';
import type { Address } from '../../network/network.ts';
import { requestFraming, type Framing } from '../http1/framing.ts';
import type { RequestHead } from '../http1/head.ts';
import { Headers } from '../http1/headers.ts';
import { HttpError } from '../http1/http-error.ts';
import { MessageParser, type MessageSink } from '../http1/parser.ts';
import { MessageWriter } from '../http1/writer.ts';
import { reasonPhrase } from '../http1/reason-phrase.ts';
import { LazyTimer } from '../lazy-timer.ts';
import { localAddress, remoteAddress, type ProxySocket } from '../upstream/connector.ts';
import type { Manager } from './manager.ts';
import { normalPath } from './normal-path.ts';
import { readHead } from './read-head.ts';
import { HttpStream, type Downstream } from './stream.ts';
import type { ResponseFlag, StreamInfo } from './stream-info.ts';

/** Envoy's defaults: `idle_timeout` of a connection without requests, `delayed_close_timeout`. */
const connectionIdleMs = 3_600_000;
const delayedCloseMs = 1000;
const pipelinedLimit = 128 * 1024;

export class DownstreamConnection implements MessageSink, Downstream {
  readonly local: Address;
  readonly remote: Address;
  readonly mtls: StreamInfo['mtls'];
  readonly secure: boolean;
  readonly serverName: string | undefined;
  readonly #socket: ProxySocket;
  #manager: Manager;
  readonly #closed: () => void;
  readonly #parser: MessageParser;
  readonly #writer: MessageWriter;
  readonly #idle: LazyTimer;
  #stream: HttpStream | undefined;
  #lastRequest = false;
  #tunnel = false;
  #gone = false;
  #closing: Timer | undefined;

  /** @param destination where the client meant to go. @param closed called once, when the connection is gone */
  constructor(socket: ProxySocket, destination: Address | undefined, manager: Manager, closed: () => void) {
    this.#socket = socket;
    this.#manager = manager;
    this.#closed = closed;
    this.local = destination ?? localAddress(socket);
    this.remote = remoteAddress(socket);
    this.mtls = socket.mtls;
    this.secure = socket.mtls !== undefined || socket.tls !== undefined;
    this.serverName = socket.mtls?.sni ?? socket.tls?.serverName;
    this.#parser = new MessageParser(this);
    this.#writer = new MessageWriter(socket);
    this.#idle = new LazyTimer(
      manager.clock,
      () => (this.#isBetweenRequests() ? connectionIdleMs : this.#manager.streamIdleMs),
      () => this.#expired(),
    );
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('drain', () => this.#drained());
    socket.on('end', () => this.#ended());
    socket.on('error', () => this.#disconnected());
    socket.on('close', () => this.#disconnected());
    socket.resume();
  }

  /** From the next request on, `manager` has it. */
  adopt(manager: Manager): void {
    this.#manager = manager;
  }

  /** After the request under way, or now if there is none. */
  drain(): void {
    if (this.#stream === undefined) this.#socket.destroy();
    else this.#lastRequest = true;
  }

  destroy(): void {
    this.#socket.destroy();
    this.#disconnected();
  }

  head(text: string): Framing {
    const now = this.#manager.clock.now();
    const { head, framing, target, upgrade, refusal, isLast, expectsContinue } = readHead(
      text,
      this.#manager.edge && !this.secure,
    );
    this.#lastRequest = isLast || this.#manager.isDraining();
    this.#tunnel = framing.kind === 'tunnel';
    const path = this.#manager.normalizesPath && target !== undefined ? normalPath(target) : target;
    const routes = refusal === undefined && path !== undefined ? this.#manager.routes() : undefined;
    const stream = new HttpStream(this, this.#manager, head, framing, path ?? target ?? '', now, routes);
    this.#stream = stream;
    // Sent whatever comes of the request, and whether or not it has a body, as Envoy does.
    if (expectsContinue) this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
    if (refusal !== undefined) stream.reply(refusal.status, '', refusal.details);
    else if (path === undefined && head.method !== 'CONNECT')
      stream.reply(400, '', 'path_normalization_failed');
    else if (upgrade !== undefined && !this.#manager.upgrades.has(upgrade))
      stream.reply(403, '', 'upgrade_failed');
    else stream.proceed();
    return framing;
  }

  body(chunk: Buffer): void {
    this.#stream?.requestBody(chunk);
  }

  end(): void {
    this.#parser.hold();
    const stream = this.#stream;
    if (stream === undefined) {
      this.#next();
      return;
    }
    stream.requestEnd();
    if (stream.over) this.#next();
  }

  responseHead(status: number, headers: Headers, framing: Framing): void {
    const stream = this.#stream;
    if (framing.kind !== 'tunnel') {
      // A request whose end has not been read, or an upgrade that was refused, leaves the connection unusable.
      if (stream?.requestComplete !== true && stream?.requestFraming.kind !== 'none')
        this.#lastRequest = true;
      if (this.#manager.isDraining()) this.#lastRequest = true;
      if (this.#lastRequest) headers.add('connection', 'close');
    }
    const head = stream?.request.method === 'HEAD';
    if (framing.kind !== 'tunnel') declareLength(status, headers, framing, head);
    const needsChunks = framing.kind === 'chunked' || framing.kind === 'close';
    this.#writer.head(`HTTP/1.1 ${status} ${reasonPhrase(status)}`, headers, needsChunks && !head);
  }

  responseBody(chunk: Buffer): void {
    this.#writer.body(chunk);
  }

  responseFlush(): boolean {
    this.#idle.touch();
    this.#writer.flush();
    return !this.#socket.writableNeedDrain;
  }

  responseEnd(): void {
    this.#writer.end();
    const stream = this.#stream;
    if (this.#tunnel) this.#closeSoon();
    else if (stream?.requestComplete === true || stream?.requestFraming.kind === 'none') this.#next();
    else this.#closeSoon();
  }

  endAfterResponse(): void {
    this.#lastRequest = true;
  }

  abort(): void {
    this.#writer.flush();
    this.#closeSoon();
  }

  pauseRequest(): void {
    this.#socket.pause();
  }

  resumeRequest(): void {
    this.#socket.resume();
  }

  #read(chunk: Buffer): void {
    const begins = this.#isBetweenRequests();
    this.#idle.touch();
    try {
      this.#parser.feed(chunk);
    } catch (error) {
      this.#refuse(error);
      return;
    }
    // Envoy's order of idle limits: from the first byte of a request on it is the stream's.
    if (begins && this.#manager.streamIdleMs !== 0 && this.#manager.streamIdleMs < connectionIdleMs)
      this.#idle.rearm();
    // A client that sends request after request without reading answers is not read either.
    if (this.#parser.waiting > pipelinedLimit) this.#socket.pause();
    this.#stream?.requestFlush();
  }

  #refuse(error: unknown): void {
    const { status, message, details } =
      error instanceof HttpError ? error : new HttpError(400, 'http1.codec_error');
    this.#answerUnread(status, message, details, 'DPE');
  }

  /** Answers what is no request, or not yet, and ends the connection: nobody knows where the next would begin. */
  #answerUnread(status: number, body: string, details: string, flag: ResponseFlag): void {
    this.#parser.hold();
    this.#lastRequest = true;
    const head: RequestHead = { method: 'GET', target: '/', minor: 1, headers: new Headers() };
    this.#stream ??= new HttpStream(
      this,
      this.#manager,
      head,
      requestFraming(head.headers),
      '/',
      this.#manager.clock.now(),
      undefined,
    );
    this.#stream.requestComplete = true;
    const info = this.#stream.info;
    if (!this.#stream.responseStarted)
      Object.assign(info, { method: undefined, path: undefined, authority: undefined });
    this.#stream.reply(status, body, details, { flag });
    this.#closeSoon();
  }

  /** The answer is out: on to the next request, or the end. */
  #next(): void {
    this.#stream = undefined;
    if (this.#gone) return;
    if (this.#lastRequest) {
      this.#closeSoon();
      return;
    }
    this.#idle.touch();
    this.#socket.resume();
    // A client that does not read its answers gets no further ones.
    if (!this.#socket.writableNeedDrain) this.#readNext();
  }

  #readNext(): void {
    try {
      this.#parser.release();
    } catch (error) {
      this.#refuse(error);
    }
  }

  #drained(): void {
    if (this.#stream !== undefined) this.#stream.downstreamDrained();
    else if (this.#closing === undefined) this.#readNext();
  }

  /** Lets the client read the answer before the connection is gone, as long as it does read (Envoy: delayed close). */
  #closeSoon(): void {
    this.#stream = undefined;
    if (this.#gone || this.#socket.destroyed || this.#closing !== undefined) return;
    this.#parser.hold();
    this.#idle.stop();
    this.#socket.removeAllListeners('data');
    this.#socket.resume();
    this.#socket.end();
    this.#closeUnlessRead(this.#socket.writableLength);
  }

  #closeUnlessRead(unread: number): void {
    this.#closing = this.#manager.clock.after(delayedCloseMs, () => {
      const now = this.#socket.writableLength;
      if (now < unread) this.#closeUnlessRead(now);
      else this.#socket.destroy();
    });
  }

  #ended(): void {
    this.#disconnected();
    this.#socket.destroy();
  }

  #disconnected(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#idle.stop();
    this.#closing?.clear();
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.disconnected();
    this.#closed();
  }

  #isBetweenRequests(): boolean {
    return this.#stream === undefined && this.#parser.idle;
  }

  #expired(): void {
    if (this.#isBetweenRequests()) {
      this.#socket.destroy();
      return;
    }
    if (this.#stream !== undefined) this.#stream.idle();
    else this.#answerUnread(408, 'stream timeout', 'stream_idle_timeout', 'SI');
  }
}

/**
 * Says of a response without a body that it has none. The answer to HEAD is taken for one whose GET would be chunked
 * when nothing is known of its length (Envoy StreamEncoderImpl::encodeHeadersBase).
 */
function declareLength(status: number, headers: Headers, framing: Framing, head: boolean): void {
  if (status < 200 || status === 204 || status === 304 || headers.has('content-length')) return;
  if (head) headers.set('transfer-encoding', 'chunked');
  else if (framing.kind === 'none' || framing.kind === 'length') headers.add('content-length', '0');
}
