// Checks JSON against what is known of Envoy's messages (envoy-messages.txt): names, the order in which Envoy prints them,
// and that nothing is printed that it leaves out.

import { readFileSync } from 'node:fs';

interface Field {
  readonly number: number;
  /** Of the message that stands in it; empty: a value, or a message that says itself what it is. */
  readonly message: string;
  readonly isMap: boolean;
  /** Not printed; undefined: everything is. */
  readonly byDefault: string | undefined;
}

const messages = readMessages(readFileSync(new URL('envoy-messages.txt', import.meta.url), 'utf8'));

/** What Envoy would print otherwise, one line for each kind of mistake. */
export function mistakesIn(config: object, type = ''): string[] {
  const found = new Set<string>();
  look(config, type, (mistake) => found.add(mistake));
  return [...found];
}

function look(value: unknown, type: string, report: (mistake: string) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) look(item, type, report);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const { '@type': url, ...fields } = value as { readonly '@type'?: string };
  const name = url?.replace('type.googleapis.com/', '') ?? type;
  if (url !== undefined && Object.keys(value)[0] !== '@type') report(`${name}: @type is not first`);
  const message = messages.get(name);
  if (message === undefined) {
    if (name !== '') report(`${name} is not known`);
    return;
  }
  let before = { name: '', number: 0 };
  for (const [key, inside] of Object.entries(fields)) {
    const field = message.get(key);
    if (field === undefined) {
      report(`${name} has no field ${key}`);
      continue;
    }
    if (field.number < before.number) report(`${name}: ${before.name} stands before ${key}`);
    before = { name: key, number: field.number };
    if (JSON.stringify(inside) === (field.byDefault ?? '[]')) report(`${name}: ${key} has its default`);
    const parts = field.isMap ? Object.values(inside as object) : [inside];
    for (const part of parts) look(part, field.message, report);
  }
}

/** A message's name, and below it a line for each field: number, name, message (`map` before it), `= default`. */
function readMessages(text: string): ReadonlyMap<string, ReadonlyMap<string, Field>> {
  const read = new Map<string, Map<string, Field>>();
  let fields = new Map<string, Field>();
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || line === '') continue;
    if (!line.startsWith(' ')) {
      fields = new Map();
      read.set(line, fields);
      continue;
    }
    const [start = '', byDefault] = line.trim().split(' = ');
    const [number, name = '', ...type] = start.split(' ');
    fields.set(name, {
      number: Number(number),
      message: type.at(-1) ?? '',
      isMap: type[0] === 'map',
      byDefault,
    });
  }
  return read;
}
