// The forum of "Istio in Action": users from a public site, or one of its own.

import type { AppContext, CreateApp } from '../app.ts';
import { call } from '../http-client.ts';
import { plainText, serve } from '../http-server.ts';
import type { Reaction, Request } from '../http-server.ts';

/** The original waits for ever; its callers give up after a minute. */
const timeoutMs = 60_000;

export const createForum: CreateApp = (context) => ({
  port: 8080,
  server: serve((request) => react(request, context), { keepAliveMs: 0, log: context.log }),
});

function react(request: Request, context: AppContext): Reaction | Promise<Reaction> {
  if (request.path === '/api/healthz') return { status: 200 };
  if (request.path === '/api/users') return users(request, context);
  return { status: 404, headers: errorText, body: '404 page not found\n' };
}

async function users(request: Request, context: AppContext): Promise<Reaction> {
  if (context.env['LOCAL_USERS'] === 'true') {
    return { status: 200, headers: plainText, body: JSON.stringify([localUser]) };
  }
  const host = 'jsonplaceholder.typicode.com';
  try {
    const headers = { ...xHeaders(request), host };
    const reply = await call(context, { host, port: 80, path: '/users', headers, timeoutMs });
    if (reply.status === 200) return { status: 200, headers: plainText, body: reply.body };
    return { status: 500, headers: errorText, body: 'error calling Users service\n' };
  } catch (error) {
    context.log(`The HTTP request failed with error ${(error as Error).message}`);
    // The original goes on with no answer in hand and panics, which ends the connection.
    return 'hang up';
  }
}

function xHeaders(request: Request): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headers)) {
    const value = values?.[0];
    if (name.startsWith('x-') && value !== undefined) headers[name] = value;
  }
  return headers;
}

const errorText = { ...plainText, 'X-Content-Type-Options': 'nosniff' };

const localUser = {
  id: 10,
  name: 'Robin Ferrymead',
  username: 'robin.f',
  email: 'robin@forum.example',
  address: { street: 'Harbour Lane', suite: 'Suite 4', city: 'Northwick', zipcode: '40210' },
  phone: '555-0110',
  website: 'forum.example',
  company: { name: 'Ferrymead Outfitters', catchPhrase: 'Ready for the next trail', bs: 'gear that lasts' },
};
