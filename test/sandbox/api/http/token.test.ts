import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { request } from '../support/request.ts';

const accounts = '/api/v1/namespaces/default/serviceaccounts';
let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
  const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } };
  await request(api, 'POST', accounts, { body });
});
afterAll(() => api.close());

it.each([
  [600, 201, undefined],
  [599, 422, 'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes'],
  [
    2 ** 32 + 1,
    422,
    'spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
  ],
])('a token for %i seconds is answered with %i', async (expirationSeconds, code, why) => {
  const answer = await request(api, 'POST', `${accounts}/robot/token`, {
    body: { spec: { expirationSeconds } },
  });
  expect(answer.code).toBe(code);
  expect(answer.body['message']).toBe(
    why === undefined ? undefined : `TokenRequest.authentication.k8s.io "" is invalid: ${why}`,
  );
});
