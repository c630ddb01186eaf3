import type { Case } from './duel.ts';

export interface Wanted {
  readonly id: string;
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  readonly chunked?: boolean;
}

/** A well-formed request that names its case. */
export function sendable(
  { id, method = 'GET', path = '/', host = 'web', headers = [], body, chunked = false }: Wanted,
  more: Pick<Case, 'listener' | 'options' | 'about'> = {},
): Case {
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, `x-case: ${id}`];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  let text = body ?? '';
  if (chunked) {
    lines.push('transfer-encoding: chunked');
    text = `${text === '' ? '' : `${text.length.toString(16)}\r\n${text}\r\n`}0\r\n\r\n`;
  } else if (body !== undefined) {
    lines.push(`content-length: ${body.length}`);
  }
  return { id, bytes: `${lines.join('\r\n')}\r\n\r\n${text}`, ...more };
}
