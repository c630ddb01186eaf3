// The list of Envoy's messages, read once somebody asks.

import { envoyMessages } from './envoy-messages.ts';
import { istioMessages } from './istio-messages.ts';

export interface FieldType {
  readonly number: number;
  /** A scalar, or the full name of a message or an enumeration. */
  readonly type: string;
  readonly shape: 'list' | 'map' | 'present' | 'plain';
}

export interface MessageTypes {
  /** By full name; fields by theirs. */
  readonly messages: ReadonlyMap<string, ReadonlyMap<string, FieldType>>;
  /** By full name; numbers by value. */
  readonly enums: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

let read: MessageTypes | undefined;

export const messageTypes = (): MessageTypes => (read ??= readTypes(envoyMessages + istioMessages));

function readTypes(text: string): MessageTypes {
  const messages = new Map<string, ReadonlyMap<string, FieldType>>();
  const enums = new Map<string, ReadonlyMap<string, number>>();
  // A line that goes on with the one before it stands further to the right.
  for (const section of text
    .replaceAll(/\n {4}/g, ' ')
    .split('package ')
    .slice(1)) {
    const [short = '', ...lines] = section.trimEnd().split('\n');
    const name = /^(?:istio|udpa)\./.test(short) ? short : `envoy.${short}`;
    for (const line of lines) {
      const [, isEnum, type = '', rest = ''] = /^ {2}(enum )?(\S+):(.*)$/.exec(line) ?? [];
      const parts = rest.split(',').flatMap((part) => part.trim() || []);
      if (isEnum === undefined) messages.set(`${name}.${type}`, fieldsIn(parts, name));
      else enums.set(`${name}.${type}`, new Map(parts.map(valueIn)));
    }
  }
  return { messages, enums };
}

function valueIn(part: string): readonly [name: string, number: number] {
  const [name = '', number] = part.split(' ');
  return [name, Number(number)];
}

const shapes = { '[]': 'list', '{}': 'map', '?': 'present', '': 'plain' } as const;

const fieldsIn = (parts: readonly string[], within: string): ReadonlyMap<string, FieldType> =>
  new Map(
    parts.map((part) => {
      const [, name = '', number, written = '', mark = ''] =
        /^(\S+) (\d+) ([\w.]+)(\[\]|\{\}|\?)?$/.exec(part) ?? [];
      const type = fullName(written, within);
      return [name, { number: Number(number), type, shape: shapes[mark as keyof typeof shapes] }];
    }),
  );

function fullName(written: string, within: string): string {
  if (/^[a-z]\w*$/.test(written)) return written;
  if (written.startsWith('pb.')) return written.replace('pb.', 'google.protobuf.');
  return /^[A-Z]/.test(written) ? `${within}.${written}` : `envoy.${written}`;
}
