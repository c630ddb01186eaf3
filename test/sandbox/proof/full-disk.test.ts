// A disk that is full: file sizes are limited for the sandbox's process, so that its journal cannot grow.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClient, type ApiAnswer, type ApiClient } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { get } from './support/gateway-load.ts';
import { startSandboxProcess, type SandboxProcess } from './support/sandbox-process.ts';
import { collectionOf, shopObjects } from './support/shop-objects.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'mesh-workshop-full-disk-'));
const collection = '/api/v1/namespaces/default/configmaps';
const fileLimitKiB = 1000;

/** By name: the text that each map had when a write of it was acknowledged last. */
const acknowledged = new Map<string, string>();
let sandbox: SandboxProcess | undefined;
let client: ApiClient;

afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('while the disk is full', () => {
  beforeAll(async () => {
    await start(fileLimitKiB);
    await create('first', 10);
    for (const object of shopObjects().filter(({ kind }) => ['Namespace', 'Gateway'].includes(kind))) {
      await client.call({ method: 'POST', path: collectionOf(object), body: JSON.stringify(object) });
    }
    await eventually('the gateway listens', () => gatewayAnswers());
  });

  it('a write that has no room is refused in one sentence, and the sandbox goes on', async () => {
    const { refused } = await createUntilRefused(100_000);
    expect(refused.status).toBe(500);
    expect(JSON.parse(refused.body)).toMatchObject({
      kind: 'Status',
      reason: 'InternalError',
      message: expect.stringMatching(
        /^the change was not saved in [^\n]* because [^\n]*: [^\n]* and try again$/u,
      ) as string,
    });
    // A small object still finds room.
    expect(await create('small', 10)).toMatchObject({ status: 201 });
  });

  it('not even a removal is taken that is not on it, nothing of what was refused shows, and the gateway answers', async () => {
    await fillUp();
    const before = await listed();
    const refused = await Promise.all([
      create('more', 1),
      client.call({ method: 'DELETE', path: `${collection}/first` }),
      client.call({
        method: 'PATCH',
        path: `${collection}/small`,
        contentType: 'application/merge-patch+json',
        body: JSON.stringify({ data: { text: 'changed' } }),
      }),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([500, 500, 500]);
    expect(await listed()).toEqual(before);
    expect(await gatewayAnswers()).toBe(true);
  });

  it('the sandbox does not start again, says why, and leaves the state alone', async () => {
    const { maps } = await listed();
    await stop();
    const size = journalBytes();
    await expect(startSandboxProcess(folder, { fileLimitKiB })).rejects.toThrow(
      /^exit code 1: .* the change was not saved in /u,
    );
    expect(journalBytes()).toBe(size);
    expect(maps).toEqual(Object.fromEntries(acknowledged));
  });
});

describe('once there is room again', () => {
  it('the state is that of the last acknowledged write, and the next ones are taken', async () => {
    await start();
    expect((await listed()).maps).toEqual(Object.fromEntries(acknowledged));
    expect(await create('afterwards', 100_000)).toMatchObject({ status: 201 });
    expect((await listed()).maps).toEqual(Object.fromEntries(acknowledged));
  });
});

async function start(limit?: number): Promise<void> {
  sandbox = await startSandboxProcess(folder, limit === undefined ? {} : { fileLimitKiB: limit });
  client = apiClient(sandbox.api);
}

/** It has a Gateway and no routes. */
async function gatewayAnswers(): Promise<boolean> {
  const answer = await get(undefined, sandbox?.gateway ?? 0, '/').catch(() => undefined);
  return answer?.status === 404;
}

async function stop(): Promise<void> {
  client.close();
  await sandbox?.kill();
  sandbox = undefined;
}

async function create(name: string, bytes: number): Promise<ApiAnswer> {
  const text = 'x'.repeat(bytes);
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text } });
  const answer = await client.call({ method: 'POST', path: collection, body });
  if (answer.status === 201) acknowledged.set(name, text);
  return answer;
}

async function createUntilRefused(bytes: number): Promise<{ refused: ApiAnswer }> {
  for (let count = 0; count < 40; count += 1) {
    const answer = await create(`of-${bytes}-${count}`, bytes);
    if (answer.status !== 201) return { refused: answer };
  }
  throw new Error('the disk was never full');
}

/** Down to a rest that has no room for a line of the journal, by objects that are smaller and smaller. */
async function fillUp(): Promise<void> {
  const smallest = 60;
  let overhead = 0;
  for (let count = 0; room() > smallest && count < 40; count += 1) {
    const before = journalBytes();
    const bytes = Math.max(1, Math.floor(room() - overhead));
    const { status } = await create(`fill-${100 + count}`, bytes);
    if (status === 201) overhead = journalBytes() - before - bytes;
    else overhead += 100;
  }
  expect(room()).toBeLessThanOrEqual(smallest);
}

const room = (): number => fileLimitKiB * 1024 - journalBytes();
const journalBytes = (): number => statSync(path.join(folder, 'state', 'journal.jsonl')).size;

async function listed(): Promise<{ revision: string; maps: Record<string, string> }> {
  const { body } = await client.call({ method: 'GET', path: collection });
  const { items, metadata } = JSON.parse(body) as {
    metadata: { resourceVersion: string };
    items: { metadata: { name: string }; data: { text?: string } }[];
  };
  const own = items.flatMap((item) =>
    item.data.text === undefined ? [] : [[item.metadata.name, item.data.text] as const],
  );
  return { revision: metadata.resourceVersion, maps: Object.fromEntries(own) };
}
