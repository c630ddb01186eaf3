import type { Headers } from '../http1/headers.ts';
import { HttpError } from '../http1/http-error.ts';

/** Envoy's limit; names come without end in attacks only. */
const mostNames = 10;

/**
 * Takes away what `connection` names: it was meant for this hop (RFC 9110 §7.6.1; Envoy sanitizeConnectionHeader).
 * @throws HttpError where it names what others have to rely on
 */
export function removeNominated(headers: Headers): void {
  const connection = headers.joined('connection');
  if (connection === undefined) return;
  const names = connection.split(',');
  if (names.length > mostNames) throw rejected();
  for (const token of names) {
    const name = token.trim().toLowerCase();
    if (name.startsWith(':') || forwarded.has(name)) throw rejected();
    if (name === 'te' ? headers.get('te')?.toLowerCase() !== 'trailers' : !options.has(name))
      headers.remove(name);
  }
}

const rejected = (): HttpError => new HttpError(400, 'http1.connection_header_rejected');

const forwarded: ReadonlySet<string> = new Set(['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']);

/** Options of the connection and no fields, or fields that are looked at later. */
const options: ReadonlySet<string> = new Set([
  '',
  'close',
  'connection',
  'http2-settings',
  'keep-alive',
  'upgrade',
]);
