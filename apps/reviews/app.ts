// Bookinfo's reviews. ENABLE_RATINGS and STAR_COLOR make its three versions: none, black stars, red stars.

import type { AppContext, CreateApp } from '../app.ts';
import { call } from '../http-client.ts';
import { json, plainText, serve } from '../http-server.ts';
import type { Answer, Request } from '../http-server.ts';
import { propagatedHeaders } from '../propagated-headers.ts';

export const createReviews: CreateApp = (context) => ({
  port: 9080,
  server: serve((request) => route(request, context), { keepAliveMs: 0, log: context.log }),
});

async function route(request: Request, context: AppContext): Promise<Answer> {
  if (request.path === '/health')
    return { status: 200, headers: json, body: '{"status": "Reviews is healthy"}' };
  const id = /^\/reviews\/(-?\d+)$/.exec(request.path)?.[1];
  if (id === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
    return { status: 404, headers: plainText, body: 'Not Found\n' };
  }
  const { env, hostname } = context;
  const stars = isTrue(env['ENABLE_RATINGS']) ? await fetchStars(id, request, context) : undefined;
  const [first, second] = [review(0, stars, color(env)), review(1, stars, color(env))];
  const place = `"podname": "${env['HOSTNAME'] ?? hostname}","clustername": "${env['CLUSTER_NAME'] ?? 'null'}"`;
  return { status: 200, headers: json, body: `{"id": "${id}",${place},"reviews": [${first},${second}]}` };
}

const texts = [
  'An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!',
  'Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare.',
] as const;

/** Stars by reviewer; a missing one is an unavailable rating. */
type Stars = readonly [number | undefined, number | undefined];

/** One review as the original spells it out, blanks included; no rating at all where `stars` is undefined. */
function review(index: 0 | 1, stars: Stars | undefined, starColor: string): string {
  const head = `  "reviewer": "Reviewer${index + 1}",  "text": "${texts[index]}"`;
  if (stars === undefined) return `{${head}}`;
  const count = stars[index];
  const rating =
    count === undefined
      ? '{"error": "Ratings service is currently unavailable"}'
      : `{"stars": ${count}, "color": "${starColor}"}`;
  return `{${head}, "rating": ${rating}}`;
}

async function fetchStars(id: string, request: Request, context: AppContext): Promise<Stars> {
  const { env, log } = context;
  const domain = env['SERVICES_DOMAIN'] === undefined ? '' : `.${env['SERVICES_DOMAIN']}`;
  const host = `${env['RATINGS_HOSTNAME'] ?? 'ratings'}${domain}`;
  const port = Number(env['RATINGS_SERVICE_PORT'] ?? '9080');
  // Black stars wait for ten seconds, every other colour for two and a half: that is how v2 and v3 differ in a delay.
  const timeoutMs = color(env) === 'black' ? 10_000 : 2_500;
  const headers = { accept: 'application/json', ...propagatedHeaders(request, 'end-user') };
  const where = `http://${host}:${port}/ratings`;
  try {
    const reply = await call(context, { host, port, path: `/ratings/${id}`, headers, timeoutMs });
    if (reply.status === 200) return starsOf(JSON.parse(reply.body));
    log(`Error: unable to contact ${where} got status of ${reply.status}`);
  } catch (error) {
    log(`Error: unable to contact ${where} got exception ${(error as Error).message}`);
  }
  return [undefined, undefined];
}

function starsOf(value: unknown): Stars {
  const ratings = (value as { ratings?: Record<string, unknown> } | null)?.ratings;
  const count = (stars: unknown): number | undefined => (typeof stars === 'number' ? stars : undefined);
  return [count(ratings?.['Reviewer1']), count(ratings?.['Reviewer2'])];
}

function color(env: AppContext['env']): string {
  return env['STAR_COLOR'] ?? 'black';
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}
