// Frames of SPDY/3.1 as bytes (SPDY/3 draft, sections 2.2 and 2.6).

import { uint32 } from './length-prefixed.ts';

export const frameTypes = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

export const resetCodes = { protocolError: 1, refused: 3, cancel: 5 } as const;

/** The flag of DATA, SYN_STREAM and SYN_REPLY that ends the sender's half of the stream. */
export const fin = 0x01;

export interface ControlFrame {
  readonly kind: 'control';
  readonly type: number;
  readonly flags: number;
  readonly body: Buffer;
}

export interface DataFrame {
  readonly kind: 'data';
  readonly stream: number;
  readonly flags: number;
  readonly body: Buffer;
}

const headerLength = 8;
const version = 3;
/** Go's clients send 32 KB at a time. */
const bodyLimit = 4 * 1024 * 1024;

/** Takes one whole frame off the front; undefined when there is none yet. @throws for what is no SPDY/3 */
export function readFrame(
  bytes: Buffer,
): { readonly frame: ControlFrame | DataFrame; readonly rest: Buffer } | undefined {
  if (bytes.length < headerLength) return undefined;
  const isControl = bytes.readUInt8(0) >= 0x80;
  if (isControl && (bytes.readUInt16BE(0) & 0x7fff) !== version)
    throw new Error('a frame that is not SPDY/3');
  const length = bytes.readUIntBE(5, 3);
  if (length > bodyLimit) throw new Error(`a frame of ${length} bytes`);
  const end = headerLength + length;
  if (bytes.length < end) return undefined;
  const flags = bytes.readUInt8(4);
  const body = bytes.subarray(headerLength, end);
  const frame = isControl
    ? ({ kind: 'control', type: bytes.readUInt16BE(2), flags, body } as const)
    : ({ kind: 'data', stream: bytes.readUInt32BE(0), flags, body } as const);
  return { frame, rest: bytes.subarray(end) };
}

export function controlFrame(type: number, body: Buffer, flags = 0): Buffer {
  const header = Buffer.alloc(headerLength);
  header.writeUInt16BE(0x8000 + version, 0);
  header.writeUInt16BE(type, 2);
  header.writeUInt8(flags, 4);
  header.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([header, body]);
}

export function dataFrame(stream: number, body: Buffer, flags = 0): Buffer {
  const header = Buffer.alloc(headerLength);
  header.writeUInt32BE(stream, 0);
  header.writeUInt8(flags, 4);
  header.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([header, body]);
}

export const rstStream = (stream: number, code: number): Buffer =>
  controlFrame(frameTypes.rstStream, Buffer.concat([uint32(stream), uint32(code)]));

export const windowUpdate = (stream: number, bytes: number): Buffer =>
  controlFrame(frameTypes.windowUpdate, Buffer.concat([uint32(stream), uint32(bytes)]));
