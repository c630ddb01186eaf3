import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdmissionPlugin } from '../../../../sandbox/api/extension.ts';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { configMap, maps, request, type Answer } from '../support/request.ts';

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const create = (name: string, data = {}, metadata = {}): Promise<Answer> =>
  request(api, 'POST', maps, { body: configMap(name, data, metadata) });
const metadataOf = ({ body }: Answer): AnyObject['metadata'] => (body as unknown as AnyObject).metadata;
const itemsOf = ({ body }: Answer): readonly AnyObject[] => body['items'] as AnyObject[];
const namesOf = (answer: Answer): readonly string[] => itemsOf(answer).map(({ metadata }) => metadata.name);

describe('objects', () => {
  it('fills in what is the server’s, and takes nothing of it from the client', async () => {
    const answer = await create(
      'filled',
      {},
      { uid: 'mine', creationTimestamp: '2001-01-01T00:00:00Z', generation: 7 },
    );
    expect(answer.code).toBe(201);
    expect(metadataOf(answer)).toMatchObject({
      uid: expect.stringMatching(/^[0-9a-f]{8}-/u),
      resourceVersion: expect.stringMatching(/^\d+$/u),
      creationTimestamp: expect.stringMatching(/^20[2-9]\d-.*Z$/u),
    });
    expect(metadataOf(answer).uid).not.toBe('mine');
    expect(metadataOf(answer)).not.toHaveProperty('generation');
  });

  it('makes names of generateName', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => request(api, 'POST', maps, { body: configMap('', {}, { generateName: 'gen-' }) })),
    );
    const names = answers.map((answer) => metadataOf(answer).name);
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/u);
  });

  it('does not write when nothing changes', async () => {
    const { body } = await create('same', { a: '1' });
    const answer = await request(api, 'PUT', `${maps}/same`, { body });
    expect(metadataOf(answer).resourceVersion).toBe((body as unknown as AnyObject).metadata.resourceVersion);
  });

  it('takes a PUT without resourceVersion for the current one', async () => {
    await create('unconditional', { a: '1' });
    const answer = await request(api, 'PUT', `${maps}/unconditional`, {
      body: configMap('unconditional', { a: '2' }),
    });
    expect(answer.body['data']).toEqual({ a: '2' });
  });

  it('does everything but store with dryRun=All', async () => {
    const answer = await request(api, 'POST', `${maps}?dryRun=All`, { body: configMap('dry') });
    expect(answer.code).toBe(201);
    expect(metadataOf(answer)).not.toHaveProperty('resourceVersion');
    expect((await request(api, 'GET', `${maps}/dry`)).code).toBe(404);
  });

  it('reads YAML and writes it', async () => {
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: "1"\n';
    const answer = await request(api, 'POST', maps, {
      body,
      type: 'application/yaml',
      headers: { accept: 'application/yaml' },
    });
    expect(answer.headers['content-type']).toBe('application/yaml');
    expect(answer.text).toContain('  name: yaml\n');
  });

  it('indents with pretty', async () => {
    const answer = await request(api, 'GET', `${maps}?pretty=true`);
    expect(answer.text).toMatch(/^\{\n {2}"kind"/u);
  });

  it('keeps an object with finalizers until the last one is gone, and takes no new ones', async () => {
    await create('held', {}, { finalizers: ['example.com/a'] });
    const deleted = await request(api, 'DELETE', `${maps}/held`);
    expect(metadataOf(deleted).deletionTimestamp).toBeDefined();
    const held = (await request(api, 'GET', `${maps}/held`)).body as unknown as AnyObject;
    const more = { ...held, metadata: { ...held.metadata, finalizers: ['example.com/a', 'example.com/b'] } };
    expect((await request(api, 'PUT', `${maps}/held`, { body: more })).body['message']).toBe(
      'ConfigMap "held" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/b"}',
    );
    await request(api, 'PATCH', `${maps}/held`, {
      body: { metadata: { finalizers: null } },
      type: 'application/merge-patch+json',
    });
    expect((await request(api, 'GET', `${maps}/held`)).code).toBe(404);
  });

  it.each([
    ['Foreground', ['foregroundDeletion']],
    ['Orphan', ['orphan']],
  ])(
    'leaves propagationPolicy=%s to the garbage collector as a finalizer',
    async (propagationPolicy, finalizers) => {
      await create(`policy-${propagationPolicy.toLowerCase()}`);
      const answer = await request(api, 'DELETE', `${maps}/policy-${propagationPolicy.toLowerCase()}`, {
        body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy },
      });
      expect(metadataOf(answer).finalizers).toEqual(finalizers);
    },
  );

  it.each([
    [
      { uid: 'x' },
      /^Operation cannot be fulfilled on configmaps "guarded": the UID in the precondition \(x\) does not match the UID in record/u,
    ],
    [{ resourceVersion: '1' }, /the ResourceVersion in the precondition \(1\) does not match/u],
  ])('deletes only what the preconditions %j name', async (preconditions, message) => {
    await create('guarded');
    const answer = await request(api, 'DELETE', `${maps}/guarded`, { body: { preconditions } });
    expect(answer.code).toBe(409);
    expect(answer.body['message']).toMatch(message);
  });

  it('answers a deletion with what was deleted', async () => {
    const uid = metadataOf(await create('deleted')).uid;
    expect((await request(api, 'DELETE', `${maps}/deleted`)).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'deleted', kind: 'configmaps', uid },
    });
  });

  it('deletes a collection by selector', async () => {
    await create('all-a', {}, { labels: { set: 'gone' } });
    await create('all-b', {}, { labels: { set: 'gone' } });
    await create('all-c', {}, { labels: { set: 'stays' } });
    expect(namesOf(await request(api, 'DELETE', `${maps}?labelSelector=set%3Dgone`))).toEqual([
      'all-a',
      'all-b',
    ]);
    expect(namesOf(await request(api, 'GET', `${maps}?labelSelector=set`))).toEqual(['all-c']);
  });
});

describe('warnings', () => {
  it('of admission reach the client, quoted', async () => {
    const validate: AdmissionPlugin['validate'] = ({ warn }) => warn('spec.x is not "executed"');
    await using warning = await openApi({ plugins: [{ name: 'warns', validate }] });
    const answer = await request(warning, 'POST', maps, { body: configMap('x') });
    expect(answer.headers['warning']).toBe('299 - "spec.x is not \\"executed\\""');
  });
});
