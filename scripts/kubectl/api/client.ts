// Requests to the Kubernetes API over one kept connection. Warnings go to standard error, once each.

import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { StatusError, type StatusBody } from '../failure.ts';
import type { Access } from './access.ts';
import { unreachable } from './unreachable.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly accept?: string;
  readonly contentType?: string;
  /** Sent as JSON unless it is text already. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface ApiClient {
  readonly access: Access;
  /** The parsed body. @throws StatusError, UnreachableError */
  json<Body>(request: ApiRequest): Promise<Body>;
  /** The body as it comes. @throws StatusError, UnreachableError */
  stream(request: ApiRequest): Promise<IncomingMessage>;
  close(): void;
}

export function createClient(access: Access, warn: (line: string) => void): ApiClient {
  const { server, options } = access;
  const secure = server.protocol === 'https:';
  const agent =
    options.agent ?? (secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true }));
  const warned = new Set<string>();

  function send(request: ApiRequest): Promise<IncomingMessage> {
    const { method = 'GET', path, accept = 'application/json', contentType, signal } = request;
    const body = request.body === undefined ? undefined : encoded(request.body);
    const headers = {
      ...options.headers,
      accept,
      'user-agent': 'kubectl/stand-in',
      ...(body === undefined
        ? {}
        : { 'content-type': contentType ?? 'application/json', 'content-length': String(body.length) }),
    };
    return new Promise((resolve, reject) => {
      const start = secure ? requestHttps : requestHttp;
      const url = new URL(server.pathname.replace(/\/$/, '') + path + queryOf(request.query), server);
      const sent = start(url, { ...options, agent, method, headers, ...(signal && { signal }) }, resolve);
      sent.once('error', (error) => reject(signal?.aborted ? error : unreachable(error, server)));
      sent.end(body);
    });
  }

  async function stream(request: ApiRequest): Promise<IncomingMessage> {
    const response = await send(request);
    for (const message of warnings(response.headers['warning'])) {
      if (!warned.has(message)) warn(`Warning: ${message}\n`);
      warned.add(message);
    }
    if ((response.statusCode ?? 500) < 400) return response;
    throw new StatusError(statusOf(await text(response), response.statusCode ?? 500));
  }

  return {
    access,
    stream,
    json: async <Body>(request: ApiRequest) => JSON.parse(await text(await stream(request))) as Body,
    close: () => {
      if (typeof agent === 'object') agent.destroy();
    },
  };
}

const encoded = (body: unknown): Buffer =>
  Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

function queryOf(query: ApiRequest['query'] = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

/** RFC 7234 §5.5: code, agent and a quoted text, with commas between several. */
function warnings(header: string | string[] | undefined): readonly string[] {
  const whole = Array.isArray(header) ? header.join(', ') : (header ?? '');
  return [...whole.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted = '']) =>
    quoted.replaceAll(/\\(.)/g, '$1'),
  );
}

function statusOf(body: string, code: number): StatusBody {
  try {
    const status = JSON.parse(body) as StatusBody & { kind?: string };
    if (status.kind === 'Status') return status;
  } catch {
    // A proxy's own page: shown below.
  }
  return { message: body.trim() === '' ? `the server answered ${code}` : body.trim(), code };
}
