import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { configMap, maps, request, type Answer } from '../support/request.ts';

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const itemsOf = ({ body }: Answer): readonly AnyObject[] => body['items'] as AnyObject[];
const namesOf = (answer: Answer): readonly string[] => itemsOf(answer).map(({ metadata }) => metadata.name);

describe('lists', () => {
  const listed = '/api/v1/namespaces/lists/configmaps';
  beforeAll(async () => {
    await request(api, 'POST', '/api/v1/namespaces', {
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lists' } },
    });
    for (const [name, labels] of [
      ['a', { app: 'x', tier: '1' }],
      ['b', { app: 'y' }],
      ['c', { app: 'x', tier: '2' }],
      ['d', {}],
    ] as const) {
      await request(api, 'POST', listed, { body: configMap(name, {}, { labels }) });
    }
  });

  it.each([
    ['app=x', ['a', 'c']],
    ['app==x,tier=2', ['c']],
    ['app!=x', ['b', 'd']],
    ['app in (x, y),tier', ['a', 'c']],
    ['app notin (x)', ['b', 'd']],
    ['!app', ['d']],
    ['tier>1', ['c']],
    ['', ['a', 'b', 'c', 'd']],
  ])('selects by labels %j', async (selector, names) => {
    expect(
      namesOf(await request(api, 'GET', `${listed}?labelSelector=${encodeURIComponent(selector)}`)),
    ).toEqual(names);
  });

  it.each([
    ['metadata.name=b', ['b']],
    ['metadata.name!=b,metadata.namespace=lists', ['a', 'c', 'd']],
  ])('selects by fields %j', async (selector, names) => {
    expect(
      namesOf(await request(api, 'GET', `${listed}?fieldSelector=${encodeURIComponent(selector)}`)),
    ).toEqual(names);
  });

  it('goes page by page without losing or repeating an object', async () => {
    const names: string[] = [];
    let token = '';
    const left: unknown[] = [];
    do {
      const answer = await request(api, 'GET', `${listed}?limit=3&continue=${token}`);
      names.push(...namesOf(answer));
      const metadata = answer.body['metadata'] as { continue?: string; remainingItemCount?: number };
      left.push(metadata.remainingItemCount);
      token = metadata.continue ?? '';
    } while (token !== '');
    expect(names).toEqual(['a', 'b', 'c', 'd']);
    expect(left).toEqual([1, undefined]);
  });

  it('shows on every page what was there when the first was read', async () => {
    const first = await request(api, 'GET', `${listed}?limit=2`);
    const { continue: token, resourceVersion } = first.body['metadata'] as Record<string, string>;
    await request(api, 'POST', listed, { body: configMap('between') });
    await request(api, 'DELETE', `${listed}/d`);
    const second = await request(api, 'GET', `${listed}?limit=2&continue=${token}`);
    expect(namesOf(second)).toEqual(['c', 'd']);
    expect(second.body['metadata']).toEqual({ resourceVersion });
    await request(api, 'POST', listed, { body: configMap('d') });
    await request(api, 'DELETE', `${listed}/between`);
    const exact = `${listed}?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`;
    const before = await request(api, 'GET', exact);
    expect(namesOf(before)).toEqual(['a', 'b', 'c', 'd']);
    expect(before.body['metadata']).toEqual({ resourceVersion });
  });

  it('answers 410 to a page that is too old, with a token for what is there now', async () => {
    await using small = await openApi({ history: 2 });
    for (const name of ['a', 'b', 'c']) await request(small, 'POST', maps, { body: configMap(name) });
    const first = await request(small, 'GET', `${maps}?limit=1`);
    const { continue: token, resourceVersion } = first.body['metadata'] as Record<string, string>;
    for (const name of ['f', 'e', 'd', 'b']) {
      await request(small, 'PUT', `${maps}/c`, { body: configMap('c', { name }) });
    }
    const expired = await request(small, 'GET', `${maps}?limit=1&continue=${token}`);
    expect(expired.body).toMatchObject({
      reason: 'Expired',
      code: 410,
      message: expect.stringMatching(/^The provided continue parameter is too old to display a consistent/u),
    });
    const { continue: newToken } = expired.body['metadata'] as Record<string, string>;
    expect(namesOf(await request(small, 'GET', `${maps}?limit=1&continue=${newToken}`))).toEqual(['b']);
    const exact = `${maps}?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`;
    expect((await request(small, 'GET', exact)).body).toMatchObject({
      code: 410,
      message: 'The resourceVersion for the provided list is too old.',
    });
  });

  it.each([
    [
      'resourceVersion=x',
      400,
      'invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
    ],
    ['resourceVersion=-1', 400, /parsing "-1": invalid syntax$/u],
    [`resourceVersion=${'9'.repeat(30)}`, 400, /strconv.ParseUint: parsing "9{30}": value out of range$/u],
    ['limit=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
    [
      'resourceVersionMatch=Exact',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      'resourceVersion=1&resourceVersionMatch=Newer',
      422,
      /resourceVersionMatch: Unsupported value: "Newer": supported values: "Exact", "NotOlderThan", ""$/u,
    ],
    [
      'sendInitialEvents=true',
      422,
      /sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list$/u,
    ],
    ['continue=x', 400, 'invalid continue token: continue key is not valid'],
    [
      `continue=${Buffer.from('{"v":"meta.k8s.io/v1","rv":2,"start":"../x"}').toString('base64url')}`,
      400,
      'invalid continue token: continue key is not valid: ../x',
    ],
    [
      `continue=${Buffer.from('{"v":"meta.k8s.io/v1","rv":2,"start":"x"}').toString('base64url')}&resourceVersion=2`,
      400,
      'specifying resource version is not allowed when using continue',
    ],
    [
      'watch=1&resourceVersion=x',
      422,
      /^ConfigMap|configmaps "" is invalid: resourceVersion: Invalid value/u,
    ],
    ['watch=1&sendInitialEvents=true', 422, /sendInitialEvents requires setting resourceVersionMatch to/u],
    ['watch=1&timeoutSeconds=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ])('refuses ?%s', async (query, code, message) => {
    const answer = await request(api, 'GET', `${listed}?${query}`);
    expect(answer.code).toBe(code);
    expect(answer.body['message']).toMatch(message);
  });

  it('names its revision, from which a watch can go on', async () => {
    const { body } = await request(api, 'GET', listed);
    expect(body).toMatchObject({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(api.store.revision) },
    });
  });

  it('refuses a revision that is still to come', async () => {
    const answer = await request(api, 'GET', `${listed}?resourceVersion=999999`);
    expect(answer.body).toMatchObject({
      reason: 'Timeout',
      code: 504,
      message: expect.stringMatching(/^Timeout: Too large resource version: 999999, current: \d+$/u),
    });
  });

  it('is a table for kubectl', async () => {
    const answer = await request(api, 'GET', `${listed}?limit=1`, {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
    });
    expect(answer.body).toMatchObject({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      columnDefinitions: [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }],
      rows: [
        {
          cells: ['a', 0, expect.any(String)],
          object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } },
        },
      ],
    });
  });

  it.each([
    ['None', null],
    ['Object', expect.objectContaining({ kind: 'ConfigMap' })],
    ['Metadata', expect.objectContaining({ kind: 'PartialObjectMetadata' })],
  ])('puts into rows what includeObject=%s says', async (include, object) => {
    const answer = await request(api, 'GET', `${listed}/a?includeObject=${include}`, {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    expect(answer.body['rows']).toEqual([expect.objectContaining({ object })]);
  });

  it('is metadata alone for those who ask for that', async () => {
    const answer = await request(api, 'GET', listed, {
      headers: { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' },
    });
    expect(answer.body['kind']).toBe('PartialObjectMetadataList');
    expect(itemsOf(answer)[0]).toEqual({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: expect.anything(),
    });
  });
});
