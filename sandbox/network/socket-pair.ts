// Two ends of a connection inside this process, with the behaviour of a TCP connection over a Linux kernel: a bounded
// buffer in each direction, half-close, and the difference between an orderly end (FIN) and a reset (RST).

import { Duplex } from 'node:stream';
import type { Clock, Timer } from '../clock/clock.ts';
import { connectionReset, brokenPipe } from './errors.ts';
import type { Address, MutualTls, VirtualSocket } from './network.ts';
import type { Turns } from './turns.ts';

/** Bytes a direction holds beyond what the reader has taken before the writer has to wait. */
const bufferBytes = 64 * 1024;

/** Writes of one turn are read as one up to this size; beyond it, copying costs more than it saves. */
const joinedBytes = 16 * 1024;

export interface PairOptions {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly client: Address;
  readonly server: Address;
  readonly clientMtls?: MutualTls | undefined;
  readonly serverMtls?: MutualTls | undefined;
}

/**
 * As with `net`, the client end closes when the server has ended, and the server end (which is given to servers that
 * keep half-open connections, as node:http does) stays writable; `allowHalfOpen` of each end can be set.
 */
export function createSocketPair(options: PairOptions): readonly [VirtualSocket, VirtualSocket] {
  const { clock, turns } = options;
  const client = new PairEnd(clock, turns, options.client, options.server, options.clientMtls, false);
  const server = new PairEnd(clock, turns, options.server, options.client, options.serverMtls, true);
  PairEnd.join(client, server);
  return [client, server];
}

class PairEnd extends Duplex implements VirtualSocket {
  readonly localAddress: string;
  readonly localPort: number;
  readonly localFamily = 'IPv4';
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly remoteFamily = 'IPv4';
  readonly mtls: MutualTls | undefined;
  readonly connecting = false;
  readonly pending = false;
  bytesRead = 0;
  bytesWritten = 0;
  /** Milliseconds of idleness after which 'timeout' is emitted; http.Agent reads it. */
  timeout = 0;

  readonly #clock: Clock;
  readonly #turns: Turns;
  #peer: PairEnd | undefined;

  // What the peer has sent and this end has not read: the kernel's receive buffer.
  #inbox: Buffer[] = [];
  #inboxBytes = 0;
  #acknowledge: (() => void) | undefined;
  #finReceived = false;
  #resetReceived = false;
  #full = false;
  #awake = false;
  #ended = false;
  #resetting = false;

  #lastActive = 0;
  #idle: Timer | undefined;
  #idleDue = 0;

  constructor(
    clock: Clock,
    turns: Turns,
    local: Address,
    remote: Address,
    mtls: MutualTls | undefined,
    allowHalfOpen: boolean,
  ) {
    super({ allowHalfOpen, highWaterMark: bufferBytes });
    this.#clock = clock;
    this.#turns = turns;
    this.localAddress = local.ip;
    this.localPort = local.port;
    this.remoteAddress = remote.ip;
    this.remotePort = remote.port;
    this.mtls = mtls;
  }

  static join(one: PairEnd, other: PairEnd): void {
    one.#peer = other;
    other.#peer = one;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error) => void): void {
    const peer = this.#peer;
    if (this.timeout > 0) this.#touch();
    if (peer === undefined || peer.destroyed) {
      this.#writeToClosed(callback);
      return;
    }
    this.bytesWritten += chunk.length;
    peer.#inbox.push(chunk);
    peer.#inboxBytes += chunk.length;
    if (peer.#inboxBytes < bufferBytes) callback();
    else peer.#acknowledge = callback;
    peer.#wake();
  }

  // The kernel takes the first bytes and learns from the answer, a reset, that nobody reads them.
  #writeToClosed(callback: (error?: Error) => void): void {
    if (this.#ended) {
      callback(brokenPipe());
      return;
    }
    callback();
    this.#resetReceived = true;
    this.#wake();
  }

  override _final(callback: (error?: Error) => void): void {
    const peer = this.#peer;
    if (peer !== undefined) {
      peer.#finReceived = true;
      peer.#wake();
    }
    callback();
  }

  override _read(): void {
    this.#full = false;
    if (this.#inbox.length > 0 || this.#finReceived || this.#resetReceived) this.#wake();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#idle?.clear();
    // Linux answers with a reset, not a FIN, when it closes a socket with bytes nobody read (RFC 2525, 2.17).
    const unread = this.#inbox.length > 0;
    this.#inbox = [];
    this.#release();
    const peer = this.#peer;
    this.#peer = undefined;
    if (peer !== undefined && !peer.destroyed) {
      if (this.#resetting || unread) peer.#resetReceived = true;
      else peer.#finReceived = true;
      peer.#wake();
    }
    callback(error);
  }

  #wake(): void {
    if (this.#awake) return;
    this.#awake = true;
    this.#turns.soon(this.#deliver);
  }

  readonly #deliver = (): void => {
    this.#awake = false;
    if (this.destroyed) return;
    if (this.#inbox.length > 0) {
      if (this.#full) return;
      this.#deliverInbox();
      if (this.destroyed) return;
    }
    if (this.#inbox.length > 0) this.#wake();
    else if (this.#resetReceived) this.destroy(connectionReset());
    else if (this.#finReceived && !this.#ended) {
      this.#ended = true;
      this.push(null);
    }
  };

  #deliverInbox(): void {
    const chunks = this.#inbox;
    const bytes = this.#inboxBytes;
    this.#inbox = [];
    this.#inboxBytes = 0;
    this.bytesRead += bytes;
    if (this.timeout > 0) this.#touch();
    // Small writes of one turn (head, chunk size, chunk) are one read, as they would be from a kernel.
    const [first] = chunks;
    const read = chunks.length > 1 && bytes <= joinedBytes ? [Buffer.concat(chunks, bytes)] : chunks;
    if (chunks.length === 1 && first !== undefined) {
      if (!this.push(first)) this.#full = true;
    } else {
      for (const chunk of read) if (!this.push(chunk)) this.#full = true;
    }
    this.#release();
  }

  #release(): void {
    const acknowledge = this.#acknowledge;
    this.#acknowledge = undefined;
    acknowledge?.();
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** node:http sets it twice for each request of a kept connection: a running timer is only moved when it is due. */
  setTimeout(ms: number, callback?: () => void): this {
    this.timeout = ms;
    if (callback !== undefined) {
      if (ms === 0) this.removeListener('timeout', callback);
      else this.once('timeout', callback);
    }
    if (ms === 0 || this.destroyed) return this;
    this.#lastActive = this.#clock.now();
    const due = this.#lastActive + ms;
    if (this.#idle === undefined || due < this.#idleDue) this.#watchIdle(due);
    return this;
  }

  #touch(): void {
    this.#lastActive = this.#clock.now();
    if (this.#idle === undefined) this.#watchIdle(this.#lastActive + this.timeout);
  }

  #watchIdle(due: number): void {
    this.#idle?.clear();
    this.#idleDue = due;
    this.#idle = this.#clock.after(due - this.#clock.now(), () => {
      this.#idle = undefined;
      if (this.timeout === 0) return;
      const next = this.#lastActive + this.timeout;
      if (next > this.#clock.now()) this.#watchIdle(next);
      else this.emit('timeout');
    });
  }

  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  resetAndDestroy(): this {
    this.#resetting = true;
    return this.destroy();
  }

  get readyState(): 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.readable) return this.writable ? 'open' : 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  address(): { address: string; family: string; port: number } {
    return { address: this.localAddress, family: this.localFamily, port: this.localPort };
  }
}
