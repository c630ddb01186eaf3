// Who is logged in, in a signed cookie: any name and any password will do, but nobody else's name can be forged.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { header } from '../http-server.ts';
import type { Request } from '../http-server.ts';

/** Fixed, so that every replica knows a session that another one made. It guards nothing but the demo's user name. */
const signingKey = 'mesh-workshop-productpage';

/** The cookie that makes `user` the one who is logged in. */
export function sessionCookie(user: string, nowMs: number): string {
  const content = Buffer.from(JSON.stringify({ user })).toString('base64url');
  const signed = `${content}.${Math.floor(nowMs / 1_000).toString(36)}`;
  return `session=${signed}.${signature(signed)}; HttpOnly; Path=/`;
}

export const endedSession = 'session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Path=/';

/** The user whom a genuine session cookie names, else undefined. */
export function sessionUser(request: Request): string | undefined {
  const cookies = (header(request, 'cookie') ?? '').split(';').map((part) => part.trim());
  const value = cookies.find((cookie) => cookie.startsWith('session='))?.slice('session='.length);
  const [content, time, mac] = value?.split('.') ?? [];
  if (content === undefined || time === undefined || mac === undefined) return undefined;
  if (!equal(mac, signature(`${content}.${time}`))) return undefined;
  const { user } = JSON.parse(Buffer.from(content, 'base64url').toString('utf8')) as { user: string };
  return user;
}

function signature(text: string): string {
  return createHmac('sha256', signingKey).update(text).digest('base64url');
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
