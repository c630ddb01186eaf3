// Bodies in Kubernetes' protobuf form, which kubectl's typed commands send (`kubectl create namespace`).
//
// `fields.json` has the field numbers of Kubernetes 1.32 (k8s.io/api v0.32.2, the `protobuf` tags of its Go types):
// message → number → "<JSON name> <type>"; no name: the fields stand in the holder itself; `*`: an empty value counts.

import { badRequest } from '../registry/refusals.ts';
import json from './fields.json' with { type: 'json' };
import { fieldsOf, type WireField } from './wire.ts';

/** "k8s" and a zero byte (k8s.io/apimachinery/pkg/runtime/serializer/protobuf). */
const magic = Buffer.from([0x6b, 0x38, 0x73, 0]);

/** The object in a body, as JSON. @throws BadRequest for broken bytes and kinds without protobuf form */
export function decodeProtobuf(body: Buffer): Record<string, unknown> {
  if (!body.subarray(0, magic.length).equals(magic)) {
    throw badRequest(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  const unknown = messageOf('runtime.Unknown', body.subarray(magic.length));
  const { typeMeta = {}, raw = '' } = unknown as {
    typeMeta?: Partial<Record<'apiVersion' | 'kind', string>>;
    raw?: string;
  };
  const { apiVersion = '', kind = '' } = typeMeta;
  return { apiVersion, kind, ...messageOf(messageName(apiVersion, kind), Buffer.from(raw, 'base64')) };
}

type Message = ReadonlyMap<number, { readonly name: string; readonly type: string }>;

const envelope: Readonly<Record<string, Message>> = {
  'runtime.Unknown': new Map([
    [1, { name: 'typeMeta', type: 'runtime.TypeMeta' }],
    [2, { name: 'raw', type: 'bytes' }],
    [3, { name: 'contentEncoding', type: 'string' }],
    [4, { name: 'contentType', type: 'string' }],
  ]),
  'runtime.TypeMeta': new Map([
    [1, { name: 'apiVersion', type: 'string' }],
    [2, { name: 'kind', type: 'string' }],
  ]),
};

const numbers: Readonly<Record<string, Readonly<Record<string, string>>>> = json;
const messages = new Map<string, Message>(Object.entries(envelope));

function known(name: string): Message | undefined {
  const made = messages.get(name);
  if (made !== undefined) return made;
  const fields = Object.hasOwn(numbers, name) ? numbers[name] : undefined;
  if (fields === undefined) return undefined;
  const message: Message = new Map(
    Object.entries(fields).map(([number, text]) => {
      const [field = '', type = ''] = text.split(' ');
      return [Number(number), { name: field, type }];
    }),
  );
  messages.set(name, message);
  return message;
}

function messageName(apiVersion: string, kind: string): string {
  const [path = '', version] = apiVersion.split('/');
  const group = version === undefined ? '' : path.replace(/\..*/u, '');
  const name = [`${group}.${version}.${kind}`, `${group}.${kind}`, kind].find(
    (each) => known(each) !== undefined,
  );
  if (name !== undefined) return name;
  throw badRequest(
    `no kind "${kind}" is registered for version "${apiVersion}" in protobuf: send it as JSON`,
  );
}

function messageOf(name: string, bytes: Buffer): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  const fields = known(name);
  for (const wire of fieldsOf(bytes)) {
    const field = fields?.get(wire.number);
    // A field of a later Kubernetes, as protobuf says: skipped.
    if (field !== undefined) add(object, field.name, field.type, wire);
  }
  return object;
}

function add(object: Record<string, unknown>, name: string, type: string, wire: WireField): void {
  if (name === '') {
    Object.assign(object, messageOf(type.replace('*', ''), wire.bytes));
  } else if (type.startsWith('map:')) {
    const [key, value] = entryOf(type.slice(4), wire.bytes);
    const map = (object[name] ??= {}) as Record<string, unknown>;
    map[key] = value;
  } else if (type.startsWith('[]')) {
    const list = (object[name] ??= []) as unknown[];
    list.push(valueOf(type.slice(2), wire));
  } else {
    const isPointer = type.startsWith('*');
    const value = valueOf(isPointer ? type.slice(1) : type, wire);
    if (isPointer || !isZero(value)) object[name] = value;
  }
}

function entryOf(type: string, bytes: Buffer): readonly [key: string, value: unknown] {
  let key = '';
  let value: unknown = type === 'string' || type === 'bytes' ? '' : {};
  for (const wire of fieldsOf(bytes)) {
    if (wire.number === 1) key = wire.bytes.toString('utf8');
    else value = valueOf(type, wire);
  }
  return [key, value];
}

function valueOf(type: string, wire: WireField): unknown {
  switch (type) {
    case 'string':
      return wire.bytes.toString('utf8');
    case 'bytes':
      return wire.bytes.toString('base64');
    case 'bool':
      return wire.varint !== 0n;
    case 'int':
      return Number(BigInt.asIntN(64, wire.varint));
    case 'double':
      return wire.bytes.readDoubleLE();
    case 'time':
      return timeOf(wire.bytes);
    case 'quantity':
      return [...fieldsOf(wire.bytes)].find(({ number }) => number === 1)?.bytes.toString('utf8') ?? '0';
    case 'intOrString':
      return intOrString(wire.bytes);
    case 'json': {
      const raw = [...fieldsOf(wire.bytes)].find(({ number }) => number === 1)?.bytes.toString('utf8');
      return raw === undefined ? undefined : JSON.parse(raw);
    }
    default:
      return messageOf(type, wire.bytes);
  }
}

function timeOf(bytes: Buffer): string | undefined {
  let milliseconds: number | undefined;
  for (const { number, varint } of fieldsOf(bytes)) {
    if (number === 1) milliseconds = Number(BigInt.asIntN(64, varint)) * 1000;
  }
  return milliseconds === undefined ? undefined : `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

function intOrString(bytes: Buffer): number | string {
  let isText = false;
  let integer = 0;
  let text = '';
  for (const wire of fieldsOf(bytes)) {
    if (wire.number === 1) isText = wire.varint === 1n;
    else if (wire.number === 2) integer = Number(BigInt.asIntN(32, wire.varint));
    else if (wire.number === 3) text = wire.bytes.toString('utf8');
  }
  return isText ? text : integer;
}

/** What Go leaves out of JSON with `omitempty`, and empty structs, which say nothing either. */
function isZero(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === '' || value === 0 || value === false;
}
