// How an Express server with json-server's defaults dresses its answers.

import { createHash } from 'node:crypto';
import { escapeHtml } from '../escape-html.ts';
import { header, html } from '../http-server.ts';
import type { Answer, Request } from '../http-server.ts';

/** Adds the headers that every answer carries, and an ETag where there is a body to tag. */
export function express(request: Request, answer: Answer): Answer {
  const origin = header(request, 'origin');
  return {
    ...answer,
    headers: {
      'X-Powered-By': 'Express',
      Vary: answer.body === undefined ? 'Origin' : 'Origin, Accept-Encoding',
      'Access-Control-Allow-Credentials': 'true',
      ...(origin === undefined ? {} : { 'Access-Control-Allow-Origin': origin }),
      'Cache-Control': 'no-cache',
      Pragma: 'no-cache',
      Expires: '-1',
      ...answer.headers,
      ...(answer.body === undefined ? {} : { ETag: weakTag(answer.body) }),
    },
  };
}

export function pretty(value: unknown): Answer {
  const headers = { 'Content-Type': 'application/json; charset=utf-8' };
  return { status: 200, headers, body: JSON.stringify(value, null, 2) };
}

export function cannot({ method, path }: Request): Answer {
  return { status: 404, headers: html, body: errorPage(`Cannot ${method} ${escapeHtml(path)}`) };
}

export const badRequest: Answer = { status: 400, headers: html, body: errorPage('Bad Request') };

/** Whether the client holds this very answer and says so (RFC 9110, 13.1.2). */
export function notModified(request: Request, { status, headers }: Answer): boolean {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const tag = headers?.['ETag'];
  return reads && status === 200 && tag !== undefined && header(request, 'if-none-match') === tag;
}

function weakTag(body: string): string {
  const digest = createHash('sha1').update(body).digest('base64').slice(0, 27);
  return `W/"${Buffer.byteLength(body).toString(16)}-${digest}"`;
}

function errorPage(text: string): string {
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Error</title></head>\n<body><pre>${text}</pre></body></html>\n`;
}
