// Messages in protobuf's wire format (protobuf.dev/programming-guides/encoding), as far as istiod writes some.

/** One field; fields with empty values are left out, as in proto3, but for those that are written raw. */
export type Field = Buffer;

export const message = (...fields: readonly Field[]): Buffer => Buffer.concat(fields);

export const textField = (number: number, value: string): Field => bytesField(number, Buffer.from(value));

export const bytesField = (number: number, value: Buffer): Field =>
  value.length === 0 ? Buffer.alloc(0) : rawBytesField(number, value);

export const rawBytesField = (number: number, value: Buffer): Field =>
  Buffer.concat([varint((number << 3) | lengthDelimited), varint(value.length), value]);

export const numberField = (number: number, value: number): Field =>
  value === 0 ? Buffer.alloc(0) : rawNumberField(number, value);

export const rawNumberField = (number: number, value: number): Field =>
  Buffer.concat([varint(number << 3), varint(value)]);

const lengthDelimited = 2;

/** Of a whole number that is not negative. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}
