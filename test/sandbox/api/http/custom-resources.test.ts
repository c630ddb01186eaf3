import { describe, expect, it } from 'vitest';
import { ringDefinition } from '../support/crd.ts';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { request, type Answer } from '../support/request.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const rings = (version: string): string => `/apis/example.com/${version}/namespaces/default/rings`;
const ring = (version: string, spec: object, metadata = {}): object => ({
  apiVersion: `example.com/${version}`,
  kind: 'Ring',
  metadata: { name: 'one', ...metadata },
  spec,
});

const define = (api: OpenApi, ...versions: string[]): Promise<Answer> =>
  request(api, 'POST', definitions, { body: ringDefinition(...versions) });

describe('custom resources', () => {
  it('are served as soon as the definition is answered', async () => {
    await using api = await openApi();
    const answer = await define(api, 'v1');
    expect(answer.code).toBe(201);
    expect(answer.body['status']).toMatchObject({
      acceptedNames: { plural: 'rings', kind: 'Ring' },
      conditions: [
        { type: 'NamesAccepted', status: 'True' },
        { type: 'Established', status: 'True' },
      ],
      storedVersions: ['v1'],
    });
    const created = await request(api, 'POST', rings('v1'), { body: ring('v1', {}) });
    expect(created.body).toMatchObject({ spec: { size: 7 }, metadata: { generation: 1 } });
  });

  it('are the same objects in every version', async () => {
    await using api = await openApi();
    await define(api, 'v1', 'v1beta1', 'v1alpha3');
    await request(api, 'POST', rings('v1alpha3'), { body: ring('v1alpha3', { owner: 'me' }) });
    for (const version of ['v1', 'v1beta1', 'v1alpha3']) {
      const one = await request(api, 'GET', `${rings(version)}/one`);
      expect(one.body).toMatchObject({ apiVersion: `example.com/${version}`, spec: { owner: 'me' } });
      const list = await request(api, 'GET', rings(version));
      expect(list.body).toMatchObject({
        apiVersion: `example.com/${version}`,
        items: [{ apiVersion: `example.com/${version}` }],
      });
    }
    expect(api.registry.list({ group: 'example.com', resource: 'rings' })).toMatchObject([
      { apiVersion: 'example.com/v1' },
    ]);
  });

  it('answer HEAD, which no other kind does', async () => {
    await using api = await openApi();
    await define(api, 'v1');
    await request(api, 'POST', rings('v1'), { body: ring('v1', {}) });
    const codes = [rings('v1'), `${rings('v1')}/one`, '/api/v1/pods', '/api/v1/namespaces/default'].map(
      async (path) => (await request(api, 'HEAD', path)).code,
    );
    expect(await Promise.all(codes)).toEqual([200, 200, 405, 405]);
  });

  it('are gone with their definition, objects and all, and start empty when it comes back', async () => {
    await using api = await openApi();
    await define(api, 'v1');
    await request(api, 'POST', rings('v1'), { body: ring('v1', {}) });
    await request(api, 'DELETE', `${definitions}/rings.example.com`);
    expect((await request(api, 'GET', rings('v1'))).body).toMatchObject({
      code: 404,
      message: 'the server could not find the requested resource',
    });
    await define(api, 'v1');
    expect((await request(api, 'GET', rings('v1'))).body['items']).toEqual([]);
  });

  it('are served again after a restart', async () => {
    using folder = temporaryFolder();
    const before = await openApi({ dir: folder.dir });
    await define(before, 'v1');
    await request(before, 'POST', rings('v1'), { body: ring('v1', {}) });
    await before.close();
    await using after = await openApi({ dir: folder.dir });
    expect(after.server.access.token).toBe(before.server.access.token);
    expect((await request(after, 'GET', `${rings('v1')}/one`)).code).toBe(200);
  });

  it('are held against their schema', async () => {
    await using api = await openApi();
    await define(api, 'v1');
    const answer = await request(api, 'POST', rings('v1'), { body: ring('v1', { size: 0 }) });
    expect(answer.body).toMatchObject({ reason: 'Invalid', code: 422 });
    expect(answer.body['message']).toMatch(
      /^Ring\.example\.com "one" is invalid: spec\.size: Invalid value: 0: /u,
    );
    const unknown = await request(api, 'POST', `${rings('v1')}?fieldValidation=Strict`, {
      body: ring('v1', { colour: 'red' }),
    });
    expect(unknown.body['message']).toBe('strict decoding error: unknown field "spec.colour"');
  });

  it('have metadata of the types that every object has', async () => {
    await using api = await openApi();
    await define(api, 'v1');
    const answer = await request(api, 'POST', rings('v1'), {
      body: { ...ring('v1', {}), metadata: { name: 'one', labels: { size: 3 } } },
    });
    expect(answer.body).toMatchObject({
      reason: 'BadRequest',
      message:
        'Ring in version "v1" cannot be handled as a Ring: json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string',
    });
  });

  it('keep status and spec apart, and count changes of the spec', async () => {
    await using api = await openApi();
    await define(api, 'v1');
    const url = `${rings('v1')}/one`;
    const type = 'application/merge-patch+json';
    await request(api, 'POST', rings('v1'), { body: { ...ring('v1', { size: 1 }), status: { lost: true } } });
    await request(api, 'PATCH', url, { body: { spec: { size: 2 }, status: { lost: true } }, type });
    const answer = await request(api, 'PATCH', `${url}/status`, {
      body: { spec: { size: 9 }, status: { kept: true } },
      type,
    });
    expect(answer.body).toMatchObject({
      spec: { size: 2 },
      status: { kept: true },
      metadata: { generation: 2 },
    });
    expect(answer.body['status']).toEqual({ kept: true });
  });

  it('have a scale where the definition says so', async () => {
    await using api = await openApi();
    await define(api, 'v1');
    await request(api, 'POST', rings('v1'), { body: ring('v1', { replicas: 2 }) });
    const body = { spec: { replicas: 5 } };
    const scaled = await request(api, 'PATCH', `${rings('v1')}/one/scale`, {
      body,
      type: 'application/merge-patch+json',
    });
    expect(scaled.body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 5 },
      status: { replicas: 0 },
    });
    expect((await request(api, 'GET', `${rings('v1')}/one`)).body['spec']).toMatchObject({ replicas: 5 });
  });

  it('must name their resourceVersion in a PUT, and know no strategic merge', async () => {
    await using api = await openApi();
    await define(api, 'v1');
    await request(api, 'POST', rings('v1'), { body: ring('v1', {}) });
    const put = await request(api, 'PUT', `${rings('v1')}/one`, { body: ring('v1', { size: 2 }) });
    expect(put.body['message']).toBe(
      'Ring.example.com "one" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update',
    );
    const patch = await request(api, 'PATCH', `${rings('v1')}/one`, {
      body: {},
      type: 'application/strategic-merge-patch+json',
    });
    expect(patch.body).toMatchObject({
      code: 415,
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    });
  });

  it('have every level of theirs managed, as objects without Go types', async () => {
    await using api = await openApi();
    await define(api, 'v1');
    const answer = await request(api, 'POST', `${rings('v1')}?fieldManager=me`, {
      body: ring('v1', { size: 2 }, { labels: { a: 'b' } }),
    });
    expect(answer.body).toMatchObject({
      metadata: {
        managedFields: [
          {
            manager: 'me',
            operation: 'Update',
            apiVersion: 'example.com/v1',
            fieldsV1: {
              'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
              'f:spec': { '.': {}, 'f:size': {} },
            },
          },
        ],
      },
    });
  });

  it.each([
    ['without versions', { versions: [] }],
    ['of another name', { group: 'other.example' }],
    ['without names', { names: undefined }],
  ])('are not defined by a definition %s', async (_what, spec) => {
    await using api = await openApi();
    const own = ringDefinition('v1');
    const answer = await request(api, 'POST', definitions, {
      body: { ...own, spec: { ...own.spec, ...spec } },
    });
    expect(answer.body).toMatchObject({ reason: 'Invalid', code: 422 });
    expect(api.logged).toEqual([]);
  });

  it('cannot take the place of a built-in kind', async () => {
    await using api = await openApi();
    const own = ringDefinition('v1');
    const body = {
      ...own,
      metadata: { name: 'deployments.apps' },
      spec: {
        ...own.spec,
        group: 'apps',
        names: {
          plural: 'deployments',
          singular: 'deployment',
          kind: 'Deployment',
          listKind: 'DeploymentList',
        },
      },
    };
    expect((await request(api, 'POST', definitions, { body })).code).toBe(422);
    expect((await request(api, 'GET', '/apis/apps/v1/deployments')).code).toBe(200);
  });
});
