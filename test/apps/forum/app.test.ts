import { describe, expect, it } from 'vitest';
import { createForum } from '../../../apps/forum/app.ts';
import { exchange, saying, Stage } from '../stage.ts';

const users = 'GET /api/users HTTP/1.1\r\nHost: forum\r\n\r\n';

describe('forum', () => {
  it('has one user of its own with LOCAL_USERS', async () => {
    const url = await Stage.open().start(createForum, { LOCAL_USERS: 'true' });
    const list = (await (await fetch(`${url}/api/users`)).json()) as { id: number }[];
    expect(list.map(({ id }) => id)).toEqual([10]);
  });

  it('ends the connection without an answer when the internet is out of reach', async () => {
    const stage = Stage.open();
    expect(await exchange(await stage.start(createForum), users)).toBe('');
    expect(stage.log).toEqual([expect.stringContaining('ENOTFOUND')]);
  });

  it.each([
    [200, '[{"id":1}]', 200, '[{"id":1}]'],
    [404, '{}', 500, 'error calling Users service\n'],
  ])('makes of a %i from the internet: %s → %i', async (upstream, said, status, body) => {
    const stage = Stage.open();
    const requests = await stage.upstream('jsonplaceholder.typicode.com:80', saying(upstream, said));
    const url = await stage.start(createForum);
    const response = await fetch(`${url}/api/users`, { headers: { 'x-request-id': 'r', cookie: 'a=b' } });
    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(requests[0]?.headers).toEqual({
      host: 'jsonplaceholder.typicode.com',
      'x-request-id': 'r',
      connection: 'close',
    });
  });

  it.each([
    ['/api/healthz', 200, ''],
    ['/', 404, '404 page not found\n'],
  ])('answers %s with %i', async (path, status, body) => {
    const response = await fetch((await Stage.open().start(createForum)) + path);
    expect([response.status, await response.text()]).toEqual([status, body]);
  });
});
