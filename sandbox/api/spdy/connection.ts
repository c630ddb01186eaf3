// The server's end of SPDY/3.1, as far as Kubernetes' clients use it: streams that the client opens.
//
// There: SYN_STREAM, SYN_REPLY, DATA, RST_STREAM, PING, GOAWAY; one slow stream holds back the others, as in Go's
// implementation (moby/spdystream), which knows no flow control. So WINDOW_UPDATE is sent for clients that wait for it,
// and what comes in of it, of SETTINGS and of HEADERS is ignored. Not there: streams opened by the server.

import type { Duplex } from 'node:stream';
import {
  controlFrame,
  fin,
  frameTypes,
  readFrame,
  resetCodes,
  rstStream,
  windowUpdate,
  type ControlFrame,
  type DataFrame,
} from './frames.ts';
import { HeaderReader, HeaderWriter } from './header-block.ts';
import { uint32 } from './length-prefixed.ts';
import { SpdyStream } from './stream.ts';

/** Says why it refuses the stream; undefined accepts it. */
export type StreamHandler = (stream: SpdyStream) => string | undefined;

/** Serves the client on `transport` until either end closes it; resolves then, and all streams are destroyed. */
export async function serveSpdy(transport: Duplex, accept: StreamHandler): Promise<void> {
  const connection = new Connection(transport, accept);
  transport.once('close', () => connection.close());
  try {
    let bytes: Buffer = Buffer.alloc(0);
    for await (const chunk of transport as AsyncIterable<Buffer>) {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      for (let next = readFrame(bytes); next !== undefined; next = readFrame(bytes)) {
        bytes = next.rest;
        if (next.frame.kind === 'data') await connection.data(next.frame);
        else await connection.control(next.frame);
      }
    }
  } catch {
    // The client left, or sends what is no SPDY: there is nobody to tell.
  } finally {
    connection.close();
    transport.destroy();
  }
}

class Connection {
  readonly #transport: Duplex;
  readonly #accept: StreamHandler;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #reader = new HeaderReader();
  readonly #writer = new HeaderWriter();

  constructor(transport: Duplex, accept: StreamHandler) {
    this.#transport = transport;
    this.#accept = accept;
    transport.on('error', () => transport.destroy());
  }

  async data({ stream: id, flags, body }: DataFrame): Promise<void> {
    const stream = this.#streams.get(id);
    if (body.length > 0) {
      await stream?.receive(body);
      this.#send(Buffer.concat([windowUpdate(id, body.length), windowUpdate(0, body.length)]));
    }
    if ((flags & fin) !== 0) stream?.receiveEnd();
  }

  async control({ type, flags, body }: ControlFrame): Promise<void> {
    switch (type) {
      case frameTypes.synStream:
        await this.#open(body, flags);
        break;
      case frameTypes.rstStream:
        this.#streams.get(body.readUInt32BE(0))?.receiveReset();
        break;
      case frameTypes.headers:
        // Read for the sake of the blocks that follow: they are one zlib stream.
        await this.#reader.read(body.subarray(4));
        break;
      case frameTypes.ping:
        // Even numbers would be answers to pings of ours.
        if (body.readUInt32BE(0) % 2 === 1) this.#send(controlFrame(frameTypes.ping, body));
        break;
      default:
    }
  }

  async #open(body: Buffer, flags: number): Promise<void> {
    const id = body.readUInt32BE(0) & 0x7fff_ffff;
    const headers = await this.#reader.read(body.subarray(10));
    if (id % 2 === 0 || this.#streams.has(id)) {
      this.#send(rstStream(id, resetCodes.protocolError));
      return;
    }
    const stream = new SpdyStream(id, headers, this.#send);
    const refusal = this.#accept(stream);
    if (refusal !== undefined) {
      stream.receiveReset();
      this.#send(rstStream(id, resetCodes.refused));
      return;
    }
    this.#streams.set(id, stream);
    stream.once('close', () => this.#streams.delete(id));
    this.#send(controlFrame(frameTypes.synReply, Buffer.concat([uint32(id), this.#writer.write(new Map())])));
    if ((flags & fin) !== 0) stream.receiveEnd();
  }

  readonly #send = (bytes: Buffer, done?: (error?: Error | null) => void): void => {
    if (this.#transport.writable) this.#transport.write(bytes, done);
    else done?.(new Error('the connection is closed'));
  };

  close(): void {
    for (const stream of this.#streams.values()) stream.receiveReset();
    this.#reader.close();
  }
}
