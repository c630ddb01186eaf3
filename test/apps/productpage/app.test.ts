import { describe, expect, it } from 'vitest';
import { createDetails } from '../../../apps/details/app.ts';
import { createProductpage } from '../../../apps/productpage/app.ts';
import { createRatings } from '../../../apps/ratings/app.ts';
import { createReviews } from '../../../apps/reviews/app.ts';
import { saying, silent, Stage } from '../stage.ts';

const manual = { redirect: 'manual' } as const;

async function bookinfo(reviewsEnv: Record<string, string>): Promise<string> {
  const stage = Stage.open();
  await stage.start(createDetails, {}, 'details');
  await stage.start(createRatings, {}, 'ratings');
  await stage.start(createReviews, { HOSTNAME: 'reviews-vX-abc', ...reviewsEnv }, 'reviews');
  return stage.start(createProductpage);
}

async function login(url: string, body = 'username=jason&passwd=x'): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(`${url}/login`, { method: 'POST', headers, body, ...manual });
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

describe('productpage in front of Bookinfo', () => {
  it.each([
    ['no stars from v1', {}, [], ['text-black-500', 'text-red-500', '★']],
    [
      'black stars from v2',
      { ENABLE_RATINGS: 'true' },
      ['gap-x-1 text-black-500', '★★★★☆'],
      ['gap-x-1 text-red-500'],
    ],
    [
      'red stars from v3',
      { ENABLE_RATINGS: 'true', STAR_COLOR: 'red' },
      ['gap-x-1 text-red-500'],
      ['text-black-500'],
    ],
  ])('shows %s', async (_what, env, present, absent) => {
    const response = await fetch(`${await bookinfo(env)}/productpage`);
    const page = await response.text();
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    const always = [
      '<title>Simple Bookstore App</title>',
      'Reviews served by:',
      'reviews-vX-abc',
      '1234567890',
    ];
    for (const text of [...always, ...present]) expect(page).toContain(text);
    for (const text of absent) expect(page).not.toContain(text);
  });

  it('loads nothing from anywhere', async () => {
    expect(await (await fetch(`${await bookinfo({})}/productpage`)).text()).not.toMatch(
      /src=|<link|@import|url\(/,
    );
  });

  it.each([
    ['/api/v1/products', /^\[\{"id": 0, "title": "The Comedy of Errors", "descriptionHtml": "/],
    ['/api/v1/products/0', /^\{"id": 0, "author": "William Shakespeare", "year": 1595, /],
    [
      '/api/v1/products/0/reviews',
      /^\{"id": "0", "podname": "reviews-vX-abc", "clustername": "null", "reviews": \[\{/,
    ],
    ['/api/v1/products/0/ratings', /^\{"id": 0, "ratings": \{"Reviewer1": 5, "Reviewer2": 4\}\}$/],
    ['/', /<title>Simple Bookstore App<\/title>/],
    ['/index.html', /<title>Simple Bookstore App<\/title>/],
    ['/health', /^Product page is healthy$/],
  ])('answers %s', async (path, body) => {
    const response = await fetch((await bookinfo({})) + path);
    expect([response.status, await response.text()]).toEqual([200, expect.stringMatching(body)]);
  });

  it('counts the results of its calls at /metrics', async () => {
    const url = await bookinfo({});
    await (await fetch(`${url}/productpage`)).text();
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(
      'request_result_total{destination_app="reviews",response_code="200"} 1.0\n',
    );
  });
});

describe('productpage without its services', () => {
  it.each([
    ['', 'details'],
    ['/reviews', 'reviews'],
    ['/ratings', 'ratings'],
  ])('the API for products/0%s is a 500 that names %s', async (path, service) => {
    const response = await fetch(`${await Stage.open().start(createProductpage)}/api/v1/products/0${path}`);
    expect([response.status, await response.text()]).toEqual([
      500,
      `{"error": "Sorry, product ${service} are currently unavailable for this book."}`,
    ]);
  });

  it('the page is a 200 that says so', async () => {
    const response = await fetch(`${await Stage.open().start(createProductpage)}/productpage`);
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain('Error fetching product details');
    expect(page).toContain('Sorry, product details are currently unavailable for this book.');
    expect(page).toContain('Error fetching product reviews');
    expect(page).toContain('Sorry, product reviews are currently unavailable for this book.');
  });

  it('the API passes on the status of a service that answers', async () => {
    const stage = Stage.open();
    const requests = await stage.upstream('reviews:9080', saying(503, 'no healthy upstream'));
    const response = await fetch(`${await stage.start(createProductpage)}/api/v1/products/0/reviews`);
    expect([response.status, requests.length]).toEqual([503, 2]);
  });

  it('reviews get two times 3 s', async () => {
    const stage = Stage.open();
    const requests = await stage.upstream('reviews:9080', silent);
    const url = await stage.start(createProductpage);
    const start = stage.clock.now();
    const response = fetch(`${url}/api/v1/products/0/reviews`);
    for (const attempt of [1, 2]) {
      await expect.poll(() => [requests.length, stage.clock.pending]).toEqual([attempt, 1]);
      await stage.clock.advance(2_999);
      expect(stage.clock.pending).toBe(1);
      await stage.clock.advance(1);
    }
    expect((await response).status).toBe(500);
    expect([stage.clock.now() - start, requests.length, stage.clock.pending]).toEqual([6_000, 2, 0]);
  });
});

describe('the session of productpage', () => {
  it.each([
    [{ referer: 'http://localhost:30000/productpage' }, 'http://localhost:30000/productpage'],
    [{}, 'None'],
  ])('login with %j goes to %s', async (headers, location) => {
    const url = await Stage.open().start(createProductpage);
    const response = await fetch(`${url}/login`, {
      method: 'POST',
      headers,
      body: 'username=jason',
      ...manual,
    });
    expect([response.status, response.headers.get('location')]).toEqual([302, location]);
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^session=\S+; HttpOnly; Path=\/$/),
    ]);
  });

  it.each([
    ['the cookie of a login', (cookie: string) => cookie, 'jason'],
    ['a cookie with another name in it', forged, undefined],
    ['a cookie of a shape of its own', () => 'session=jason', undefined],
    ['the header alone', () => '', undefined],
  ])('%s makes the calls of end-user %j', async (_what, change, endUser) => {
    const stage = Stage.open();
    const requests = await stage.upstream('details:9080', saying(200, '{}'));
    const url = await stage.start(createProductpage);
    const headers = { cookie: change(await login(url)), 'end-user': 'somebody' };
    const page = await (await fetch(`${url}/productpage`, { headers })).text();
    expect(requests[0]?.headers['end-user']).toBe(endUser);
    expect(page.includes('Signed in as <b>jason</b>')).toBe(endUser === 'jason');
  });

  it('logout ends it', async () => {
    const response = await fetch(`${await Stage.open().start(createProductpage)}/logout`, manual);
    expect(response.status).toBe(302);
    expect(response.headers.getSetCookie()[0]).toContain('session=; Expires=Thu, 01 Jan 1970');
  });

  it('a name is text, not markup', async () => {
    const url = await Stage.open().start(createProductpage);
    const cookie = await login(url, 'username=%3Cb%3Ex');
    expect(await (await fetch(`${url}/productpage`, { headers: { cookie } })).text()).toContain('&lt;b&gt;x');
  });

  function forged(cookie: string): string {
    const [, ...signature] = cookie.split('.');
    const content = Buffer.from('{"user":"admin"}').toString('base64url');
    return `session=${[content, ...signature].join('.')}`;
  }
});

it('productpage passes a B3 trace on without its parent, and only a whole one', async () => {
  const stage = Stage.open();
  const requests = await stage.upstream('details:9080', saying(200, '{}'));
  const url = await stage.start(createProductpage);
  const trace = { 'x-b3-traceid': 't', 'x-b3-spanid': 's', 'x-b3-sampled': '1' };
  await fetch(`${url}/api/v1/products/0`, {
    headers: { ...trace, 'x-b3-parentspanid': 'p', 'x-request-id': 'r' },
  });
  await fetch(`${url}/api/v1/products/0`, { headers: { 'x-b3-traceid': 't' } });
  const [whole, half] = requests.map(({ headers }) => headers);
  expect(whole).toMatchObject({ ...trace, 'x-request-id': 'r', host: 'details:9080' });
  expect(whole).not.toHaveProperty('x-b3-parentspanid');
  expect(half).not.toHaveProperty('x-b3-traceid');
});
