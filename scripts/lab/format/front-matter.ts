// The YAML between the `---` lines at the top of a lab's README, held strictly to its keys.

import type { Root } from 'mdast';
import { isMap, isScalar, parseDocument, type Node as YamlNode, type Pair } from 'yaml';
import { closest, didYouMean } from '../../closest.ts';
import { engineNames } from '../../engine/engine.ts';
import { namespaceName } from '../checks/written.ts';
import type { FrontMatter } from './lab.ts';
import { startOf } from './markdown.ts';
import { placeUnder, type Place } from './place.ts';
import type { Reader } from './reader.ts';
import { yamlMistake } from './yaml-mistake.ts';

/** undefined when it is missing or wrong; why has been reported. */
export function readFrontMatter(root: Root, reader: Reader): FrontMatter | undefined {
  const [first] = root.children;
  if (first?.type !== 'yaml') {
    const message =
      'A lab starts with front matter: write lab, title, summary and minutes between two --- lines';
    reader.problems.add(reader.source.placeAt(0), 'front-matter', message);
    return undefined;
  }
  const opening = reader.source.placeAt(startOf(first));
  const values = new FrontMatterValues(first.value.replaceAll('\r\n', '\n'), opening, reader);
  return values.read();
}

export interface FrontMatterKey {
  readonly is: 'number' | 'line' | 'list';
  /** What the items of a list can be, where that is known without the project. */
  readonly item?: { readonly choices: readonly string[] } | { readonly pattern: RegExp };
  readonly required: boolean;
  /** For people, in one sentence. */
  readonly says: string;
}

/** The schema for editors is made from this, too. */
export const frontMatterKeys = {
  lab: { is: 'number', required: true, says: 'The number of the lab, as in the name of its folder.' },
  title: { is: 'line', required: true, says: 'The title, the same as the # heading.' },
  summary: { is: 'line', required: true, says: 'What one learns, in one line without a full stop.' },
  minutes: { is: 'number', required: true, says: 'How long a learner takes.' },
  apps: { is: 'list', required: false, says: 'Applications that run before the first step.' },
  engines: {
    is: 'list',
    item: { choices: engineNames },
    required: false,
    says: 'The engines that can run it. Default all.',
  },
  namespaces: {
    is: 'list',
    item: { pattern: namespaceName.pattern },
    required: false,
    says: 'Namespaces the lab works in: a reset deletes them.',
  },
} as const satisfies Readonly<Record<string, FrontMatterKey>>;

export const linePattern = /^\S(?:.*\S)?$/;

const keys: readonly string[] = Object.keys(frontMatterKeys);

class FrontMatterValues {
  #text: string;
  #opening: Place;
  #reader: Reader;
  #values = new Map<string, { value: unknown; at: Place }>();
  /** Keys that are there under a mistyped name. */
  #excused = new Set<string>();
  #sound = true;

  constructor(text: string, opening: Place, reader: Reader) {
    this.#text = text;
    this.#opening = opening;
    this.#reader = reader;
  }

  read(): FrontMatter | undefined {
    if (!this.#readKeys()) return undefined;
    const matter = {
      lab: this.#number('lab'),
      title: this.#line('title'),
      summary: this.#line('summary'),
      minutes: this.#number('minutes'),
      apps: this.#choices('apps', this.#reader.apps) ?? [],
      engines: this.#choices('engines', frontMatterKeys.engines.item.choices) ?? engineNames,
      namespaces: this.#namespaces(),
    };
    return this.#sound ? matter : undefined;
  }

  #fail(at: Place, message: string): void {
    this.#sound = false;
    this.#reader.problems.add(at, 'front-matter', message);
  }

  #place(offset: number): Place {
    return placeUnder(this.#opening, this.#text, offset);
  }

  /** False when there are no keys to look at. */
  #readKeys(): boolean {
    const document = parseDocument(this.#text, { prettyErrors: false });
    for (const error of document.errors) {
      this.#fail(this.#place(error.pos[0]), `Front matter is ${yamlMistake(error)}`);
    }
    if (document.errors.length > 0) return false;
    if (!isMap(document.contents)) {
      this.#fail(this.#opening, `Front matter is a list of keys with values: ${keys.join(', ')}`);
      return false;
    }
    for (const pair of document.contents.items) this.#readPair(pair);
    return true;
  }

  #readPair({ key, value }: Pair<YamlNode, YamlNode | null>): void {
    const name = isScalar(key) ? String(key.value) : '';
    const at = this.#place(key.range?.[0] ?? 0);
    if (!keys.includes(name)) {
      this.#excused.add(closest(name, keys) ?? '');
      this.#fail(at, `Front matter has no key "${name}"${didYouMean(name, keys)}: it has ${keys.join(', ')}`);
      return;
    }
    this.#values.set(name, {
      value: value?.toJSON() as unknown,
      at: value?.range ? this.#place(value.range[0]) : at,
    });
  }

  #required(key: string): { value: unknown; at: Place } | undefined {
    const entry = this.#values.get(key);
    if (entry === undefined && !this.#excused.has(key)) {
      this.#fail(this.#opening, `Front matter needs the key ${key}`);
    }
    return entry;
  }

  #number(key: string): number {
    const entry = this.#required(key);
    if (entry === undefined) return 0;
    if (Number.isSafeInteger(entry.value) && Number(entry.value) > 0) return Number(entry.value);
    this.#fail(entry.at, `${key} must be a whole number above 0, got ${show(entry.value)}`);
    return 0;
  }

  #line(key: string): string {
    const entry = this.#required(key);
    if (entry === undefined) return '';
    if (typeof entry.value === 'string' && linePattern.test(entry.value)) return entry.value;
    this.#fail(entry.at, `${key} must be one line of text, got ${show(entry.value)}`);
    return '';
  }

  #list(key: string): readonly string[] | undefined {
    const entry = this.#values.get(key);
    if (entry === undefined) return undefined;
    const { value, at } = entry;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
      const twice = value.find((item, index) => value.indexOf(item) !== index);
      if (twice !== undefined) this.#fail(at, `${key} names ${twice} twice: remove one`);
      return value;
    }
    this.#fail(at, `${key} must be a list such as [a, b], got ${show(value)}`);
    return undefined;
  }

  #choices<T extends string>(key: string, choices: readonly T[]): readonly T[] | undefined {
    const list = this.#list(key);
    for (const item of list ?? []) {
      if (!choices.some((choice) => choice === item)) {
        const message = `${key} has no "${item}"${didYouMean(item, choices)}: the choices are ${choices.join(', ')}`;
        this.#fail(this.#values.get(key)?.at ?? this.#opening, message);
      }
    }
    return list as readonly T[] | undefined;
  }

  #namespaces(): readonly string[] {
    const names = this.#list('namespaces') ?? [];
    for (const name of names) {
      if (!frontMatterKeys.namespaces.item.pattern.test(name)) {
        const message = `namespaces has "${name}": write lower case letters, digits and -, at most 63`;
        this.#fail(this.#values.get('namespaces')?.at ?? this.#opening, message);
      }
    }
    return names;
  }
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
