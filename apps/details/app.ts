// Bookinfo's details: what is printed on the inside of the cover.

import type { CreateApp } from '../app.ts';
import { isProbe, json, plainText, serve } from '../http-server.ts';
import type { Answer, Request } from '../http-server.ts';

export const createDetails: CreateApp = ({ log }) => ({
  port: 9080,
  server: serve(
    (request) => {
      const answer = route(request);
      const length = Buffer.byteLength(answer.body ?? '');
      if (!isProbe(request)) log(`"${request.method} ${request.url} HTTP/1.1" ${answer.status} ${length}`);
      return answer;
    },
    { keepAliveMs: 0, log },
  ),
});

function route({ path }: Request): Answer {
  if (path === '/health') return ok({ status: 'Details is healthy' });
  if (path !== '/details' && !path.startsWith('/details/')) {
    return { status: 404, headers: plainText, body: 'Not Found\n' };
  }
  const id = /\/([+-]?\d+)\/*$/.exec(path)?.[1];
  if (id === undefined) {
    return {
      status: 400,
      headers: json,
      body: JSON.stringify({ error: 'please provide numeric product id' }),
    };
  }
  return ok({
    id: Number(id),
    author: 'William Shakespeare',
    year: 1595,
    type: 'paperback',
    pages: 200,
    publisher: 'PublisherA',
    language: 'English',
    'ISBN-10': '1234567890',
    'ISBN-13': '123-1234567890',
  });
}

function ok(value: unknown): Answer {
  return { status: 200, headers: json, body: JSON.stringify(value) };
}
