// The services behind the product page: three seconds each, and reviews get a second chance.

import type { AppContext } from '../app.ts';
import { call } from '../http-client.ts';
import type { Reply } from '../http-client.ts';
import { header } from '../http-server.ts';
import type { Request } from '../http-server.ts';
import { propagatedHeaders } from '../propagated-headers.ts';
import { sessionUser } from './session.ts';

export type Service = 'details' | 'reviews' | 'ratings';

/** What a service said: its JSON with status 200, or why there is none with its status (500 if it said nothing). */
export interface Result {
  readonly status: number;
  readonly value: unknown;
}

/** Told the result of every call, for /metrics. */
export type Count = (service: Service, status: number) => void;

const patienceMs = 3_000;

export async function ask(
  context: AppContext,
  request: Request,
  service: Service,
  id: string,
  count: Count,
): Promise<Result> {
  // Two tries of three seconds against ratings' ten: Bookinfo's fault-injection task is built on this mistake.
  const tries = service === 'reviews' ? 2 : 1;
  let last: Reply | undefined;
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    last = await attemptOnce(context, request, service, id);
    count(service, last?.status ?? 500);
    if (last?.status === 200) return { status: 200, value: JSON.parse(last.body) };
  }
  const error = `Sorry, product ${service} are currently unavailable for this book.`;
  return { status: last?.status ?? 500, value: { error } };
}

async function attemptOnce(
  context: AppContext,
  request: Request,
  service: Service,
  id: string,
): Promise<Reply | undefined> {
  const { env } = context;
  const domain = env['SERVICES_DOMAIN'] === undefined ? '' : `.${env['SERVICES_DOMAIN']}`;
  const name = service.toUpperCase();
  const host = `${env[`${name}_HOSTNAME`] ?? service}${domain}`;
  const port = Number(env[`${name}_SERVICE_PORT`] ?? '9080');
  const headers = { accept: '*/*', ...forwarded(request) };
  try {
    return await call(context, { host, port, path: `/${service}/${id}`, headers, timeoutMs: patienceMs });
  } catch (error) {
    context.log(`${service}: ${(error as Error).message}`);
    return undefined;
  }
}

/** `end-user` comes from the session alone: a client that sends the header gets nowhere. */
function forwarded(request: Request): Record<string, string> {
  const headers = propagatedHeaders(request);
  for (const name of Object.keys(headers)) if (name.startsWith('x-b3-')) delete headers[name];
  const user = sessionUser(request);
  return { ...headers, ...b3(request), ...(user === undefined ? {} : { 'end-user': user }) };
}

/** OpenTelemetry's B3 propagator passes a trace on only where it can read one, and leaves the parent out. */
function b3(request: Request): Record<string, string> {
  const traceId = header(request, 'x-b3-traceid');
  const spanId = header(request, 'x-b3-spanid');
  if (traceId === undefined || spanId === undefined) return {};
  const isSampled = header(request, 'x-b3-flags') === '1' || header(request, 'x-b3-sampled') === '1';
  return { 'x-b3-traceid': traceId, 'x-b3-spanid': spanId, 'x-b3-sampled': isSampled ? '1' : '0' };
}
