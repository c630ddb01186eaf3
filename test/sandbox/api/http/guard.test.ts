import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { maps, request } from '../support/request.ts';

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

describe('guard', () => {
  it.each([
    ['no token', null, {}, 401, 'Unauthorized'],
    ['another token', 'x'.repeat(43), {}, 401, 'Unauthorized'],
    [
      'a foreign Host',
      undefined,
      { host: 'evil.example:1' },
      403,
      'the Host header must be 127.0.0.1 or localhost',
    ],
    [
      'a foreign Origin',
      undefined,
      { origin: 'https://evil.example' },
      403,
      'requests of web pages are refused',
    ],
  ])('refuses a request with %s', async (_what, token, headers, code, message) => {
    const answer = await request(api, 'GET', maps, { headers, ...(token === undefined ? {} : { token }) });
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', code, message });
  });

  it.each(['127.0.0.1', 'localhost', '127.0.0.1:30000'])('lets the Host %s in', async (host) => {
    expect((await request(api, 'GET', maps, { headers: { host } })).code).toBe(200);
  });
});
