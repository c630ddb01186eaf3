import { Duplex } from 'node:stream';
import { dataFrame, fin, resetCodes, rstStream } from './frames.ts';
import type { Headers } from './header-block.ts';

/** Sends bytes to the other end; calls back when they are on their way. */
export type Send = (bytes: Buffer, done?: (error?: Error | null) => void) => void;

/** Bytes of one frame: a frame must not have more than 16 MB, and one of other streams shall not wait for so much. */
const longestData = 65_536;

/** One stream that the client opened. Destroying it before both halves have ended resets it. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: Headers;
  readonly #send: Send;
  #isReset = false;
  #wanted: (() => void) | undefined;

  constructor(id: number, headers: Headers, send: Send) {
    super();
    this.id = id;
    this.headers = headers;
    this.#send = send;
    // Whoever uses the stream hears of it by its end.
    this.on('error', () => undefined);
  }

  /** Resolves when there is room for more. */
  async receive(bytes: Buffer): Promise<void> {
    if (this.destroyed || this.push(bytes)) return;
    await new Promise<void>((resolve) => {
      this.#wanted = resolve;
    });
  }

  receiveEnd(): void {
    if (!this.destroyed) this.push(null);
  }

  receiveReset(): void {
    this.#isReset = true;
    this.destroy();
  }

  override _read(): void {
    this.#wanted?.();
    this.#wanted = undefined;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    let at = 0;
    for (; at + longestData < chunk.length; at += longestData) {
      this.#send(dataFrame(this.id, chunk.subarray(at, at + longestData)));
    }
    this.#send(dataFrame(this.id, chunk.subarray(at)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#send(dataFrame(this.id, Buffer.alloc(0), fin), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const isOver = this.readableEnded && this.writableFinished;
    if (!isOver && !this.#isReset) this.#send(rstStream(this.id, resetCodes.cancel));
    this.#wanted?.();
    done(error);
  }
}
