import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { configMap, maps, request, type Answer } from '../support/request.ts';

const pods = '/api/v1/namespaces/default/pods';
const types = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

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

const patch = (type: keyof typeof types, body: unknown): Promise<Answer> =>
  request(api, 'PATCH', `${maps}/${name}`, { body, type: types[type] });

describe('patch', () => {
  it.each([
    ['merge', { data: { a: null, c: '3' } }, { b: '2', c: '3' }],
    ['strategic', { data: { a: null, c: '3' } }, { b: '2', c: '3' }],
    ['strategic', { data: { $patch: 'replace', c: '3' } }, { c: '3' }],
    ['strategic', { data: { $retainKeys: ['b', 'c'], c: '3' } }, { b: '2', c: '3' }],
    [
      'json',
      [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'remove', path: '/data/a' },
        { op: 'add', path: '/data/c', value: '3' },
      ],
      { b: '2', c: '3' },
    ],
    ['json', [{ op: 'move', from: '/data/a', path: '/data/c' }], { b: '2', c: '1' }],
  ] as const)('applies a %s patch %j', async (type, body, data) => {
    expect((await patch(type, body)).body['data']).toEqual(data);
  });

  it.each([
    [
      'json',
      [{ op: 'test', path: '/data/a', value: '9' }],
      422,
      'the server rejected our request due to an error in our request',
    ],
    [
      'json',
      Array.from({ length: 10_001 }, () => ({})),
      413,
      'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    ],
    ['json', { op: 'remove' }, 400, /^error decoding patch: /u],
    ['merge', [1], 400, /^error decoding patch: /u],
    ['merge', '{', 400, /^error decoding patch: /u],
    ['merge', { metadata: { resourceVersion: '1' } }, 409, /the object has been modified/u],
    [
      'merge',
      { metadata: { name: 'other' } },
      400,
      /^the name of the object \(other\) does not match the name on the URL/u,
    ],
    ['merge', { metadata: { uid: 'other' } }, 409, /Precondition failed: UID in precondition: other/u],
    [
      'merge',
      { immutable: 'yes' },
      422,
      /^ "" is invalid: patch: Invalid value: "\{\\"apiVersion\\".*": json: cannot unmarshal string into Go struct field ConfigMap.immutable of type bool$/u,
    ],
    [
      'strategic',
      { metadata: { labels: { b: [1], a: null } }, data: { c: '3' } },
      422,
      ' "" is invalid: patch: Invalid value: "map[data:map[c:3] metadata:map[labels:map[a:<nil> b:[1]]]]": json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      'json',
      [{ op: 'move', from: '', path: '/data/x' }],
      422,
      'the server rejected our request due to an error in our request',
    ],
    ['merge', { kind: 1 }, 422, /json: cannot unmarshal number into Go struct field .kind of type string$/u],
    [
      'json',
      [{ op: 'remove', path: '' }],
      422,
      'the server rejected our request due to an error in our request',
    ],
  ] as const)('refuses the %s patch %j with %i and changes nothing', async (type, body, code, message) => {
    const answer = await patch(type, body);
    expect(answer.body['message']).toMatch(message);
    expect(answer.code).toBe(code);
    expect((await request(api, 'GET', `${maps}/${name}`)).body['data']).toEqual({ a: '1', b: '2' });
  });

  it('does not write when a patch changes nothing', async () => {
    const before = api.store.revision;
    expect((await patch('merge', { data: { a: '1' } })).code).toBe(200);
    expect(api.store.revision).toBe(before);
  });
});

describe('strategic merge of lists', () => {
  const container = (own: object): object => ({ image: 'x', ...own });
  const podOf = async (): Promise<{
    spec: { containers: { name: string; env?: object[]; image: string }[] };
  }> =>
    (await request(api, 'GET', `${pods}/${name}`)).body as unknown as {
      spec: { containers: { name: string; env?: object[]; image: string }[] };
    };

  beforeEach(async () => {
    const spec = {
      containers: [container({ name: 'a', env: [{ name: 'E', value: '1' }] }), container({ name: 'b' })],
    };
    const answer = await request(api, 'POST', pods, {
      body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec },
    });
    if (answer.code !== 201) throw new Error(answer.text);
  });

  // Kubernetes allows changing little more of a pod than its images, which is enough to see the merge.
  it('merges containers by name', async () => {
    await request(api, 'PATCH', `${pods}/${name}`, {
      body: { spec: { containers: [{ name: 'b', image: 'new' }] } },
      type: types.strategic,
    });
    expect((await podOf()).spec.containers.map((each) => [each.name, each.image])).toEqual([
      ['a', 'x'],
      ['b', 'new'],
    ]);
  });

  it('refuses an item without its merge key', async () => {
    const answer = await request(api, 'PATCH', `${pods}/${name}`, {
      body: { spec: { containers: [{ image: 'new' }] } },
      type: types.strategic,
    });
    expect(answer.body['message']).toBe('map: map[image:new] does not contain declared merge key: name');
  });
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
      type: types.merge,
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
