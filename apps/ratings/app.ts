// Bookinfo's ratings: stars by reviewer, kept in memory. SERVICE_VERSION makes it fail in one of four ways.

import type { AppContext, CreateApp } from '../app.ts';
import { delay } from '../delay.ts';
import { isProbe, json, plainText, serve } from '../http-server.ts';
import type { Answer, Request } from '../http-server.ts';

export const createRatings: CreateApp = (context) => {
  const posted = new Map<number, unknown>();
  const isUp = availability(context);
  return {
    port: 9080,
    server: serve(
      (request) => {
        if (!isProbe(request)) context.log(`${request.method} ${request.url}`);
        return route(request, { context, posted, isUp });
      },
      { log: context.log },
    ),
  };
};

interface Ratings {
  readonly context: AppContext;
  readonly posted: Map<number, unknown>;
  readonly isUp: () => boolean;
}

/** v-unavailable is up and down for a minute each, v-unhealthy for a quarter of an hour; the others are always up. */
function availability({ env, now }: AppContext): () => boolean {
  const version = env['SERVICE_VERSION'];
  const phaseMs = version === 'v-unavailable' ? 60_000 : version === 'v-unhealthy' ? 900_000 : Infinity;
  const start = now();
  return () => Math.floor((now() - start) / phaseMs) % 2 === 0;
}

function route(request: Request, ratings: Ratings): Answer | Promise<Answer> {
  const { method, path } = request;
  if (method === 'GET' && path === '/health') return health(ratings);
  if ((method !== 'GET' && method !== 'POST') || !path.startsWith('/ratings/')) {
    return { status: 404, headers: plainText, body: '' };
  }
  const id = Number.parseInt(path.split('/').at(-1) ?? '', 10);
  if (Number.isNaN(id)) return answer(400, { error: 'please provide numeric product ID' });
  return method === 'POST' ? store(id, request, ratings) : read(id, request, ratings);
}

function health({ context, isUp }: Ratings): Answer {
  // Only v-unhealthy tells its probe; v-unavailable looks well and is not.
  const isHealthy = context.env['SERVICE_VERSION'] !== 'v-unhealthy' || isUp();
  return isHealthy
    ? answer(200, { status: 'Ratings is healthy' })
    : answer(500, { status: 'Ratings is not healthy' });
}

function store(id: number, request: Request, { context, posted }: Ratings): Answer {
  let ratings: unknown;
  try {
    ratings = JSON.parse(request.body);
  } catch {
    return answer(400, { error: 'please provide valid ratings JSON' });
  }
  if (context.env['SERVICE_VERSION'] === 'v2') {
    return answer(501, { error: 'Post not implemented for database backed ratings' });
  }
  posted.set(id, ratings);
  return answer(200, { id, ratings });
}

async function read(id: number, request: Request, { context, posted, isUp }: Ratings): Promise<Answer> {
  const version = context.env['SERVICE_VERSION'];
  const unavailable = answer(503, { error: 'Service unavailable' });
  if (!isUp()) return unavailable;
  if (version === 'v-faulty' && context.random() <= 0.5) return unavailable;
  if (version === 'v-delayed' && context.random() <= 0.5) await delay(context, 7_000, request);
  return answer(200, { id, ratings: posted.get(id) ?? { Reviewer1: 5, Reviewer2: 4 } });
}

function answer(status: number, value: unknown): Answer {
  return { status, headers: json, body: JSON.stringify(value) };
}
