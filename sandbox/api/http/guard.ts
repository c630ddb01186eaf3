// Who may talk to the API: whoever has its token, and no web page.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { StatusError } from '../../kube/status-error.ts';

const localHosts = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/u;
const localOrigins = /^https:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?$/u;

/** @throws Forbidden for a foreign Host (DNS rebinding) or Origin, Unauthorized without the token */
export function guard({ headers }: IncomingMessage, token: string): void {
  if (!localHosts.test(headers.host ?? '')) {
    throw new StatusError('Forbidden', 'the Host header must be 127.0.0.1 or localhost');
  }
  if (headers.origin !== undefined && !localOrigins.test(headers.origin)) {
    throw new StatusError('Forbidden', 'requests of web pages are refused');
  }
  const [, given = ''] = /^Bearer (.+)$/iu.exec(headers.authorization ?? '') ?? [];
  if (!timingSafeEqual(digest(given), digest(token))) throw new StatusError('Unauthorized', 'Unauthorized');
}

/** Of equal length whatever was given, as the comparison needs. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
