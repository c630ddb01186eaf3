import { header } from '../http-server.ts';
import type { Request } from '../http-server.ts';

export type Body = Readonly<Record<string, unknown>>;

/**
 * What express's body parsers make of a request: JSON and forms by their content type, nothing of anything else.
 * `curl -d` alone says "form", so JSON sent that way arrives as the name of a field.
 * @returns undefined for malformed JSON
 */
export function parseBody(request: Request): Body | undefined {
  const type = header(request, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded')
    return Object.fromEntries(new URLSearchParams(request.body));
  if (type !== 'application/json' || request.body === '') return {};
  try {
    const value: unknown = JSON.parse(request.body);
    // The parser is strict: only objects and arrays are bodies.
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
