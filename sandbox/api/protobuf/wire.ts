// The protobuf wire format (protobuf.dev/programming-guides/encoding).

import { badRequest } from '../registry/refusals.ts';

export interface WireField {
  readonly number: number;
  /** Value of a varint field, 0 otherwise. */
  readonly varint: bigint;
  /** Value of a length-delimited or fixed-size field, empty otherwise. */
  readonly bytes: Buffer;
}

/** Fields in the order they stand. @throws BadRequest when the bytes end early or are no protobuf */
export function* fieldsOf(bytes: Buffer): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw cutShort();
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw cutShort();
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw cutShort();
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    switch (tag & 7) {
      case 0:
        yield { number, varint: varint(), bytes: empty };
        break;
      case 1:
        yield { number, varint: 0n, bytes: take(8) };
        break;
      case 2:
        yield { number, varint: 0n, bytes: take(Number(varint())) };
        break;
      case 5:
        yield { number, varint: 0n, bytes: take(4) };
        break;
      default:
        throw badRequest(`proto: illegal wireType ${tag & 7}`);
    }
  }
}

const empty = Buffer.alloc(0);

const cutShort = (): Error => badRequest('unexpected EOF');
