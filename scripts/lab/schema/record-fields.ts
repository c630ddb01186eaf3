// The schema of a mapping, learned from what a reader asks of it.
//
// The readers of checks are the one definition of what a check can have. Here they read nothing: they are handed a
// recorder, which notes each key they ask for and how. What they ask for only when a certain key is there, is found by
// asking again with that key.

import type { Fields } from '../checks/fields.ts';
import type { Whole, Written } from '../checks/written.ts';
import * as written from '../checks/written.ts';
import type { Schema } from './schema.ts';

export interface RecordedSchema {
  readonly schema: Schema;
  /** Paths of all keys, as `traffic.split`. */
  readonly paths: readonly string[];
}

/** @param describe what an editor shows for the key at a path */
export function recordSchema(
  read: (fields: Fields) => unknown,
  path: string,
  describe: (path: string) => string,
): RecordedSchema {
  const recorder = new Recorder(describe);
  // A scenario is the set of keys that are there; the last of them is the one to find out about.
  const scenarios: (readonly string[])[] = [[]];
  const tried = new Set<string>();
  for (let scenario = scenarios.shift(); scenario !== undefined; scenario = scenarios.shift()) {
    const asked = recorder.run(read, path, scenario);
    for (const key of asked) {
      if (tried.has(key)) continue;
      tried.add(key);
      scenarios.push([...scenario, key]);
    }
  }
  return { schema: recorder.schemaOf(path), paths: recorder.paths };
}

interface Noted {
  readonly types: Schema[];
  /** Keys of which one must be there for it; undefined when it was asked for without. */
  readonly needs: Set<string> | undefined;
}

interface NotedMap {
  readonly keys: Map<string, Noted>;
  readonly required: Set<string>;
  readonly rules: Map<string, Schema>;
}

class Recorder {
  #describe: (path: string) => string;
  #maps = new Map<string, NotedMap>();

  constructor(describe: (path: string) => string) {
    this.#describe = describe;
  }

  get paths(): readonly string[] {
    return [...this.#maps].flatMap(([path, { keys }]) => [...keys.keys()].map((key) => join(path, key)));
  }

  /** The paths of the keys whose presence makes a difference. */
  run(read: (fields: Fields) => unknown, path: string, scenario: readonly string[]): ReadonlySet<string> {
    const asked = new Set<string>();
    read(this.#fields(path, scenario, asked));
    return asked;
  }

  schemaOf(path: string): Schema {
    const { keys, required, rules } = this.#mapAt(path);
    const properties = [...keys].map(([key, { types }]) => {
      const [only, ...others] = types;
      const description = this.#describe(join(path, key));
      const isMap = this.#maps.has(join(path, key));
      const found = [
        ...(isMap ? [this.schemaOf(join(path, key))] : []),
        ...(only === undefined ? [] : [only, ...others]),
      ];
      return [key, { description, ...(found.length === 1 ? found[0] : { anyOf: found }) }] as const;
    });
    const needs = [...keys].flatMap(([key, noted]) =>
      noted.needs === undefined || noted.needs.size === 0
        ? []
        : [[key, { anyOf: [...noted.needs].map(requires) }] as const],
    );
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      additionalProperties: false,
      ...(required.size > 0 && { required: [...required] }),
      ...(needs.length > 0 && { dependencies: Object.fromEntries(needs) }),
      ...(rules.size > 0 && { allOf: [...rules.values()] }),
    };
  }

  #mapAt(path: string): NotedMap {
    const found = this.#maps.get(path) ?? { keys: new Map(), required: new Set(), rules: new Map() };
    this.#maps.set(path, found);
    return found;
  }

  #fields(path: string, scenario: readonly string[], asked: Set<string>): Fields {
    const map = this.#mapAt(path);
    const isThere = (key: string): boolean => {
      asked.add(join(path, key));
      return scenario.includes(join(path, key));
    };
    // Only a key of the same mapping can be what another one needs.
    const focus = scenario.findLast(
      (other) => other.startsWith(join(path, '')) && !other.slice(join(path, '').length).includes('.'),
    );
    const needs = focus?.slice(join(path, '').length);
    const note = (key: string, type?: Schema): undefined => {
      const noted = map.keys.get(key) ?? {
        types: [],
        needs: needs === undefined ? undefined : new Set<string>(),
      };
      map.keys.set(key, noted);
      if (needs !== undefined && needs !== key) noted.needs?.add(needs);
      const isKnown = noted.types.some((other) => JSON.stringify(other) === JSON.stringify(type));
      if (type !== undefined && !isKnown) noted.types.push(type);
    };
    /** Required at all, or only beside the key that the scenario is about. */
    const require = (key: string): void => {
      if (needs === undefined) map.required.add(key);
      else if (needs !== key && !map.required.has(key)) rule({ dependencies: { [needs]: [key] } });
    };
    const rule = (schema: Schema): void => {
      map.rules.set(JSON.stringify(schema), schema);
    };
    const nested = (key: string): Fields => {
      note(key);
      return this.#fields(join(path, key), scenario, asked);
    };
    return {
      path,
      has: isThere,
      text: (key) => note(key, textAs(written.text)),
      requiredText(key) {
        require(key);
        note(key, textAs(written.text));
        return '';
      },
      anyText: (key) => note(key, textAs(written.maybeEmpty)),
      as: (key, how) => note(key, textAs(how)),
      requiredAs(key, how) {
        require(key);
        note(key, textAs(how));
        return '';
      },
      whole: (key, which) => note(key, wholeNumber(which)),
      flag: (key) => note(key, { type: 'boolean' }),
      duration: (key, how = written.duration) => note(key, textAs(how)),
      requiredDuration(key) {
        require(key);
        note(key, textAs(written.duration));
        return 0;
      },
      share: (key, which) => note(key, textAs(written.shares[which])),
      texts(key, { name, text = written.text }) {
        note(key, {
          type: 'object',
          propertyNames: { pattern: name.pattern.source },
          additionalProperties: textAs(text),
        });
        return {};
      },
      shares(key) {
        note(key, { type: 'object', additionalProperties: textAs(written.shares.any) });
        return new Map([['a', 1]]);
      },
      counts: (key) =>
        note(key, { type: 'object', minProperties: 1, additionalProperties: wholeNumber({ from: 1 }) }),
      value: (key) => note(key, { not: { type: 'null' } }),
      tree: (key) => note(key, { type: 'object', minProperties: 1 }),
      map: nested,
      requiredMap(key) {
        require(key);
        return nested(key);
      },
      wordOrMap(key, words) {
        require(key);
        note(key, { enum: words });
        return isThere(key) ? nested(key) : undefined;
      },
      oneOf(keys) {
        for (const key of keys) note(key);
        rule({ oneOf: keys.map(requires) });
        // All are asked, so that each is tried.
        return keys.map((key) => (isThere(key) ? key : undefined)).find((key) => key !== undefined);
      },
      anyOf: (keys) => rule({ anyOf: keys.map(requires) }),
      alone: (key, others) => rule({ not: { required: [key], anyOf: others.map(requires) } }),
      fail: () => undefined,
      done: () => undefined,
    };
  }
}

const requires = (key: string): Schema => ({ required: [key] });

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

const textAs = ({ pattern, orScalar = false }: Written): Schema => ({
  type: orScalar ? ['string', 'number', 'boolean'] : 'string',
  // Of numbers and booleans it demands nothing.
  pattern: pattern.source,
});

function wholeNumber({ from, to, or }: Whole): Schema {
  const range = { type: 'integer', minimum: from, ...(to !== undefined && { maximum: to }) };
  return or === undefined ? range : { anyOf: [range, { const: or }] };
}
