// A SPDY/3.1 client as far as the tests need one, with headers that are really compressed.

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { constants, createDeflate } from 'node:zlib';
import { serveSpdy, type StreamHandler } from '../../../../sandbox/api/spdy/connection.ts';
import { dictionary } from '../../../../sandbox/api/spdy/dictionary.ts';
import {
  controlFrame,
  frameTypes,
  readFrame,
  type ControlFrame,
  type DataFrame,
} from '../../../../sandbox/api/spdy/frames.ts';
import { lengthPrefixed, uint32 } from '../../../../sandbox/api/spdy/length-prefixed.ts';

export interface SpdyClient {
  readonly socket: Socket;
  /** Resolves when the server has left the connection. */
  readonly served: Promise<void>;
  open(id: number, headers: Readonly<Record<string, string>>): Promise<void>;
  /** The next frame of this kind; those before it are dropped. */
  next(matches: (frame: ControlFrame | DataFrame) => boolean): Promise<ControlFrame | DataFrame>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function spdyClient(accept: StreamHandler): Promise<SpdyClient> {
  let serve: (done: Promise<void>) => void = () => undefined;
  const served = new Promise<void>((resolve) => {
    serve = resolve;
  });
  const server = createServer((socket) => serve(serveSpdy(socket, accept)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  const deflate = createDeflate({ dictionary, flush: constants.Z_SYNC_FLUSH });
  let bytes: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
  });
  return {
    socket,
    served,
    open: async (id, headers) => {
      const pairs = Object.entries(headers).flatMap((pair) => pair.map(lengthPrefixed));
      const block = Buffer.concat([uint32(pairs.length / 2), ...pairs]);
      await new Promise<void>((resolve) => {
        deflate.write(block, () => resolve());
      });
      const compressed = deflate.read() as Buffer;
      const body = Buffer.concat([uint32(id), uint32(0), Buffer.alloc(2), compressed]);
      socket.write(controlFrame(frameTypes.synStream, body));
    },
    next: async (matches) => {
      for (;;) {
        const read = readFrame(bytes);
        if (read === undefined) {
          await once(socket, 'data');
        } else {
          bytes = read.rest;
          if (matches(read.frame)) return read.frame;
        }
      }
    },
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      await served;
      server.close();
    },
  };
}
