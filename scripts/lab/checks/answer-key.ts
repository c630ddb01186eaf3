// `by`: which part of an answer names the version that gave it.

import type { Answer } from './curl.ts';
import type { Fields } from './fields.ts';

export interface AnswerKey {
  /** The name an answer is counted under; `none` when it has none. */
  of(answer: Answer): string;
}

/**
 * Reads `by`: `status`; `{ header: NAME }`; `{ body: REGEX }`, whose first group (or whole match) is the name; or
 * `{ contains: { NAME: TEXT } }`, the name whose text the body contains.
 */
export function readKey(fields: Fields): AnswerKey {
  if (fields.requiredWord('by', ['status']) !== undefined)
    return { of: ({ status }) => (status === 0 ? 'none' : String(status)) };
  const value = fields.value('by');
  const map = typeof value === 'object' && value !== null ? fields.map('by') : undefined;
  const kind = map?.oneOf(['header', 'body', 'contains']);
  if (map === undefined || kind === undefined) {
    fields.fail('by', 'by must be status, { header: NAME }, { body: REGEX } or { contains: { NAME: TEXT } }');
    return { of: () => 'none' };
  }
  const key = readMapped(map, kind);
  map.done();
  return key;
}

function readMapped(map: Fields, kind: string): AnswerKey {
  if (kind === 'header') {
    const name = map.requiredText('header').toLowerCase();
    return { of: ({ headers }) => headers.get(name) ?? 'none' };
  }
  if (kind === 'contains') {
    const texts = Object.entries(map.texts('contains'));
    return { of: ({ body }) => texts.find(([, text]) => body.includes(text))?.[0] ?? 'none' };
  }
  const pattern = readPattern(map);
  return {
    of({ body }) {
      const found = pattern.exec(body);
      return found?.[1] ?? found?.[0] ?? 'none';
    },
  };
}

function readPattern(map: Fields): RegExp {
  const source = map.requiredText('body');
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    map.fail(
      'body',
      `by.body is not a regular expression: ${error instanceof Error ? error.message : source}`,
    );
    return /$^/u;
  }
}
