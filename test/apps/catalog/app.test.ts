import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../../apps/catalog/app.ts';
import { exchange, Stage } from '../stage.ts';

const json = { 'content-type': 'application/json' };

function order(url: string, body: unknown, method: 'POST' | 'DELETE' | 'PUT' = 'POST'): Promise<Response> {
  return fetch(`${url}/blowup`, { method, headers: json, body: JSON.stringify(body) });
}

describe('catalog', () => {
  it('lists its four items, indented by two', async () => {
    const url = await Stage.open().start(createCatalog);
    const response = await fetch(`${url}/items`);
    const text = await response.text();
    expect(text).toMatch(/^\[\n {2}\{\n {4}"id": 1,\n {4}"color": "amber",\n {4}"department": "Eyewear",\n/);
    expect(JSON.parse(text)).toMatchObject([
      { name: 'Elinor Glasses', price: '282.00' },
      { name: 'Atlas Shirt', price: '127.00' },
      { name: 'Small Metal Shoes', price: '232.00' },
      { name: 'Red Dragon Watch', price: '232.00' },
    ]);
  });

  it.each([
    ['content-type', 'application/json; charset=utf-8'],
    ['content-length', '502'],
    ['x-powered-by', 'Express'],
    ['access-control-allow-credentials', 'true'],
    ['vary', 'Origin, Accept-Encoding'],
    ['cache-control', 'no-cache'],
    ['pragma', 'no-cache'],
    ['expires', '-1'],
    ['etag', 'W/"1f6-ih2h+hDQ0yLLcKIlBvwkWbyQGK4"'],
    ['connection', 'keep-alive'],
  ])('sends %s: %s with the items', async (name, value) => {
    const url = await Stage.open().start(createCatalog);
    const response = await fetch(`${url}/items`);
    expect(response.headers.get(name)).toBe(value);
  });

  it('answers 304 to a client that holds the same items', async () => {
    const url = await Stage.open().start(createCatalog);
    const etag = (await fetch(`${url}/items`)).headers.get('etag') ?? '';
    const response = await fetch(`${url}/items`, { headers: { 'if-none-match': etag } });
    expect([response.status, await response.text()]).toEqual([304, '']);
  });

  it('names the origin of a page that asks from elsewhere', async () => {
    const url = await Stage.open().start(createCatalog);
    const response = await fetch(`${url}/items`, { headers: { origin: 'http://shop.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://shop.example');
  });

  it.each([
    ['GET', '/items/2', 200, /"Atlas Shirt"/],
    ['GET', '/items/9', 404, /^Not Found$/],
    ['PUT', '/items', 404, /Cannot PUT \/items/],
    ['GET', '/nothing', 404, /Cannot GET \/nothing/],
    ['GET', '/', 200, /<html/],
    ['GET', '/blowup', 200, /^\{\}$/],
  ])('answers %s %s with %i', async (method, path, status, body) => {
    const url = await Stage.open().start(createCatalog);
    const response = await fetch(url + path, { method });
    expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(body)]);
  });

  it('numbers a new item, keeps it and says nothing', async () => {
    const url = await Stage.open().start(createCatalog);
    const item = JSON.stringify({ name: 'Tent', price: '90.00' });
    const created = await fetch(`${url}/items`, { method: 'POST', headers: json, body: item });
    expect([created.status, await created.text()]).toEqual([201, '']);
    const items = (await (await fetch(`${url}/items`)).json()) as unknown[];
    expect(items[4]).toEqual({ name: 'Tent', price: '90.00', id: 5 });
  });

  it('shows images where SHOW_IMAGE is set', async () => {
    const url = await Stage.open().start(createCatalog, { SHOW_IMAGE: 'true' });
    const [first] = (await (await fetch(`${url}/items`)).json()) as { imageUrl: string }[];
    expect(first?.imageUrl).toBe('http://lorempixel.com/640/480');
  });

  it('closes the connection after one item, although it promises to keep it', async () => {
    const url = await Stage.open().start(createCatalog);
    const text = await exchange(url, 'GET /items/2 HTTP/1.1\r\nHost: catalog\r\n\r\n');
    expect(text).toContain('Connection: keep-alive');
    expect(text).toMatch(/"price": "127.00"\n\}$/);
  });

  it('logs a line per request, and none for the kubelet', async () => {
    const stage = Stage.open();
    const url = await stage.start(createCatalog);
    await fetch(`${url}/blowup`, { headers: { 'user-agent': 'kube-probe/1.32' } });
    await fetch(`${url}/items?page=1`);
    expect(stage.log).toEqual([`GET ${new URL(url).host} /items?page=1 200 502 - 0.000 ms`]);
  });

  it('answers 400 to malformed JSON', async () => {
    const url = await Stage.open().start(createCatalog);
    expect((await fetch(`${url}/blowup`, { method: 'POST', headers: json, body: '{' })).status).toBe(400);
  });
});

describe('chaos in the catalog', () => {
  it.each([
    [{ percentage: 50 }, 0.509, 500],
    [{ percentage: 50 }, 0.51, 200],
    [{ percentage: 1 }, 0.02, 200],
    [{ percentage: 0 }, 0.999, 500],
    [{}, 0.999, 500],
    [{ active: false }, 0, 200],
  ])('type 500 with %j and a draw of %d answers %i', async (fields, draw, status) => {
    const stage = Stage.open();
    const url = await stage.start(createCatalog);
    const reply = await order(url, { active: true, type: '500', ...fields });
    expect([reply.status, await reply.text()]).toEqual([200, 'blowups=[object Object]']);
    stage.draws = [draw];
    const response = await fetch(`${url}/items`);
    expect([response.status, (await response.text()) === '']).toEqual([status, status === 500]);
  });

  it.each(['/items', '/items/1', '/my-items'])('strikes %s', async (path) => {
    const url = await Stage.open().start(createCatalog);
    await order(url, { active: true, type: '500' });
    expect((await fetch(url + path)).status).toBe(500);
  });

  it('spares /blowup, shows the orders there, and ends with DELETE', async () => {
    const url = await Stage.open().start(createCatalog);
    await order(url, { active: true, type: '500', percentage: 30 });
    const orders = await (await fetch(`${url}/blowup`)).json();
    expect(orders).toEqual({ 500: { active: true, type: '500', percentage: 30 } });
    expect(await (await order(url, { type: '500' }, 'DELETE')).text()).toBe('deleted blowup 500');
    expect((await fetch(`${url}/items`)).status).toBe(200);
  });

  it.each([
    [{}, 0, 1_000],
    [{ latencyMs: 250 }, 0, 250],
    [{ latencyMs: 400, volatile: true }, 0.5, 200],
  ])('type latency with %j and a draw of %d answers after %i ms', async (fields, draw, ms) => {
    const stage = Stage.open();
    const url = await stage.start(createCatalog);
    await order(url, { active: true, type: 'latency', ...fields });
    stage.draws = [draw];
    let status: number | undefined;
    const answered = fetch(`${url}/items`).then((response) => (status = response.status));
    await expect.poll(() => stage.clock.pending).toBe(1);
    await stage.clock.advance(ms - 1);
    expect(stage.clock.pending).toBe(1);
    expect(status).toBeUndefined();
    await stage.clock.advance(1);
    expect(await answered).toBe(200);
  });

  it('stops waiting when the client leaves', async () => {
    const stage = Stage.open();
    const url = await stage.start(createCatalog);
    await order(url, { active: true, type: 'latency' });
    const client = new AbortController();
    const left = fetch(`${url}/items`, { signal: client.signal });
    await expect.poll(() => stage.clock.pending).toBe(1);
    client.abort();
    await expect(left).rejects.toThrow('aborted');
    await expect.poll(() => stage.clock.pending).toBe(0);
  });

  it('type drop ends the connection without an answer', async () => {
    const url = await Stage.open().start(createCatalog);
    await order(url, { active: true, type: 'drop' });
    expect(await exchange(url, 'GET /items HTTP/1.1\r\nHost: catalog\r\n\r\n')).toBe('');
  });

  it('an error outranks a delay', async () => {
    const url = await Stage.open().start(createCatalog);
    await order(url, { active: true, type: 'latency' });
    await order(url, { active: true, type: '500' });
    expect((await fetch(`${url}/items`)).status).toBe(500);
  });

  it('JSON that is sent as a form (curl -d alone) orders nothing', async () => {
    const url = await Stage.open().start(createCatalog);
    const body = '{"active":true,"type":"500"}';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await fetch(`${url}/blowup`, { method: 'POST', headers, body })).status).toBe(200);
    expect((await fetch(`${url}/items`)).status).toBe(200);
  });
});
