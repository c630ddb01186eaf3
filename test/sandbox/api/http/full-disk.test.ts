import { ftruncateSync, writeSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openApi } from '../support/open-api.ts';
import { configMap, maps, request } from '../support/request.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('answers 500 with one sentence while the disk is full, loses nothing, and goes on afterwards', async () => {
  using folder = temporaryFolder();
  let isFull = false;
  const files = {
    write: (...args: Parameters<typeof write>) => {
      if (isFull)
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      return write(...args);
    },
    truncate: ftruncateSync,
  };
  await using api = await openApi({ dir: folder.dir, files });
  await request(api, 'POST', maps, { body: configMap('before') });
  isFull = true;
  const refused = await request(api, 'POST', maps, { body: configMap('during') });
  expect(refused.body).toMatchObject({
    kind: 'Status',
    reason: 'InternalError',
    code: 500,
    message: `the change was not saved in ${folder.dir} because the disk is full: free some space and try again`,
  });
  expect((await request(api, 'GET', `${maps}/before`)).code).toBe(200);
  expect((await request(api, 'GET', `${maps}/during`)).code).toBe(404);
  isFull = false;
  expect((await request(api, 'POST', maps, { body: configMap('during') })).code).toBe(201);
  expect(api.logged).toEqual([]);
});

const write = (
  descriptor: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number,
): number => writeSync(descriptor, bytes, offset, length, position);
