// `by`: which part of an answer names the version that gave it.

import type { Answer } from './curl.ts';
import type { Fields } from './fields.ts';
import { headerName, namesWithTexts } from './written.ts';

export interface AnswerKey {
  /** Named by their status, and by nothing that the mesh chooses. */
  readonly isStatus: boolean;
  /** The name an answer is counted under; `none` when it has none. */
  of(answer: Answer): string;
  /** Whether an answer can have that name at all. */
  gives(name: string): boolean;
}

/**
 * Reads `by`: `status`; `{ header: NAME }`; `{ body: REGEX }`, whose first group (or whole match) is the name; or
 * `{ contains: { NAME: TEXT } }`, the name whose text the body contains.
 */
export function readKey(fields: Fields): AnswerKey {
  const by = fields.wordOrMap(
    'by',
    ['status'],
    'status, { header: NAME }, { body: REGEX } or { contains: { NAME: TEXT } }',
  );
  if (by === undefined) return unreadable;
  if (typeof by === 'string') return byStatus;
  const kind = by.oneOf(['header', 'body', 'contains']);
  const key = kind === undefined ? unreadable : readMapped(by, kind);
  by.done();
  if (kind !== 'header' && fields.has('head'))
    fields.fail('by', `${by.path} looks into bodies, and the answer to a HEAD has none`);
  return key;
}

/** Stands for a key with a mistake, which has been reported. */
const unreadable: AnswerKey = { isStatus: false, of: () => 'none', gives: () => true };

const byStatus: AnswerKey = {
  isStatus: true,
  of: ({ status }) => (status === 0 ? 'none' : String(status)),
  gives: (name) => /^[2-5]\d\d$/.test(name),
};

function readMapped(map: Fields, kind: string): AnswerKey {
  if (kind === 'header') {
    const name = map.requiredAs('header', headerName).toLowerCase();
    return { isStatus: false, of: ({ headers }) => headers.get(name) ?? 'none', gives: () => true };
  }
  return kind === 'contains' ? readTexts(map) : readPattern(map);
}

function readTexts(map: Fields): AnswerKey {
  const texts = Object.entries(map.texts('contains', namesWithTexts));
  for (const [index, [name, text]] of texts.entries()) {
    const [first] = texts.slice(0, index).find(([, other]) => text.includes(other)) ?? [];
    if (first === undefined || text === '') continue;
    map.fail(
      'contains',
      `an answer with the text of ${name} has that of ${first} as well, and is counted as ${first}`,
    );
  }
  return {
    isStatus: false,
    of: ({ body }) => texts.find(([, text]) => body.includes(text))?.[0] ?? 'none',
    gives: (name) => texts.some(([known]) => known === name),
  };
}

function readPattern(map: Fields): AnswerKey {
  const source = map.requiredText('body');
  try {
    const pattern = new RegExp(source, 'u');
    const taken = takenBy(source);
    return {
      isStatus: false,
      of({ body }) {
        const found = pattern.exec(body);
        return found?.[1] ?? found?.[0] ?? 'none';
      },
      gives: (name) => taken === undefined || taken.test(name),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : source;
    map.fail('body', `${map.path}.body is not a regular expression: ${why}`);
    return unreadable;
  }
}

/**
 * The pattern of the names that a regular expression takes: its first group, or all of it. undefined where that cannot
 * be told from its text, as with a look around.
 */
function takenBy(source: string): RegExp | undefined {
  // Escapes and classes are passed over as a whole; what is left of them may open or close a group.
  const parts: readonly string[] = source.match(/\\.|\[(?:\\.|[^\]\\])*\]|\(\?[^:]|\(\?:|[^]/gu) ?? [];
  if (parts.some((part) => /^\(\?[^:]|^\\[Bk\d]/.test(part))) return undefined;
  const from = parts.findIndex((part) => part === '(');
  if (from < 0) return new RegExp(`^(?:${source})$`, 'u');
  let depth = 0;
  const to = parts.findIndex((part, index) => {
    if (index < from) return false;
    if (part.startsWith('(')) depth += 1;
    if (part === ')') depth -= 1;
    return depth === 0;
  });
  return new RegExp(`^(?:${parts.slice(from + 1, to).join('')})$`, 'u');
}
