// Flags as kubectl reads them: `--name value`, `--name=value`, `-nvalue`, `-it`, and `--` before a command.

import { KubectlError } from './failure.ts';
import { kubectlInstallUrl } from './install-url.ts';

/** `optional` takes a value only behind `=`; without one it has the second element. */
export type FlagKind = 'text' | 'switch' | readonly ['optional', string];

/** By name without dashes; a second name of one letter is the short form. */
export type FlagSpec = Readonly<Record<string, { readonly kind: FlagKind; readonly short?: string }>>;

export const text = (short?: string): FlagSpec[string] =>
  short === undefined ? { kind: 'text' } : { kind: 'text', short };
export const toggle = (short?: string): FlagSpec[string] =>
  short === undefined ? { kind: 'switch' } : { kind: 'switch', short };
export const optional = (bare: string): FlagSpec[string] => ({ kind: ['optional', bare] });

export const globalFlags: FlagSpec = {
  namespace: text('n'),
  kubeconfig: text(),
  context: text(),
  help: toggle('h'),
};

export interface Parsed {
  readonly flags: Flags;
  readonly args: readonly string[];
  /** What stands after `--`. */
  readonly command: readonly string[];
}

export class Flags {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  /** The last value given. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  list(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  on(name: string, byDefault = false): boolean {
    const value = this.text(name);
    return value === undefined ? byDefault : value === 'true';
  }
}

/**
 * @throws KubectlError naming the flag and those there are
 */
export function parseFlags(argv: readonly string[], spec: FlagSpec): Parsed {
  const reader = new Reader(argv, spec);
  return reader.read();
}

/** Where the verb stands: the first word that is neither a global flag nor its value. */
export function verbIndex(argv: readonly string[]): number {
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (!word.startsWith('-')) return index;
    if (['-n', '--namespace', '--kubeconfig', '--context'].includes(word)) index += 1;
  }
  return argv.length;
}

class Reader {
  readonly #argv: readonly string[];
  readonly #spec: FlagSpec;
  readonly #values = new Map<string, string[]>();
  #index = 0;

  constructor(argv: readonly string[], spec: FlagSpec) {
    this.#argv = argv;
    this.#spec = spec;
  }

  read(): Parsed {
    const args: string[] = [];
    let command: readonly string[] = [];
    while (this.#index < this.#argv.length) {
      const word = this.#argv[this.#index] ?? '';
      this.#index += 1;
      if (word === '--') {
        command = this.#argv.slice(this.#index);
        break;
      }
      if (word.startsWith('--')) this.#long(word.slice(2));
      else if (word.startsWith('-') && word !== '-') this.#short(word.slice(1));
      else args.push(word);
    }
    return { flags: new Flags(this.#values), args, command };
  }

  #long(word: string): void {
    const [name = '', ...rest] = word.split('=');
    const value = rest.length === 0 ? undefined : rest.join('=');
    const flag = Object.hasOwn(this.#spec, name) ? this.#spec[name] : undefined;
    if (flag === undefined) throw this.#unknown(`--${name}`);
    if (flag.kind === 'text') this.#add(name, value ?? this.#next(`--${name}`));
    else this.#add(name, value ?? (flag.kind === 'switch' ? 'true' : flag.kind[1]));
  }

  #short(letters: string): void {
    for (let at = 0; at < letters.length; at += 1) {
      const letter = letters[at] ?? '';
      const found = Object.entries(this.#spec).find(([, flag]) => flag.short === letter);
      if (found === undefined) throw this.#unknown(`-${letter}`);
      const [name, { kind }] = found;
      if (kind === 'text') {
        const rest = letters.slice(at + 1).replace(/^=/, '');
        this.#add(name, rest === '' ? this.#next(`-${letter}`) : rest);
        return;
      }
      this.#add(name, 'true');
    }
  }

  #next(flag: string): string {
    const value = this.#argv[this.#index];
    if (value === undefined) throw new KubectlError(`error: flag needs an argument: ${flag}`);
    this.#index += 1;
    return value;
  }

  #add(name: string, value: string): void {
    this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
  }

  #unknown(flag: string): KubectlError {
    return notKnown(
      flag,
      Object.entries(this.#spec).map(([name, { short }]) =>
        short === undefined ? `--${name}` : `-${short}/--${name}`,
      ),
    );
  }
}

/** The one sentence for every word the stand-in has no answer to. */
export const notKnown = (word: string, known: readonly string[]): KubectlError =>
  new KubectlError(
    `this stand-in for kubectl does not know "${word}"; it knows ${known.join(', ')}; ` +
      `the real one: ${kubectlInstallUrl}`,
  );
