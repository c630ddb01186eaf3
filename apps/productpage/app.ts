// Bookinfo's product page: the one service a browser talks to.

import type { AppContext, CreateApp } from '../app.ts';
import { header, html, plainText, serve } from '../http-server.ts';
import type { Answer, Request } from '../http-server.ts';
import { indexPage, productPage } from './page.ts';
import type { Details, Reviews } from './page.ts';
import { dumps } from './python-json.ts';
import { endedSession, sessionCookie, sessionUser } from './session.ts';
import { ask } from './upstreams.ts';
import type { Count, Service } from './upstreams.ts';

export const createProductpage: CreateApp = (context) => {
  const results = new Map<string, number>();
  const count: Count = (service, status) => {
    const labels = `destination_app="${service}",response_code="${status}"`;
    results.set(labels, (results.get(labels) ?? 0) + 1);
  };
  return {
    port: 9080,
    server: serve(
      async (request) => {
        const answer = await route(request, context, count, results);
        return { ...answer, headers: { Server: 'gunicorn', ...answer.headers } };
      },
      { keepAliveMs: 0, log: context.log },
    ),
  };
};

async function route(
  request: Request,
  context: AppContext,
  count: Count,
  results: ReadonlyMap<string, number>,
): Promise<Answer> {
  switch (request.path) {
    case '/':
    case '/index.html':
      return { status: 200, headers: html, body: indexPage() };
    case '/health':
      return { status: 200, headers: html, body: 'Product page is healthy' };
    case '/metrics':
      return metrics(results);
    case '/login':
      return request.method === 'POST' ? login(request, context) : notAllowed;
    case '/logout':
      return redirect(request, endedSession);
    case '/productpage':
      return front(request, context, count);
    case '/api/v1/products':
      return api(200, products);
    default:
  }
  const [, id, part] = /^\/api\/v1\/products\/([^/]+)(?:\/(reviews|ratings))?$/.exec(request.path) ?? [];
  if (id === undefined) return notFound;
  const { status, value } = await ask(context, request, (part ?? 'details') as Service, id, count);
  return api(status, value);
}

const products = [
  {
    id: 0,
    title: 'The Comedy of Errors',
    descriptionHtml:
      '<a href="https://en.wikipedia.org/wiki/The_Comedy_of_Errors">Wikipedia Summary</a>: Two pairs of twins, parted at birth, meet in one town on one day. It is <b>William Shakespeare\'s</b> shortest play, and among his first.',
  },
];

async function front(request: Request, context: AppContext, count: Count): Promise<Answer> {
  const details = await ask(context, request, 'details', '0', count);
  const reviews = await ask(context, request, 'reviews', '0', count);
  const [product] = products;
  const body = productPage({
    title: product?.title ?? '',
    descriptionHtml: product?.descriptionHtml ?? '',
    details: details.value as Details,
    reviews: reviews.value as Reviews,
    user: sessionUser(request),
  });
  // The page is a 200 even when it has nothing to show: read it, don't trust its status.
  return { status: 200, headers: html, body };
}

function login(request: Request, context: AppContext): Answer {
  const user = new URLSearchParams(request.body).get('username') ?? '';
  return redirect(request, sessionCookie(user, context.now()));
}

/** Back to where the browser came from; `None` is what the original sends a client that doesn't say. */
function redirect(request: Request, cookie: string): Answer {
  const headers = {
    ...html,
    Location: header(request, 'referer') ?? 'None',
    'Set-Cookie': cookie,
    Vary: 'Cookie',
  };
  return { status: 302, headers, body: '<!doctype html>\n<title>Redirecting...</title>\n' };
}

function api(status: number, value: unknown): Answer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: dumps(value) };
}

function metrics(results: ReadonlyMap<string, number>): Answer {
  const lines = [...results].map(([labels, value]) => `request_result_total{${labels}} ${value.toFixed(1)}`);
  const head = ['# HELP request_result_total Results of requests', '# TYPE request_result_total counter'];
  const headers = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' };
  return { status: 200, headers, body: `${[...head, ...lines].join('\n')}\n` };
}

const notFound: Answer = { status: 404, headers: plainText, body: 'Not Found\n' };
const notAllowed: Answer = {
  status: 405,
  headers: { ...plainText, Allow: 'OPTIONS, POST' },
  body: 'Method Not Allowed\n',
};
