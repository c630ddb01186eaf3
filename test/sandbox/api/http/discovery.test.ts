import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ringDefinition } from '../support/crd.ts';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { request, type Answer } from '../support/request.ts';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
  await request(api, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    body: ringDefinition('v1alpha1', 'v1', 'v1beta1'),
  });
});
afterAll(() => api.close());

const get = (path: string, accept = 'application/json'): Promise<Answer> =>
  request(api, 'GET', path, { headers: { accept } });

describe('discovery', () => {
  it('names the core version and the groups, the preferred version first', async () => {
    expect((await get('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    const { body } = await get('/apis');
    expect(body['kind']).toBe('APIGroupList');
    expect(body['groups']).toContainEqual({
      name: 'example.com',
      versions: [
        { groupVersion: 'example.com/v1', version: 'v1' },
        { groupVersion: 'example.com/v1beta1', version: 'v1beta1' },
        { groupVersion: 'example.com/v1alpha1', version: 'v1alpha1' },
      ],
      preferredVersion: { groupVersion: 'example.com/v1', version: 'v1' },
    });
    expect((await get('/apis/example.com')).body).toMatchObject({ kind: 'APIGroup', name: 'example.com' });
  });

  it('lists resources with their subresources', async () => {
    const { body } = await get('/api/v1');
    expect(body).toMatchObject({ kind: 'APIResourceList', groupVersion: 'v1' });
    const names = (body['resources'] as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'pods',
        'pods/log',
        'pods/exec',
        'pods/status',
        'pods/eviction',
        'namespaces/finalize',
      ]),
    );
    const apps = (await get('/apis/apps/v1')).body['resources'] as object[];
    expect(apps).toContainEqual({
      name: 'deployments/scale',
      singularName: '',
      namespaced: true,
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
      verbs: ['get', 'patch', 'update'],
    });
  });

  it('is one answer for those who ask for the aggregated form', async () => {
    const answer = await get('/apis', `${aggregated},application/json`);
    expect(answer.headers['content-type']).toBe(aggregated);
    expect(answer.body).toMatchObject({
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
    });
    const rings = (answer.body['items'] as { metadata: { name: string }; versions: object[] }[]).find(
      ({ metadata }) => metadata.name === 'example.com',
    );
    expect(rings?.versions[0]).toMatchObject({
      version: 'v1',
      freshness: 'Current',
      resources: [
        {
          resource: 'rings',
          responseKind: { group: 'example.com', version: 'v1', kind: 'Ring' },
          scope: 'Namespaced',
          singularResource: 'ring',
          shortNames: ['rg'],
          subresources: [{ subresource: 'scale' }, { subresource: 'status' }],
        },
      ],
    });
  });

  it.each(['/api/v2', '/apis/none', '/apis/apps/v9', '/openapi/v3/apis/none/v1'])(
    'answers 404 to %s',
    async (path) => {
      expect((await get(path)).body).toMatchObject({ kind: 'Status', code: 404 });
    },
  );

  it('describes what is served now, and says so with an ETag', async () => {
    const first = await get('/openapi/v3/apis/example.com/v1');
    expect(first.text).toContain('com.example.v1.Ring');
    const again = await request(api, 'GET', '/openapi/v3/apis/example.com/v1', {
      headers: { 'if-none-match': first.headers.etag ?? '' },
    });
    expect([again.code, again.text]).toEqual([304, '']);
  });

  it.each(['/healthz', '/livez', '/readyz'])('%s is ok', async (path) => {
    expect((await get(path)).text).toBe('ok');
  });

  it('serves as v1.32.2', async () => {
    expect((await get('/version')).body).toMatchObject({ major: '1', minor: '32', gitVersion: 'v1.32.2' });
  });
});
