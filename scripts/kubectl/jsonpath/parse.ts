// kubectl's JSONPath templates: https://kubernetes.io/docs/reference/kubectl/jsonpath/

export type Step =
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'recursive' }
  | { readonly type: 'wildcard' }
  /** Start, end and step of a list; a missing end is the list's own. */
  | { readonly type: 'slice'; readonly from: number; readonly to: number | undefined; readonly step: number }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'filter'; readonly left: Operand; readonly compare: Comparison | undefined }
  | { readonly type: 'union'; readonly paths: readonly Path[] };

export interface Path {
  /** From the whole object (`$`), or from the current one of a range. */
  readonly fromRoot: boolean;
  readonly steps: readonly Step[];
}

export type Operand = { readonly literal: string | number | boolean } | { readonly path: Path };

export interface Comparison {
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=';
  readonly right: Operand;
}

export type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'range'; readonly path: Path; readonly body: readonly Node[] };

export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/** @throws JsonPathError in the words of kubectl */
export function parseTemplate(template: string): readonly Node[] {
  const { nodes, ended } = new Parser(template).nodes();
  if (ended) throw new JsonPathError('not in range, nothing to end');
  return nodes;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  nodes(): { nodes: readonly Node[]; ended: boolean } {
    const nodes: Node[] = [];
    while (this.#at < this.#text.length) {
      const open = this.#text.indexOf('{', this.#at);
      const literal = this.#text.slice(this.#at, open === -1 ? undefined : open);
      if (literal !== '') nodes.push({ type: 'text', text: literal });
      if (open === -1) {
        this.#at = this.#text.length;
        break;
      }
      this.#at = open + 1;
      if (this.#action(nodes) === 'end') return { nodes, ended: true };
    }
    return { nodes, ended: false };
  }

  #action(nodes: Node[]): 'end' | undefined {
    for (;;) {
      this.#spaces();
      const char = this.#text[this.#at];
      if (char === undefined) throw new JsonPathError('unclosed action');
      if (char === '}') {
        this.#at += 1;
        return undefined;
      }
      if (char === '"' || char === "'") {
        nodes.push({ type: 'text', text: this.#quoted() });
        continue;
      }
      const word = /^[A-Za-z]\w*/.exec(this.#text.slice(this.#at))?.[0];
      if (word === undefined) {
        nodes.push({ type: 'path', path: this.#path() });
        continue;
      }
      this.#at += word.length;
      if (word === 'end') {
        this.#close();
        return 'end';
      }
      if (word !== 'range') throw new JsonPathError(`unrecognized identifier ${word}`);
      this.#spaces();
      const path = this.#path();
      this.#close();
      const { nodes: body, ended } = this.nodes();
      if (!ended) throw new JsonPathError('unclosed action');
      nodes.push({ type: 'range', path, body });
      return undefined;
    }
  }

  #close(): void {
    this.#spaces();
    if (this.#text[this.#at] !== '}') throw new JsonPathError('unclosed action');
    this.#at += 1;
  }

  #spaces(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #quoted(): string {
    const match = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/s.exec(this.#text.slice(this.#at))?.[0];
    if (match === undefined) throw new JsonPathError('unterminated quoted string');
    this.#at += match.length;
    return unquoted(match);
  }

  #path(): Path {
    const start = this.#text[this.#at];
    const fromRoot = start === '$';
    if (start === '$' || start === '@') this.#at += 1;
    const steps: Step[] = [];
    for (;;) {
      const rest = this.#text.slice(this.#at);
      if (rest.startsWith('..')) {
        steps.push({ type: 'recursive' });
        this.#at += rest[2] === '[' ? 2 : 1;
      } else if (rest.startsWith('.')) {
        this.#at += 1;
        const step = this.#field();
        if (step !== undefined) steps.push(step);
      } else if (rest.startsWith('[')) {
        steps.push(this.#bracket());
      } else {
        if (steps.length === 0 && start !== '$' && start !== '@') {
          throw new JsonPathError(
            `unrecognized character in action: U+${codePoint(rest)} '${rest[0] ?? ''}'`,
          );
        }
        return { fromRoot, steps };
      }
    }
  }

  /** `.` alone is the current object. */
  #field(): Step | undefined {
    const rest = this.#text.slice(this.#at);
    if (rest.startsWith('*')) {
      this.#at += 1;
      return { type: 'wildcard' };
    }
    const name = /^(?:\\.|[^\s.,[\]$@{}()=!<>])+/.exec(rest)?.[0];
    if (name === undefined) return undefined;
    this.#at += name.length;
    return { type: 'field', name: name.replaceAll(/\\(.)/g, '$1') };
  }

  #bracket(): Step {
    const inside = this.#bracketText();
    if (inside.startsWith('?(')) {
      if (!inside.endsWith(')')) throw new JsonPathError('unterminated filter');
      return parseFilter(inside.slice(2, -1));
    }
    const parts = splitOutsideQuotes(inside);
    const [only = ''] = parts;
    if (parts.length === 1) return bracketStep(only.trim());
    return {
      type: 'union',
      paths: parts.map((part) => ({ fromRoot: false, steps: [bracketStep(part.trim())] })),
    };
  }

  #bracketText(): string {
    let depth = 0;
    let quote: string | undefined;
    const start = this.#at + 1;
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text[this.#at];
      if (quote !== undefined) {
        if (char === '\\') this.#at += 1;
        else if (char === quote) quote = undefined;
      } else if (char === '"' || char === "'") quote = char;
      else if (char === '[') depth += 1;
      else if (char === ']') depth -= 1;
      if (depth === 0) {
        this.#at += 1;
        return this.#text.slice(start, this.#at - 1).trim();
      }
    }
    throw new JsonPathError('unterminated array');
  }
}

function bracketStep(text: string): Step {
  if (text === '*') return { type: 'wildcard' };
  if (/^(['"]).*\1$/s.test(text)) return { type: 'field', name: unquoted(text) };
  if (/^-?\d+$/.test(text)) return { type: 'index', index: Number(text) };
  const slice = /^(-?\d*):(-?\d*)(?::(-?\d+))?$/.exec(text);
  if (slice === null) throw new JsonPathError(`invalid array index ${text}`);
  const [, from = '', to = '', step = '1'] = slice;
  return { type: 'slice', from: Number(from), to: to === '' ? undefined : Number(to), step: Number(step) };
}

function parseFilter(text: string): Step {
  const match = /^((?:"[^"]*"|'[^']*'|[^<>=!])+?)\s*([!=<>]=|[<>])\s*(.+)$/s.exec(text);
  if (match === null) return { type: 'filter', left: parseOperand(text), compare: undefined };
  const [, left = '', operator = '', right = ''] = match;
  return {
    type: 'filter',
    left: parseOperand(left),
    compare: { operator: operator as Comparison['operator'], right: parseOperand(right) },
  };
}

function parseOperand(written: string): Operand {
  const text = written.trim();
  if (/^(['"]).*\1$/s.test(text)) return { literal: unquoted(text) };
  if (text === 'true' || text === 'false') return { literal: text === 'true' };
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return { literal: Number(text) };
  const [node] = parseTemplate(`{${text}}`);
  if (node?.type !== 'path') throw new JsonPathError(`unrecognized filter operand ${text}`);
  return { path: node.path };
}

function splitOutsideQuotes(text: string): readonly string[] {
  return [...text.matchAll(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,])+/g)].map(([part]) => part);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

const unquoted = (text: string): string =>
  text.slice(1, -1).replaceAll(/\\(.)/gs, (_, char: string) => escapes[char] ?? char);

const codePoint = (text: string): string =>
  (text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
