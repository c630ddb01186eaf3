import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { configMap, maps, open, request } from '../support/request.ts';

interface Event {
  readonly type: string;
  readonly object: AnyObject;
}

/** Reads `count` events and leaves; with no count, until the server ends the watch. */
async function events(message: IncomingMessage, count = Infinity): Promise<readonly Event[]> {
  const found: Event[] = [];
  for await (const line of createInterface({ input: message })) {
    found.push(JSON.parse(line) as Event);
    if (found.length >= count) break;
  }
  message.destroy();
  return found;
}

const seen = (list: readonly Event[]): readonly string[] =>
  list.map(({ type, object }) => `${type} ${object.metadata.name}`);

const create = (api: OpenApi, name: string, labels = {}): unknown =>
  request(api, 'POST', maps, { body: configMap(name, {}, { labels }) });
const relabel = (api: OpenApi, name: string, labels: object): unknown =>
  request(api, 'PATCH', `${maps}/${name}`, {
    body: { metadata: { labels } },
    type: 'application/merge-patch+json',
  });

describe('watch', () => {
  it('begins with what is there and goes on with what happens', async () => {
    await using api = await openApi();
    await create(api, 'a');
    const watch = await open(api, 'GET', `${maps}?watch=true`);
    await create(api, 'b');
    await relabel(api, 'b', { x: 'y' });
    await request(api, 'DELETE', `${maps}/b`);
    expect(seen(await events(watch, 4))).toEqual(['ADDED a', 'ADDED b', 'MODIFIED b', 'DELETED b']);
  });

  it('goes on from a resourceVersion, missing nothing', async () => {
    await using api = await openApi();
    await create(api, 'a');
    const from = api.store.revision;
    await create(api, 'b');
    await request(api, 'DELETE', `${maps}/b`);
    const found = await events(await open(api, 'GET', `${maps}?watch=1&resourceVersion=${from}`), 2);
    expect(seen(found)).toEqual(['ADDED b', 'DELETED b']);
    expect(found.map(({ object }) => Number(object.metadata.resourceVersion))).toEqual([from + 1, from + 2]);
  });

  it('turns coming into and leaving the selection into ADDED and DELETED', async () => {
    await using api = await openApi();
    const watch = await open(api, 'GET', `${maps}?watch=1&labelSelector=app%3Dx`);
    await create(api, 'a');
    await relabel(api, 'a', { app: 'x' });
    await relabel(api, 'a', { app: 'x', more: '1' });
    await relabel(api, 'a', { app: 'y' });
    const found = await events(watch, 3);
    expect(seen(found)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
    expect(found[2]?.object.metadata).toMatchObject({
      labels: { app: 'x', more: '1' },
      resourceVersion: String(api.store.revision),
    });
  });

  it('watches one object by its URL', async () => {
    await using api = await openApi();
    const watch = await open(api, 'GET', `${maps}/b?watch=1`);
    await create(api, 'a');
    await create(api, 'b');
    expect(seen(await events(watch, 1))).toEqual(['ADDED b']);
  });

  it.each([
    ['forgotten', 2, /^too old resource version: 2 \(\d+\)$/u],
    ['from another life of the cluster', 999_999, /^too old resource version: 999999 \(\d+\)$/u],
  ])('answers 410 to a resourceVersion that is %s', async (_what, from, message) => {
    await using api = await openApi({ history: 3 });
    for (let count = 0; count < 12; count += 1) await create(api, `a${count}`);
    const answer = await request(api, 'GET', `${maps}?watch=1&resourceVersion=${from}`);
    expect(answer.body).toMatchObject({
      kind: 'Status',
      reason: 'Expired',
      code: 410,
      message: expect.stringMatching(message),
    });
  });

  it('ends the initial objects with a bookmark when asked for sendInitialEvents', async () => {
    await using api = await openApi();
    await create(api, 'a');
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const [added, bookmark] = await events(await open(api, 'GET', `${maps}?${query}`), 2);
    expect(added?.type).toBe('ADDED');
    expect(bookmark).toMatchObject({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: {
          resourceVersion: String(api.store.revision),
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      },
    });
  });

  it('sends bookmarks every minute and ends after timeoutSeconds', async () => {
    const clock = new ManualClock();
    await using api = await openApi({ clock });
    const watch = await open(api, 'GET', `${maps}?watch=1&allowWatchBookmarks=true&timeoutSeconds=150`);
    const all = events(watch);
    await clock.advance(150_000);
    expect((await all).map(({ type }) => type)).toEqual(['BOOKMARK', 'BOOKMARK', 'BOOKMARK']);
    expect(clock.pending).toBe(0);
  });

  it('names the columns of a table once', async () => {
    await using api = await openApi();
    await create(api, 'a');
    await create(api, 'b');
    const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
    const found = await events(await open(api, 'GET', `${maps}?watch=1`, { headers }), 2);
    const columns = found.map(({ object }) => (object['columnDefinitions'] as unknown[]).length);
    expect(columns).toEqual([3, 0]);
  });

  it('costs no other client anything when its client is torn away', async () => {
    await using api = await openApi();
    const watches = await Promise.all(Array.from({ length: 20 }, () => open(api, 'GET', `${maps}?watch=1`)));
    for (const watch of watches) {
      watch.on('error', () => undefined);
      watch.socket.destroy();
    }
    for (let count = 0; count < 20; count += 1) await create(api, `a${count}`);
    expect((await request(api, 'GET', maps)).body['items']).toHaveLength(20);
    expect(api.logged).toEqual([]);
  });

  it('ends when the server closes', async () => {
    const api = await openApi();
    const watch = events(await open(api, 'GET', `${maps}?watch=1`));
    await api.close();
    await expect(watch).resolves.toEqual([]);
  });
});
