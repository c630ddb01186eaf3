// The list of Envoy's messages, read once somebody asks.

import { envoyMessages } from './envoy-messages.ts';

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

export const messageTypes = (): MessageTypes => (read ??= readTypes(envoyMessages));

function readTypes(text: string): MessageTypes {
  const messages = new Map<string, ReadonlyMap<string, FieldType>>();
  const enums = new Map<string, ReadonlyMap<string, number>>();
  // A line that goes on with the one before it stands further to the right.
  for (const section of text
    .replaceAll(/\n {4}/g, ' ')
    .split('package ')
    .slice(1)) {
    const [name = '', ...lines] = section.trimEnd().split('\n');
    for (const line of lines) {
      const [, isEnum, short = '', rest = ''] = /^ {2}(enum )?(\S+):(.*)$/.exec(line) ?? [];
      const parts = rest.split(',').flatMap((part) => part.trim() || []);
      if (isEnum === undefined) messages.set(`${name}.${short}`, fieldsIn(parts, name));
      else enums.set(`${name}.${short}`, new Map(parts.map(valueIn)));
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
      const isFull = /^(?:[a-z]\w*$|envoy\.|google\.)/.test(written);
      const type = isFull ? written : `${within}.${written}`;
      return [name, { number: Number(number), type, shape: shapes[mark as keyof typeof shapes] }];
    }),
  );
