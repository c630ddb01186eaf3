import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../../apps/catalog/app.ts';
import { createForum } from '../../../apps/forum/app.ts';
import { createWebapp } from '../../../apps/webapp/app.ts';
import { saying, silent, Stage } from '../stage.ts';

const env = {
  CATALOG_SERVICE_HOST: 'catalog',
  CATALOG_SERVICE_PORT: '3000',
  FORUM_SERVICE_HOST: 'forum',
  FORUM_SERVICE_PORT: '8080',
};

describe('webapp with its services', () => {
  async function open(): Promise<{ stage: Stage; url: string }> {
    const stage = Stage.open();
    await stage.start(createCatalog, {}, 'catalog');
    await stage.start(createForum, { LOCAL_USERS: 'true' }, 'forum');
    return { stage, url: await stage.start(createWebapp, env) };
  }

  it.each([
    [
      'GET',
      '/api/catalog',
      200,
      /^\[\{"id":1,"color":"amber","department":"Eyewear","name":"Elinor Glasses","price":"282.00"\},/,
    ],
    ['DELETE', '/api/catalog', 200, /^\[/],
    [
      'GET',
      '/api/catalog/items/4',
      200,
      /^\{"id":4,"color":"red","department":"Watches","name":"Red Dragon Watch","price":"232.00"\}$/,
    ],
    ['GET', '/api/catalog/items/99', 500, /^error calling Catalog service$/],
    ['GET', '/api/catalog/items/x', 404, /no such page/],
    ['GET', '/api/users', 200, /^\[\{"id":10,"name":"[^"]+","username":/],
    ['GET', '/api/healthz', 200, /^Healthy!$/],
    [
      'GET',
      '/',
      200,
      /<title>Web App - Istio in Action<\/title>[^]*Elinor Glasses[^]*Red Dragon Watch[^]*@robin\.f/,
    ],
    ['GET', '/nothing', 404, /no such page/],
  ])('answers %s %s with %i', async (method, path, status, body) => {
    const { url } = await open();
    const response = await fetch(url + path, { method });
    expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(body)]);
  });

  it('sends JSON as beego does', async () => {
    const { url } = await open();
    const { headers } = await fetch(`${url}/api/catalog`);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('server')).toBeNull();
  });

  it.each([
    ['{"color":"blue","department":"Camping","name":"Tent","price":"90.00"}', 200, 'null'],
    ['{"price":90}', 400, 'Invalid CatalogItem'],
    ['no JSON', 400, 'Invalid CatalogItem'],
  ])('POST of %s answers %i %s', async (body, status, text) => {
    const { url } = await open();
    const response = await fetch(`${url}/api/catalog/items`, { method: 'POST', body });
    expect([response.status, await response.text()]).toEqual([status, text]);
    const { length } = (await (await fetch(`${url}/api/catalog`)).json()) as unknown[];
    expect(length).toBe(status === 200 ? 5 : 4);
  });
});

describe('webapp with an upstream of the test', () => {
  it('passes on x- headers and Authorization, once each, and nothing else', async () => {
    const stage = Stage.open();
    const requests = await stage.upstream('catalog:3000', saying(200, '[]'));
    const url = await stage.start(createWebapp, env);
    await fetch(`${url}/api/catalog`, {
      headers: {
        'X-Dark-Launch': 'v2',
        'x-request-id': 'abc',
        authorization: 'Bearer t',
        cookie: 'a=b',
        traceparent: '00-1-2-01',
        'end-user': 'jason',
      },
    });
    expect(requests[0]?.url).toBe('/items');
    expect(requests[0]?.headers).toEqual({
      host: 'catalog:3000',
      'user-agent': 'beegoServer',
      'x-dark-launch': 'v2',
      'x-request-id': 'abc',
      authorization: 'Bearer t',
      connection: 'close',
    });
  });

  it.each([
    ['an empty 500', saying(500, ''), 500, 'error calling Catalog service'],
    ["a proxy's 503", saying(503, 'upstream connect error'), 500, 'error calling Catalog service'],
    ['JSON of another shape', saying(200, '{"error":"x"}'), 500, 'error calling Catalog service'],
    ['a price that is no string', saying(200, '[{"price":3}]'), 500, 'error calling Catalog service'],
    [
      'items with a 404',
      saying(404, '[{"id":7,"name":"A & B","more":1}]'),
      200,
      '[{"id":7,"color":"","department":"","name":"A \\u0026 B","price":""}]',
    ],
  ])('makes of %s: %s', async (_what, listener, status, body) => {
    const stage = Stage.open();
    await stage.upstream('catalog:3000', listener);
    const url = await stage.start(createWebapp, env);
    const response = await fetch(`${url}/api/catalog`);
    expect([response.status, await response.text()]).toEqual([status, body]);
  });

  it('says so when a service cannot be found', async () => {
    const url = await Stage.open().start(createWebapp, env);
    const response = await fetch(`${url}/api/users`);
    expect([response.status, await response.text()]).toEqual([500, 'error calling Forum service']);
    const page = await (await fetch(url)).text();
    expect(page).toContain('The catalog service is currently not available.');
    expect(page).toContain('The forum service is currently not available.');
  });

  it('gives up after 60 s, and asks once', async () => {
    const stage = Stage.open();
    const requests = await stage.upstream('catalog:3000', silent);
    const url = await stage.start(createWebapp, env);
    const response = fetch(`${url}/api/catalog`);
    await expect.poll(() => requests.length).toBe(1);
    await stage.clock.advance(59_999);
    expect(stage.clock.pending).toBe(1);
    await stage.clock.advance(1);
    expect((await response).status).toBe(500);
    expect([requests.length, stage.clock.pending]).toEqual([1, 0]);
  });

  it('keeps what a catalog item says out of the markup', async () => {
    const stage = Stage.open();
    await stage.upstream('catalog:3000', saying(200, '[{"name":"<script>"}]'));
    const page = await (await fetch(await stage.start(createWebapp, env))).text();
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('<script>');
  });
});
