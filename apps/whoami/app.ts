// traefik/whoami: tells a client what has arrived of its request, which is how a rewrite or a header shows.
//
// Here: any path, /api as JSON, /health and its status, /bench, WHOAMI_NAME, WHOAMI_PORT_NUMBER, ?wait and ?env.
// Answered with 501: /data and /echo. `IP:` is the one address by which the request came.

import { createServer } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { AppContext, CreateApp } from '../app.ts';
import { html, json, plainText } from '../http-server.ts';
import { cleanPath, redirectPage } from './clean-path.ts';
import { goDuration } from './go-duration.ts';
import { canonicalHeaders, requestText } from './request-text.ts';

interface Reply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

export const createWhoami: CreateApp = (context) => {
  const health = { status: 200 };
  const server = createServer((request, response) => {
    request.on('error', (error) => context.log(error.message));
    void readText(request).then((body) => answer(request, body, response, health, context));
  });
  // Go keeps idle connections for ever.
  server.keepAliveTimeout = 0;
  return { port: Number(context.env['WHOAMI_PORT_NUMBER'] || '80'), server };
};

/** What the client sent; what there is of it when it leaves early. */
async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // Nobody is left to answer.
  }
  return Buffer.concat(chunks).toString('utf8');
}

function answer(
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
  health: { status: number },
  context: AppContext,
): void {
  const send = (): void => {
    const { status, headers = {}, body: text = '' } = route(request, body, health, context);
    response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(text) }).end(text);
  };
  const waitMs = goDuration(queryOf(request).get('wait') ?? '');
  if (waitMs === undefined) return send();
  response.once('close', context.after(waitMs, send));
}

/** Split by hand: URL would take `//name` for a host, and clean the path. */
function targetOf({ url = '/' }: IncomingMessage): { path: string; search: string } {
  const [path = '/', ...query] = url.split('?');
  return { path, search: query.length === 0 ? '' : `?${query.join('?')}` };
}

const queryOf = (request: IncomingMessage): URLSearchParams => new URLSearchParams(targetOf(request).search);

function route(
  request: IncomingMessage,
  body: string,
  health: { status: number },
  context: AppContext,
): Reply {
  const { path, search } = targetOf(request);
  const clean = cleanPath(path);
  if (clean !== path) {
    const location = clean + search;
    return { status: 301, headers: { ...html, Location: location }, body: redirectPage(location) };
  }
  if (path === '/health') return healthReply(request, body, health);
  if (path === '/bench') return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: '1' };
  if (path === '/data' || path === '/echo') {
    return { status: 501, headers: plainText, body: `This stand-in has no ${path}\n` };
  }
  if (path === '/api') return apiReply(request, context);
  return { status: 200, headers: plainText, body: whoami(request, body, context) };
}

/** A POST sets the status of the answers to come. */
function healthReply(request: IncomingMessage, body: string, health: { status: number }): Reply {
  if (request.method !== 'POST') return { status: health.status };
  const status = /^\s*\d{3}\s*$/.test(body) ? Number(body) : 0;
  if (status < 200 || status > 599) return { status: 400, headers: plainText, body: 'not a status\n' };
  health.status = status;
  return { status: 200 };
}

function whoami(request: IncomingMessage, body: string, { env, hostname }: AppContext): string {
  const name = env['WHOAMI_NAME'] ?? '';
  const { localAddress = '' } = request.socket;
  const lines = [
    ...(name === '' ? [] : [`Name: ${name}`]),
    `Hostname: ${hostname}`,
    `IP: ${localAddress}`,
    `RemoteAddr: ${remoteAddress(request)}`,
    requestText(request, body),
  ].join('\n');
  return wantsEnv(request) ? lines + environment(env).join('\n') : lines;
}

function apiReply(request: IncomingMessage, { env, hostname }: AppContext): Reply {
  const name = env['WHOAMI_NAME'] ?? '';
  const variables = wantsEnv(request)
    ? Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))
    : {};
  const data = {
    hostname,
    ip: [request.socket.localAddress ?? ''],
    headers: canonicalHeaders(request),
    url: request.url ?? '/',
    host: request.headers.host ?? '',
    method: request.method ?? 'GET',
    ...(name === '' ? {} : { name }),
    remoteAddr: remoteAddress(request),
    ...(Object.keys(variables).length === 0 ? {} : { environ: variables }),
  };
  const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': '*' };
  return { status: 200, headers: { ...json, ...cors }, body: `${JSON.stringify(data)}\n` };
}

const remoteAddress = ({ socket }: IncomingMessage): string =>
  `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;

const wantsEnv = (request: IncomingMessage): boolean =>
  ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(queryOf(request).get('env') ?? '');

const environment = (env: AppContext['env']): readonly string[] =>
  Object.entries(env).map(([name, value]) => `${name}=${value ?? ''}`);
