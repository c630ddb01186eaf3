// Label selectors in their text form (k8s.io/apimachinery/pkg/labels/selector.go).

import { keyProblems, labelValueProblems } from '../registry/metadata-rules.ts';
import { badRequest } from '../registry/refusals.ts';
import { Tokens, type Token } from './label-tokens.ts';

export type LabelSelector = (labels: Readonly<Record<string, string>>) => boolean;

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`. @throws BadRequest */
export function labelSelector(text: string): LabelSelector {
  const tokens = new Tokens(text);
  const requirements: LabelSelector[] = [];
  while (!tokens.next.isEnd) {
    if (!tokens.next.isWord && tokens.next.text !== '!') {
      throw badRequest(found(tokens.next, ": !, identifier, or 'end of string'"));
    }
    requirements.push(requirement(tokens));
    const { text: joint, isEnd } = tokens.take();
    if (isEnd) break;
    if (joint !== ',') throw badRequest(`found '${joint}', expected: ',' or 'end of string'`);
    if (!tokens.next.isWord && tokens.next.text !== '!') {
      throw badRequest(found(tokens.next, ": identifier after ','"));
    }
  }
  return (labels) => requirements.every((matches) => matches(labels));
}

const found = ({ text }: Token, expected: string): string => `found '${text}', expected${expected}`;

const unparsed = (why: string): Error => badRequest(`unable to parse requirement: ${why}`);

function requirement(tokens: Tokens): LabelSelector {
  const isNegated = tokens.skip('!');
  const token = tokens.take();
  if (!token.isWord) throw unparsed(found(token, ': identifier'));
  const key = token.text;
  const [problem] = keyProblems(key);
  if (problem !== undefined) {
    throw unparsed(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problem}`);
  }
  const has = (labels: Readonly<Record<string, string>>): boolean => Object.hasOwn(labels, key);
  if (isNegated) return (labels) => !has(labels);
  if (tokens.next.isEnd || tokens.next.text === ',') return has;
  const operator = tokens.take();
  switch (operator.text) {
    case 'in':
    case 'notin': {
      const wanted = new Set(checked(key, values(tokens)));
      const isIn = operator.text === 'in';
      return (labels) => (has(labels) ? wanted.has(labels[key] ?? '') === isIn : !isIn);
    }
    case '=':
    case '==': {
      const [value] = checked(key, [single(tokens)]);
      return (labels) => has(labels) && labels[key] === value;
    }
    case '!=': {
      const [value] = checked(key, [single(tokens)]);
      return (labels) => labels[key] !== value;
    }
    case '>':
    case '<': {
      const limit = whole(single(tokens));
      const isAbove = operator.text === '>';
      return (labels) => has(labels) && (isAbove ? Number(labels[key]) > limit : Number(labels[key]) < limit);
    }
    default:
      throw unparsed(found(operator, ': in, notin, =, ==, !=, gt, lt'));
  }
}

/** `(a,b)`; what is left out is the empty text. */
function values(tokens: Tokens): readonly string[] {
  if (!tokens.skip('(')) throw unparsed(`found '${tokens.next.text}' expected: '('`);
  const list: string[] = [];
  while (!tokens.skip(')')) {
    const token = tokens.take();
    if (token.text === ',') {
      if (list.length === 0 || tokens.next.text === ',' || tokens.next.text === ')') list.push('');
    } else if (token.isWord) {
      list.push(token.text);
      if (tokens.next.text !== ',' && tokens.next.text !== ')')
        throw unparsed(found(tokens.next, ": ',' or ')'"));
    } else
      throw unparsed(found(token, list.length === 0 ? ": ',', ')' or identifier" : ": ',', or identifier"));
  }
  return list.length === 0 ? [''] : list;
}

function single(tokens: Tokens): string {
  if (tokens.next.isEnd || tokens.next.text === ',') return '';
  const token = tokens.take();
  if (!token.isWord) throw unparsed(found(token, ': identifier'));
  return token.text;
}

function checked(key: string, list: readonly string[]): readonly string[] {
  for (const [index, value] of list.entries()) {
    const [problem] = labelValueProblems(value);
    if (problem !== undefined) {
      throw unparsed(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problem}`);
    }
  }
  return list;
}

function whole(value: string): number {
  if (/^[-+]?\d+$/u.test(value)) return Number(value);
  throw unparsed(
    `values[0]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
  );
}
