import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { configMap, maps, request, type Answer } from '../support/request.ts';

let api: OpenApi;
let counter = 0;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

let name = '';
beforeEach(async () => {
  counter += 1;
  name = `x${counter}`;
  await request(api, 'POST', maps, { body: configMap(name, { a: '1', b: '2' }, { labels: { l: '1' } }) });
});

describe('server-side apply', () => {
  const applyType = 'application/apply-patch+yaml';
  const apply = (manager: string, data: object | undefined, query = '', metadata = {}): Promise<Answer> =>
    request(api, 'PATCH', `${maps}/${name}-applied?fieldManager=${manager}${query}`, {
      body: { ...configMap(`${name}-applied`, {}, metadata), data },
      type: applyType,
    });
  const fieldsOf = ({ body }: Answer): unknown =>
    Object.fromEntries(
      ((body as unknown as AnyObject).metadata.managedFields ?? []).map((entry) => [
        `${entry.manager} ${entry.operation}`,
        entry.fieldsV1,
      ]),
    );

  it('creates what is not there, and says who manages what', async () => {
    const answer = await apply('me', { a: '1' }, '', { labels: { l: '1' } });
    expect(answer.code).toBe(201);
    expect(fieldsOf(answer)).toEqual({
      'me Apply': { 'f:data': { 'f:a': {} }, 'f:metadata': { 'f:labels': { 'f:l': {} } } },
    });
  });

  it('removes what its manager no longer applies, and only that', async () => {
    await apply('me', { a: '1', b: '2' });
    await apply('you', { c: '3' });
    expect((await apply('me', { a: '1' })).body['data']).toEqual({ a: '1', c: '3' });
    const left = await apply('me', undefined);
    expect(left.body['data']).toEqual({ c: '3' });
    expect(fieldsOf(left)).toEqual({ 'you Apply': { 'f:data': { 'f:c': {} } } });
  });

  it('keeps a field as long as another manager applies it too', async () => {
    await apply('me', { a: '1' });
    await apply('you', { a: '1' });
    expect((await apply('me', undefined)).body['data']).toEqual({ a: '1' });
    expect((await apply('you', undefined)).body).not.toHaveProperty('data');
  });

  it('refuses to change what another manager applied', async () => {
    await apply('me', { a: '1' });
    const answer = await apply('you', { a: '2' });
    expect(answer.body).toMatchObject({
      reason: 'Conflict',
      code: 409,
      message: 'Apply failed with 1 conflict: conflict with "me": .data.a',
      details: {
        causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "me"', field: '.data.a' }],
      },
    });
  });

  it('lists the conflicts by manager when there are more', async () => {
    await apply('me', { a: '1', b: '1' });
    expect((await apply('you', { a: '2', b: '2' })).body['message']).toBe(
      'Apply failed with 2 conflicts: conflicts with "me":\n- .data.a\n- .data.b',
    );
  });

  it('takes fields over with force', async () => {
    await apply('me', { a: '1', b: '1' });
    const answer = await apply('you', { a: '2' }, '&force=true');
    expect(answer.body['data']).toEqual({ a: '2', b: '1' });
    expect(fieldsOf(answer)).toEqual({
      'me Apply': { 'f:data': { 'f:b': {} } },
      'you Apply': { 'f:data': { 'f:a': {} } },
    });
  });

  it('names an updating manager with its version, and gives it what it changes', async () => {
    await apply('me', { a: '1' });
    const changed = await request(api, 'PATCH', `${maps}/${name}-applied?fieldManager=editor`, {
      body: { data: { a: '2', n: '1' } },
      type: 'application/merge-patch+json',
    });
    expect(fieldsOf(changed)).toEqual({ 'editor Update': { 'f:data': { 'f:a': {}, 'f:n': {} } } });
    expect((await apply('me', { a: '1' })).body['message']).toBe(
      'Apply failed with 1 conflict: conflict with "editor" using v1: .data.a',
    );
  });

  it('does not write when the same is applied again', async () => {
    await apply('me', { a: '1' });
    const before = api.store.revision;
    expect((await apply('me', { a: '1' })).code).toBe(200);
    expect(api.store.revision).toBe(before);
  });

  it('merges keyed lists and drops items nobody applies any more', async () => {
    const url = '/apis/apps/v1/namespaces/default/deployments/d?fieldManager=';
    const deployment = (containers: object[]): object => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers } },
      },
    });
    const send = async (manager: string, containers: object[]): Promise<unknown> => {
      const answer = await request(api, 'PATCH', url + manager, {
        body: deployment(containers),
        type: applyType,
      });
      const { spec } = answer.body as {
        spec: { template: { spec: { containers: { name: string; ports?: object[] }[] } } };
      };
      return spec.template.spec.containers.map((each) => [each.name, (each.ports ?? []).length]);
    };
    await send('me', [{ name: 'a', image: 'a', ports: [{ containerPort: 80 }] }]);
    expect(await send('you', [{ name: 'b', image: 'b' }])).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
    expect(await send('me', [{ name: 'a', image: 'a' }])).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
    expect(await send('you', [{ name: 'c', image: 'c' }])).toEqual([
      ['a', 0],
      ['c', 0],
    ]);
  });

  it('treats an object that was made otherwise as somebody’s', async () => {
    api.registry.create(
      { group: '', resource: 'configmaps' },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `${name}-applied`, namespace: 'default' },
        data: { a: '1' },
      },
    );
    expect((await apply('me', { a: '2' })).body['message']).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
    );
  });

  it.each([
    [
      'without a manager',
      '',
      {},
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    [
      'with managedFields',
      'me',
      { metadata: { managedFields: [{ manager: 'x' }] } },
      400,
      'metadata.managedFields must be nil',
    ],
    [
      'of another version',
      'me',
      { apiVersion: 'v2' },
      400,
      'the API version in the data (v2) does not match the expected API version (v1)',
    ],
    [
      'of unknown fields',
      'me',
      { dat: {} },
      500,
      'failed to create typed patch object (default/x; /v1, Kind=ConfigMap): .dat: field not declared in schema',
    ],
  ])('refuses a configuration %s', async (_what, manager, own, code, message) => {
    const answer = await request(api, 'PATCH', `${maps}/x?fieldManager=${manager}`, {
      body: { ...configMap('x'), ...own },
      type: applyType,
    });
    expect(answer.body).toMatchObject({ code, message });
  });
});
