// The shell's grammar, as far as the sandbox has it. Whatever it does not know is an error, never a guess.

import type { Piece, Word } from './expand-word.ts';

/** What joins a command to the one before it. */
type Joint = ';' | '&&' | '||';

export type Node =
  | {
      readonly kind: 'command';
      readonly after: Joint;
      readonly words: readonly Word[];
      readonly stdout: 'inherit' | 'null';
      readonly stderr: 'inherit' | 'null' | 'stdout';
    }
  | {
      readonly kind: 'for';
      readonly after: Joint;
      readonly variable: string;
      readonly items: readonly Word[];
      readonly body: readonly Node[];
    }
  | {
      readonly kind: 'while';
      readonly after: Joint;
      readonly condition: readonly Node[];
      readonly body: readonly Node[];
    };

export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';

  constructor(what: string) {
    super(
      `The sandbox's sh has commands, ;, &&, ||, for and while loops, $NAME and > /dev/null, but not ${what}; ` +
        'run it outside of the container, or on a cluster started with --engine kind.',
    );
  }
}

type Token = { readonly operator: string } | { readonly word: Word; readonly plain: string | undefined };

/** @throws ShellSyntaxError */
export function parseScript(script: string): readonly Node[] {
  const parser = new Parser(tokenize(script));
  return parser.list();
}

const refusedWords = new Set([
  'if',
  'until',
  'break',
  'continue',
  'do',
  'done',
  'case',
  'function',
  '{',
  '}',
  '!',
  'then',
  'fi',
  '[[',
  'select',
]);

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  list(end?: 'do' | 'done'): readonly Node[] {
    const nodes: Node[] = [];
    let after: Joint = ';';
    for (;;) {
      while (this.#operator() === ';') this.#at += 1;
      const token = this.#tokens[this.#at];
      if (token === undefined) {
        if (end !== undefined) throw new ShellSyntaxError(`a loop without its ${end}`);
        return nodes;
      }
      if (end !== undefined && this.#plain() === end) {
        this.#at += 1;
        return nodes;
      }
      nodes.push(this.#node(after));
      const joint = this.#operator();
      if (joint === undefined && this.#tokens[this.#at] !== undefined)
        throw new ShellSyntaxError('this order of words');
      after = joint === '&&' || joint === '||' ? joint : ';';
      if (joint !== undefined) this.#at += 1;
      if (after !== ';' && this.#tokens[this.#at] === undefined)
        throw new ShellSyntaxError(`a ${after} at the end`);
    }
  }

  #node(after: Joint): Node {
    const first = this.#plain();
    if (first !== 'for' && first !== 'while') return this.#command(after);
    this.#at += 1;
    if (first === 'for') return this.#loop(after);
    return { kind: 'while', after, condition: this.list('do'), body: this.list('done') };
  }

  #loop(after: Joint): Node {
    const variable = this.#plain() ?? '';
    this.#at += 1;
    if (!/^[A-Za-z_]\w*$/.test(variable) || this.#plain() !== 'in')
      throw new ShellSyntaxError('this kind of for');
    this.#at += 1;
    const items: Word[] = [];
    for (
      let token = this.#tokens[this.#at];
      token !== undefined && 'word' in token;
      token = this.#tokens[this.#at]
    ) {
      items.push(token.word);
      this.#at += 1;
    }
    while (this.#operator() === ';') this.#at += 1;
    if (this.#plain() !== 'do') throw new ShellSyntaxError('a for without its do');
    this.#at += 1;
    return { kind: 'for', after, variable, items, body: this.list('done') };
  }

  #command(after: Joint): Node {
    const words: Word[] = [];
    let stdout: 'inherit' | 'null' = 'inherit';
    let stderr: 'inherit' | 'null' | 'stdout' = 'inherit';
    const first = this.#plain();
    if (first !== undefined && (refusedWords.has(first) || /^\w+=/.test(first)))
      throw new ShellSyntaxError(first);
    for (let token = this.#tokens[this.#at]; token !== undefined; token = this.#tokens[this.#at]) {
      if ('word' in token) words.push(token.word);
      else if (token.operator === '2>&1') stderr = 'stdout';
      else if (['>', '2>', '&>'].includes(token.operator)) {
        this.#at += 1;
        if (this.#plain() !== '/dev/null')
          throw new ShellSyntaxError('output to a file other than /dev/null');
        if (token.operator !== '2>') stdout = 'null';
        if (token.operator !== '>') stderr = 'null';
      } else break;
      this.#at += 1;
    }
    if (words.length === 0) throw new ShellSyntaxError(this.#operator() ?? 'a redirection alone');
    return { kind: 'command', after, words, stdout, stderr };
  }

  #operator(): string | undefined {
    const token = this.#tokens[this.#at];
    return token !== undefined && 'operator' in token ? token.operator : undefined;
  }

  #plain(): string | undefined {
    const token = this.#tokens[this.#at];
    return token !== undefined && 'word' in token ? token.plain : undefined;
  }
}

function tokenize(script: string): readonly Token[] {
  const tokens: Token[] = [];
  let rest = script;
  while (rest !== '') {
    const blank = /^(?:[ \t]+|#[^\n]*|\\\n)/.exec(rest)?.[0];
    if (blank !== undefined) {
      rest = rest.slice(blank.length);
      continue;
    }
    const operator = /^(?:2>&1|&>|2>(?!&)|>(?![>&])|&&|\|\||;(?!;)|\n)/.exec(rest)?.[0];
    if (operator !== undefined) {
      tokens.push({ operator: operator === '\n' ? ';' : operator });
      rest = rest.slice(operator.length);
      continue;
    }
    const refused = /^(?:\||&|;;|<|>>|>&|\(|\))/.exec(rest)?.[0];
    if (refused !== undefined) throw new ShellSyntaxError(refused);
    const [word, length] = readWord(rest);
    tokens.push({ word, plain: word.quoted ? undefined : rest.slice(0, length) });
    rest = rest.slice(length);
  }
  return tokens;
}

function readWord(source: string): readonly [Word, number] {
  const pieces: Piece[] = [];
  let quoted = false;
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(source.slice(at));
    if (match !== null) at += match[0].length;
    return match;
  };
  while (at < source.length && !/^[\s;&|<>()]/.test(source.slice(at))) {
    const single = take(/^'([^']*)'/);
    if (single !== null) {
      pieces.push({ text: single[1] ?? '' });
      quoted = true;
      continue;
    }
    const double = take(/^"((?:[^"\\]|\\[^])*)"/);
    if (double !== null) {
      pieces.push(...insideQuotes(double[1] ?? ''));
      quoted = true;
      continue;
    }
    const range = take(/^\{(\d+)\.\.(\d+)\}/);
    const sequence = range ?? take(/^\$\(seq (?:(\d+) )?(\d+)\)/);
    if (sequence !== null) {
      pieces.push({ list: numbers(Number(sequence[1] ?? 1), Number(sequence[2])) });
      continue;
    }
    const variable = take(/^\$(?:\{(\w+|\?)\}|([A-Za-z_]\w*|\?))/);
    if (variable !== null) {
      pieces.push({ variable: variable[1] ?? variable[2] ?? '', quoted: false });
      continue;
    }
    const escaped = take(/^\\([^])/);
    if (escaped !== null) {
      pieces.push({ text: escaped[1] ?? '' });
      quoted = true;
      continue;
    }
    const text = take(/^[^\s;&|<>()'"\\$`]+/);
    if (text === null) throw new ShellSyntaxError(source.slice(at, at + 2));
    pieces.push({ text: text[0] });
  }
  return [{ pieces, quoted }, at];
}

function insideQuotes(source: string): readonly Piece[] {
  const pieces: Piece[] = [{ text: '' }];
  for (const match of source.matchAll(
    /\\([$`"\\\n])|\$(?:\{(\w+|\?)\}|([A-Za-z_]\w*|\?))|([`]|\$[({])|([^])/g,
  )) {
    const [, escaped, braced, named, refused, letter] = match;
    if (refused !== undefined) throw new ShellSyntaxError(refused);
    const variable = braced ?? named;
    if (variable === undefined) pieces.push({ text: escaped === '\n' ? '' : (escaped ?? letter ?? '') });
    else pieces.push({ variable, quoted: true });
  }
  return pieces;
}

const mostNumbers = 10_000;

function numbers(from: number, to: number): readonly string[] {
  if (Math.abs(to - from) > mostNumbers) throw new ShellSyntaxError(`a sequence of more than ${mostNumbers}`);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => String(from + index));
}
