import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { configMap, maps, request } from '../support/request.ts';

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

describe('what is too long', () => {
  it.each([
    [
      'POST',
      'x'.repeat(129),
      'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
    ],
    [
      'PATCH',
      'a\nb',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\nb": should only contain printable characters (invalid character at position 1: U+000A)',
    ],
  ])('%s with the field manager %j is invalid', async (method, manager, message) => {
    const path = method === 'POST' ? maps : `${maps}/any`;
    const answer = await request(api, method, `${path}?fieldManager=${encodeURIComponent(manager)}`, {
      body: configMap('any'),
      headers: { 'content-type': method === 'POST' ? 'application/json' : 'application/merge-patch+json' },
    });
    expect([answer.code, answer.body['message']]).toEqual([422, message]);
  });

  it.each([
    ['a name', { name: 'x'.repeat(254) }, 'metadata.name', 253],
    ['a label', { name: 'x', labels: { a: 'y'.repeat(64) } }, 'metadata.labels', 63],
  ])('says how long %s may be', async (_what, metadata, field, most) => {
    const answer = await request(api, 'POST', maps, {
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata },
    });
    expect(answer.body['details']).toMatchObject({
      causes: [{ field, message: expect.stringMatching(`: must be no more than ${most} characters$`) }],
    });
  });
});
