import { request as httpsRequest } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { OpenApi } from './open-api.ts';

export interface Answer {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body read as JSON. */
  readonly body: Record<string, unknown>;
}

export interface Asked {
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  /** @default the API's own */
  readonly token?: string | null;
}

/** One request to the API; a body that is no text is sent as JSON. */
export async function request(
  api: OpenApi,
  method: string,
  path: string,
  asked: Asked = {},
): Promise<Answer> {
  const message = await open(api, method, path, asked);
  let text = '';
  for await (const chunk of message.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  return {
    code: message.statusCode ?? 0,
    headers: message.headers,
    text,
    get body() {
      return JSON.parse(text) as Record<string, unknown>;
    },
  };
}

/** The answer as soon as its headers are there; for watches. */
export function open(
  { server: { access, port } }: OpenApi,
  method: string,
  path: string,
  { body, type = 'application/json', headers = {}, token = access.token }: Asked = {},
): Promise<IncomingMessage> {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  const sent = body === undefined || isRaw ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: access.caPem,
      agent: false,
      method,
      path,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(sent === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(sent) }),
        ...headers,
      },
    });
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(sent);
  });
}

export const configMap = (name: string, data: Record<string, string> = {}, metadata = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

export const maps = '/api/v1/namespaces/default/configmaps';
