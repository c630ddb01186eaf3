import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
    [
      'json',
      { op: 'remove' },
      400,
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    ],
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
      ' "" is invalid: patch: Invalid value: "map[data:map[c:3] metadata:map[labels:map[a:<nil> b:[1]]]]": unrecognized type: string',
    ],
    [
      'strategic',
      [1],
      400,
      /^json: cannot unmarshal array into Go value of type map\[string\]interface \{\}$/u,
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
    expect(answer.code).toBe(500);
  });

  it.each<readonly [spec: unknown, code: number, why: string | RegExp]>([
    [{ activeDeadlineSeconds: 'soon' }, 422, 'unrecognized type: int64'],
    [{ hostNetwork: 1 }, 422, 'unrecognized type: bool'],
    [{ nodeName: 5 }, 422, 'cannot convert int64 to string'],
    [{ nodeName: 1.5 }, 422, 'unrecognized type: string'],
    [{ activeDeadlineSeconds: 1.5 }, 422, 'cannot convert float64 to int64'],
    [{ nodeSelector: ['a'] }, 422, 'cannot restore map from slice'],
    [{ containers: { name: 'a' } }, 422, 'cannot restore slice from map'],
    [{ securityContext: 'none' }, 422, 'cannot restore struct from: string'],
    ['none', 422, 'cannot restore struct from: string'],
    [
      { containers: [{ name: 'a', readinessProbe: { tcpSocket: { port: true } } }] },
      422,
      'json: cannot unmarshal bool into Go value of type int32',
    ],
    [{ containers: ['a'] }, 500, /^list element types are not identical: \[\[map\[.*\] \[a\]\]$/u],
    [{ $patch: 'away' }, 500, 'unknown patch type: away in map: map[$patch:away]'],
    [{ $retainKeys: 'a' }, 400, 'invalid patch format of retainKeys'],
    [{ '$setElementOrder/containers': 'a' }, 400, 'invalid patch format of setElementOrder list'],
    [{ '$deleteFromPrimitiveList/x': 'a' }, 400, 'invalid patch format of primitive list'],
  ])('refuses the spec %j with %i: %s', async (spec, code, why) => {
    const before = await podOf();
    const answer = await request(api, 'PATCH', `${pods}/${name}`, {
      body: { spec },
      type: types.strategic,
    });
    expect(answer.code).toBe(code);
    const message = String(answer.body['message']);
    expect(code === 422 ? message.split(']": ').at(-1) : message).toMatch(why);
    expect(await podOf()).toEqual(before);
  });
});
