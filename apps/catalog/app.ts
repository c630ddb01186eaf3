// The catalog of "Istio in Action": a few items, and chaos on demand.

import type { AppContext, CreateApp } from '../app.ts';
import { delay } from '../delay.ts';
import { header, html, isProbe, plainText, serve } from '../http-server.ts';
import type { Answer, Reaction, Request } from '../http-server.ts';
import { blowup } from './blowups.ts';
import type { Orders } from './blowups.ts';
import { badRequest, cannot, express, notModified, pretty } from './express.ts';
import { parseBody } from './body.ts';
import type { Body } from './body.ts';

type Item = Record<string, unknown>;

interface State {
  readonly items: Item[];
  readonly orders: Orders;
  lastId: number;
}

export const createCatalog: CreateApp = (context) => {
  const state: State = { items: firstItems(), orders: Object.create(null) as Orders, lastId: 4 };
  const server = serve(
    async (request) => {
      const start = context.now();
      const reaction = await react(state, request, context);
      if (!isProbe(request)) context.log(accessLine(request, reaction, context.now() - start));
      return reaction;
    },
    { log: context.log },
  );
  return { port: 3000, server };
};

function firstItems(): Item[] {
  return [
    { id: 1, color: 'amber', department: 'Eyewear', name: 'Elinor Glasses', price: '282.00' },
    { id: 2, color: 'cyan', department: 'Clothing', name: 'Atlas Shirt', price: '127.00' },
    { id: 3, color: 'teal', department: 'Clothing', name: 'Small Metal Shoes', price: '232.00' },
    { id: 4, color: 'red', department: 'Watches', name: 'Red Dragon Watch', price: '232.00' },
  ];
}

async function react(state: State, request: Request, context: AppContext): Promise<Reaction> {
  const body = parseBody(request);
  if (body === undefined) return express(request, badRequest);
  if (request.path.includes('items')) {
    const hit = blowup(state.orders, context);
    if (hit.kind === 'drop') return 'hang up';
    if (hit.kind === 'error') return express(request, { status: 500 });
    if (hit.kind === 'latency') await delay(context, hit.ms, request);
  }
  const answer = express(request, route(state, request, body, context));
  return notModified(request, answer) ? { ...answer, status: 304, body: '' } : answer;
}

function route(state: State, request: Request, body: Body, { env }: AppContext): Answer {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const { path } = request;
  if (reads && path === '/') return { status: 200, headers: html, body: homePage };
  if (path === '/items' && reads) {
    for (const item of state.items) addImage(item, env);
    return pretty(state.items);
  }
  if (path === '/items' && request.method === 'POST') {
    state.lastId += 1;
    state.items.push({ ...body, id: state.lastId });
    return { status: 201 };
  }
  if (path.startsWith('/items/') && reads) return oneItem(state, path.slice('/items/'.length), env);
  if (path === '/blowup' && reads) return pretty(state.orders);
  if (path === '/blowup' && request.method === 'POST') {
    state.orders[String(body['type'])] = body;
    return { status: 200, headers: html, body: 'blowups=[object Object]' };
  }
  if (path === '/blowup' && request.method === 'DELETE') {
    delete state.orders[String(body['type'])];
    return { status: 200, headers: html, body: `deleted blowup ${String(body['type'])}` };
  }
  return cannot(request);
}

function oneItem(state: State, id: string, env: AppContext['env']): Answer {
  const item = state.items.find((candidate) => String(candidate['id']) === id);
  if (item === undefined) return { status: 404, headers: plainText, body: 'Not Found' };
  addImage(item, env);
  // The original goes on to send a 404 after the item, fails at that, and loses the connection.
  return { ...pretty(item), closes: true };
}

function addImage(item: Item, env: AppContext['env']): void {
  if ((env['SHOW_IMAGE'] ?? '') !== '') item['imageUrl'] = 'http://lorempixel.com/640/480';
}

function accessLine(request: Request, reaction: Reaction, tookMs: number): string {
  const [status, length] =
    reaction === 'hang up' ? ['-', '-'] : [reaction.status, Buffer.byteLength(reaction.body ?? '')];
  const host = header(request, 'host') ?? '-';
  return `${request.method} ${host} ${request.url} ${status} ${length} - ${tookMs.toFixed(3)} ms`;
}

const homePage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Catalog</title></head>
<body><h1>Catalog</h1>
<p>Resources: <a href="/items">/items</a>. Chaos on demand: <code>POST /blowup</code>.</p>
</body></html>
`;
