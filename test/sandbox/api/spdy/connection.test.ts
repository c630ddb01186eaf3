import { createHash } from 'node:crypto';
import { once } from 'node:events';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dictionary } from '../../../../sandbox/api/spdy/dictionary.ts';
import { controlFrame, dataFrame, fin, frameTypes, rstStream } from '../../../../sandbox/api/spdy/frames.ts';
import { HeaderReader, HeaderWriter } from '../../../../sandbox/api/spdy/header-block.ts';
import { uint32 } from '../../../../sandbox/api/spdy/length-prefixed.ts';
import { runs } from '../../../support/properties.ts';
import type { SpdyStream } from '../../../../sandbox/api/spdy/stream.ts';
import { spdyClient } from './client.ts';

const isControl =
  (type: number) =>
  (frame: { readonly kind: string; readonly type?: number }): boolean =>
    frame.kind === 'control' && frame.type === type;
const isData = (frame: { readonly kind: string }): boolean => frame.kind === 'data';

/** Sends everything back. */
const echo = (stream: SpdyStream): undefined => void stream.pipe(stream);

describe('the SPDY connection', () => {
  it('has the dictionary of the draft', () => {
    // As in moby/spdystream, spdy/dictionary.go.
    expect(createHash('sha256').update(dictionary).digest('hex')).toBe(
      '51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02',
    );
  });

  it('reads the headers it writes, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/u), fc.stringMatching(/^[^\0]*$/u))),
        async (blocks) => {
          const writer = new HeaderWriter();
          const reader = new HeaderReader();
          for (const block of blocks) {
            const headers = new Map(Object.entries(block));
            expect(await reader.read(writer.write(headers))).toEqual(headers);
          }
          reader.close();
        },
      ),
      { numRuns: runs(50) },
    );
  });

  it('accepts streams with their headers, and carries both halves to their ends', async () => {
    const seen: string[] = [];
    await using client = await spdyClient((stream) => {
      seen.push(stream.headers.get('streamtype') ?? '');
      return echo(stream);
    });
    for (const id of [1, 3]) {
      await client.open(id, { streamtype: `number ${id}` });
      await client.next(isControl(frameTypes.synReply));
      client.socket.write(dataFrame(id, Buffer.from('hello'), fin));
      expect(await client.next(isData)).toMatchObject({ stream: id, body: Buffer.from('hello') });
      expect(await client.next(isData)).toMatchObject({ stream: id, flags: fin });
    }
    expect(seen).toEqual(['number 1', 'number 3']);
  });

  it('sends what is longer than a frame may be', async () => {
    const size = 20_000_000;
    await using client = await spdyClient((stream) => void stream.end(Buffer.alloc(size)));
    await client.open(1, {});
    let received = 0;
    for (let isLast = false; !isLast;) {
      const { body, flags } = await client.next(isData);
      received += body.length;
      isLast = flags === fin;
    }
    expect(received).toBe(size);
  });

  it('refuses the streams it is told to refuse', async () => {
    await using client = await spdyClient(() => 'no');
    await client.open(1, {});
    expect(await client.next(isControl(frameTypes.rstStream))).toMatchObject({
      body: Buffer.concat([uint32(1), uint32(3)]),
    });
  });

  it('answers pings, and says how much of the data is taken', async () => {
    await using client = await spdyClient(echo);
    client.socket.write(controlFrame(frameTypes.ping, uint32(7)));
    expect(await client.next(isControl(frameTypes.ping))).toMatchObject({ body: uint32(7) });
    await client.open(1, {});
    client.socket.write(dataFrame(1, Buffer.alloc(1000)));
    expect(await client.next(isControl(frameTypes.windowUpdate))).toMatchObject({
      body: Buffer.concat([uint32(1), uint32(1000)]),
    });
  });

  it('ends a stream that the client resets, and those of a client that leaves', async () => {
    const ends: Promise<unknown>[] = [];
    await using client = await spdyClient((stream) => {
      ends.push(once(stream, 'close'));
      return undefined;
    });
    await client.open(1, {});
    await client.open(3, {});
    await client.next(isControl(frameTypes.synReply));
    await client.next(isControl(frameTypes.synReply));
    client.socket.write(rstStream(1, 5));
    await ends[0];
    client.socket.destroy();
    await ends[1];
    await expect(client.served).resolves.toBeUndefined();
  });

  it('holds the client back while nobody reads', async () => {
    let held: SpdyStream | undefined;
    await using client = await spdyClient((stream) => {
      held = stream;
      return undefined;
    });
    await client.open(1, {});
    await client.next(isControl(frameTypes.synReply));
    client.socket.write(Buffer.concat(Array.from({ length: 8 }, () => dataFrame(1, Buffer.alloc(65_536)))));
    client.socket.write(controlFrame(frameTypes.ping, uint32(1)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(held?.readableLength).toBeLessThanOrEqual(65_536);
    held?.resume();
    await client.next(isControl(frameTypes.ping));
  });

  it.each([
    ['another version', Buffer.from([0x80, 2, 0, 1, 0, 0, 0, 0])],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a frame without a body', controlFrame(frameTypes.synStream, Buffer.alloc(0))],
    ['headers that are not compressed', controlFrame(frameTypes.synStream, Buffer.alloc(40))],
  ])('leaves a client that sends %s', async (_what, bytes) => {
    await using client = await spdyClient(echo);
    client.socket.end(bytes);
    await expect(client.served).resolves.toBeUndefined();
  });

  it('is done with any bytes when the client is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (noise) => {
        await using client = await spdyClient(echo);
        await client.open(1, {});
        client.socket.end(controlFrame(noise[0] ?? 0, Buffer.from(noise)));
        await expect(client.served).resolves.toBeUndefined();
      }),
      { numRuns: runs(30) },
    );
  });
});
