// The web app of "Istio in Action": a shop window in front of the catalog and the forum.

import type { AppContext, CreateApp } from '../app.ts';
import { header, html, isProbe, plainText, serve } from '../http-server.ts';
import type { Answer, Request } from '../http-server.ts';
import { encode } from './go-json.ts';
import { page } from './page.ts';
import { createItem, decodeItem, fetchItem, fetchItems, fetchUsers, withoutEmptyImage } from './upstreams.ts';
import type { Item } from './upstreams.ts';

export const createWebapp: CreateApp = (context) => ({
  port: 8080,
  server: serve(
    async (request) => {
      const start = context.now();
      const answer = await route(request, context);
      if (!isProbe(request)) context.log(accessLine(request, answer, context.now() - start));
      return answer;
    },
    { keepAliveMs: 0, log: context.log },
  ),
});

function accessLine(request: Request, answer: Answer, tookMs: number): string {
  const agent = header(request, 'user-agent') ?? '-';
  return `"${request.method} ${request.url} HTTP/1.1" ${answer.status} ${(tookMs / 1_000).toFixed(3)} ${agent}`;
}

async function route(request: Request, context: AppContext): Promise<Answer> {
  const { path } = request;
  if (path === '/' && request.method === 'GET') return home(request, context);
  if (path === '/api/healthz') return { status: 200, headers: plainText, body: 'Healthy!' };
  if (path === '/api/catalog') {
    return relay('Catalog', async () => (await fetchItems(context, request)).map(withoutEmptyImage));
  }
  if (path === '/api/catalog/items' && request.method === 'POST') return create(request, context);
  const id = /^\/api\/catalog\/items\/(\d+)$/.exec(path)?.[1];
  if (id !== undefined) {
    return relay('Catalog', async () => withoutEmptyImage(await fetchItem(context, request, Number(id))));
  }
  if (path === '/api/users') return relay('Forum', () => fetchUsers(context, request));
  return { status: 404, headers: html, body: notFoundPage };
}

async function create(request: Request, context: AppContext): Promise<Answer> {
  let item: Item;
  try {
    item = decodeItem(request.body);
  } catch {
    return { status: 400, headers: plainText, body: 'Invalid CatalogItem' };
  }
  return relay('Catalog', async () => {
    await createItem(context, request, item);
    return null;
  });
}

/** Whatever goes wrong behind the web app, its caller learns only which service it was. */
async function relay(service: 'Catalog' | 'Forum', fetchValue: () => Promise<unknown>): Promise<Answer> {
  try {
    const headers = { 'Content-Type': 'application/json; charset=utf-8' };
    return { status: 200, headers, body: encode(await fetchValue()) };
  } catch {
    return { status: 500, headers: plainText, body: `error calling ${service} service` };
  }
}

async function home(request: Request, context: AppContext): Promise<Answer> {
  const [items, users] = await Promise.all([
    fetchItems(context, request).catch(() => undefined),
    fetchUsers(context, request).catch(() => undefined),
  ]);
  return { status: 200, headers: html, body: page(items, users) };
}

const notFoundPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Page Not Found</title></head>
<body><h1>404</h1><p>There is no such page.</p></body></html>
`;
