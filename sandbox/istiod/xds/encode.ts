// Envoy's messages from their JSON (protobuf.dev/programming-guides/json) to protobuf's wire format.

import { messageTypes, type FieldType } from './message-types.ts';
import { bytesField, message, numberField, rawBytesField, rawNumberField, textField } from './protobuf.ts';

/** A google.protobuf.Any of a message that says its type. @throws Error naming a field that is not known */
export function encodeAny(value: JsonObject): Buffer {
  const typeUrl = String(value['@type']);
  const type = typeUrl.slice(typeUrl.indexOf('/') + 1);
  // Istio's own types are not among Envoy's, and istioctl reads nothing of them either.
  const content = messageTypes().messages.has(type) ? encode(type, value) : Buffer.alloc(0);
  return message(textField(1, typeUrl), bytesField(2, content));
}

export type JsonObject = Readonly<Record<string, unknown>>;

function encode(type: string, value: JsonObject): Buffer {
  const known = wellKnown[type];
  if (known !== undefined) return known(value);
  const fields = messageTypes().messages.get(type);
  if (fields === undefined) throw new Error(`no message ${type} is known`);
  return Buffer.concat(
    Object.entries(value)
      .filter(([name]) => name !== '@type')
      .map(([name, content]) => {
        const field = fields.get(name);
        if (field === undefined) throw new Error(`${type} has no known field ${name}`);
        return encodeField(field, content);
      }),
  );
}

function encodeField({ number, type, shape }: FieldType, content: unknown): Buffer {
  switch (shape) {
    case 'list':
      return Buffer.concat((content as readonly unknown[]).map((item) => present(number, type, item)));
    case 'map':
      return Buffer.concat(
        Object.entries(content as JsonObject).map(([key, item]) =>
          rawBytesField(number, message(textField(1, key), present(2, type, item))),
        ),
      );
    case 'present':
      return present(number, type, content);
    case 'plain':
      return isZero(type, content) ? Buffer.alloc(0) : present(number, type, content);
  }
}

/** Proto3 leaves out zeros of what is no message. */
const isZero = (type: string, content: unknown): boolean =>
  messageTypes().enums.get(type)?.get(String(content)) === 0 ||
  (scalars.has(type) && (content === '' || content === false || content === 0));

const scalars: ReadonlySet<string> = new Set([
  'string',
  'bytes',
  'bool',
  'int32',
  'int64',
  'uint32',
  'double',
]);

function present(number: number, type: string, content: unknown): Buffer {
  const values = messageTypes().enums.get(type);
  if (values !== undefined) {
    const value = values.get(String(content));
    if (value === undefined) throw new Error(`${type} has no value ${String(content)}`);
    return rawNumberField(number, value);
  }
  switch (type) {
    case 'string':
      return rawBytesField(number, Buffer.from(String(content)));
    case 'bytes':
      return rawBytesField(number, Buffer.from(String(content), 'base64'));
    case 'bool':
    case 'int32':
    case 'int64':
    case 'uint32':
      // 64 bits are a text in JSON.
      return rawNumberField(number, Number(content));
    case 'double':
      return double(number, Number(content));
    default:
      return rawBytesField(number, encode(type, content as JsonObject));
  }
}

function double(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8((number << 3) | 1);
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

/** Messages that have a JSON of their own. */
const wellKnown: Readonly<Record<string, (value: unknown) => Buffer>> = {
  'google.protobuf.Any': (value) => encodeAny(value as JsonObject),
  'google.protobuf.BoolValue': (value) => numberField(1, Number(value)),
  'google.protobuf.Duration': (value) => {
    const [seconds = '', fraction = ''] = String(value).replace(/s$/, '').split('.');
    return message(numberField(1, Number(seconds)), numberField(2, Number(fraction.padEnd(9, '0'))));
  },
  'google.protobuf.Empty': () => Buffer.alloc(0),
  'google.protobuf.Struct': (value) => struct(value as JsonObject),
  'google.protobuf.UInt32Value': (value) => numberField(1, Number(value)),
  'google.protobuf.UInt64Value': (value) => numberField(1, Number(value)),
};

const struct = (fields: JsonObject): Buffer =>
  message(
    ...Object.entries(fields).map(([key, value]) =>
      rawBytesField(1, message(textField(1, key), rawBytesField(2, structValue(value)))),
    ),
  );

function structValue(value: unknown): Buffer {
  if (value === null) return rawNumberField(1, 0);
  if (typeof value === 'number') return double(2, value);
  if (typeof value === 'string') return rawBytesField(3, Buffer.from(value));
  if (typeof value === 'boolean') return rawNumberField(4, Number(value));
  if (!Array.isArray(value)) return rawBytesField(5, struct(value as JsonObject));
  return rawBytesField(6, message(...value.map((item) => rawBytesField(1, structValue(item)))));
}
