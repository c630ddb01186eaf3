import { describe, expect, it } from 'vitest';
import { createWhoami } from '../../../apps/whoami/app.ts';
import { exchange, Stage } from '../stage.ts';

async function ask(target: string, env: Record<string, string> = {}, headers = ''): Promise<string> {
  const url = await Stage.open().start(createWhoami, env);
  return exchange(url, `GET ${target} HTTP/1.1\r\nHost: shop\r\n${headers}Connection: close\r\n\r\n`);
}

describe('whoami', () => {
  it('repeats the request as it has arrived, Host and User-Agent first, the others by name', async () => {
    const headers = 'x-envoy-original-path: /assets/a\r\nUser-Agent: curl/8\r\naccept: */*\r\n';
    const text = await ask('/a?b=c', { WHOAMI_NAME: 'storefront' }, headers);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Type: text\/plain; charset=utf-8\r\n/);
    const [, body] = text.split(/(?<=\r\n\r\n)([\s\S]*)/);
    expect(body).toMatch(
      /^Name: storefront\nHostname: pod-1\nIP: 127\.0\.0\.1\nRemoteAddr: 127\.0\.0\.1:\d+\nGET \/a\?b=c HTTP\/1\.1\r\nHost: shop\r\nUser-Agent: curl\/8\r\nAccept: \*\/\*\r\nConnection: close\r\nX-Envoy-Original-Path: \/assets\/a\r\n\r\n$/,
    );
  });

  it('repeats the body, too', async () => {
    const url = await Stage.open().start(createWhoami);
    const text = await (await fetch(`${url}/`, { method: 'POST', body: 'two words' })).text();
    expect(text).toMatch(/\r\nContent-Length: 9\r\n(?:.+\r\n)*\r\ntwo words$/);
  });

  it.each([
    ['//logo.svg', '/logo.svg'],
    ['/a/./b//c/', '/a/b/c/'],
    ['/a/../b', '/b'],
    ['//', '/'],
    ['//items?page=2', '/items?page=2'],
  ])('sends a client that asks for %s to %s', async (target, location) => {
    const text = await ask(target);
    expect(text).toMatch(/^HTTP\/1\.1 301 Moved Permanently\r\n/);
    expect(text).toContain(`\r\nLocation: ${location}\r\n`);
    expect(text).toContain(`<a href="${location}">Moved Permanently</a>.`);
  });

  it('tells the same as JSON on /api', async () => {
    const url = await Stage.open().start(createWhoami, { WHOAMI_NAME: 'api', A: 'b' });
    const answer = (await (
      await fetch(`${url}/api?env=true`, { headers: { 'x-request-id': 'r' } })
    ).json()) as object;
    expect(answer).toMatchObject({
      hostname: 'pod-1',
      name: 'api',
      method: 'GET',
      url: '/api?env=true',
      host: new URL(url).host,
      headers: { 'X-Request-Id': ['r'] },
      environ: { A: 'b' },
    });
  });

  it('answers /health with the status it was told last', async () => {
    const url = await Stage.open().start(createWhoami);
    const post = async (body: string): Promise<number> =>
      (await fetch(`${url}/health`, { method: 'POST', body })).status;
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect([await post('not one'), await post('503')]).toEqual([400, 200]);
    expect((await fetch(`${url}/health`)).status).toBe(503);
  });

  it('waits as long as ?wait says', async () => {
    const stage = Stage.open();
    const url = await stage.start(createWhoami);
    const response = fetch(`${url}/?wait=1m30s`);
    await expect.poll(() => stage.clock.pending).toBe(1);
    await stage.clock.advance(90_000);
    expect((await response).status).toBe(200);
  });

  it.each([
    ['/?wait=soon', 200],
    ['/bench', 200],
    ['/data', 501],
    ['/echo', 501],
  ])('answers %s with %i at once', async (path, status) => {
    expect((await fetch((await Stage.open().start(createWhoami)) + path)).status).toBe(status);
  });

  it.each([
    [{}, 80],
    [{ WHOAMI_PORT_NUMBER: '8080' }, 8080],
  ])('with %j it serves port %i', (env, port) => {
    expect(createWhoami(Stage.open().context(env)).port).toBe(port);
  });
});
