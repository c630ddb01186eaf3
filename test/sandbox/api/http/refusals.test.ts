import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { configMap, maps, request } from '../support/request.ts';

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
  await request(api, 'POST', maps, { body: configMap('there', { a: '1' }) });
});
afterAll(() => api.close());

const deployments = '/apis/apps/v1/namespaces/default/deployments';

const deployment = (name: string, spec: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: 'x' } },
    template: { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'x', image: 'x' }] } },
    ...spec,
  },
});

describe('refusals', () => {
  it.each([
    [
      'NotFound',
      'GET',
      `${deployments}/x`,
      undefined,
      404,
      'deployments.apps "x" not found',
      { name: 'x', group: 'apps', kind: 'deployments' },
    ],
    [
      'NotFound',
      'DELETE',
      `${maps}/x`,
      undefined,
      404,
      'configmaps "x" not found',
      { name: 'x', kind: 'configmaps' },
    ],
    [
      'NotFound',
      'PUT',
      `${maps}/x`,
      configMap('x'),
      404,
      'configmaps "x" not found',
      { name: 'x', kind: 'configmaps' },
    ],
    [
      'NotFound',
      'POST',
      '/api/v1/namespaces/none/configmaps',
      configMap('x'),
      404,
      'namespaces "none" not found',
      { name: 'none', kind: 'namespaces' },
    ],
    [
      'NotFound',
      'GET',
      '/apis/none/v1/things',
      undefined,
      404,
      'the server could not find the requested resource',
      {},
    ],
    [
      'AlreadyExists',
      'POST',
      maps,
      configMap('there'),
      409,
      'configmaps "there" already exists',
      { name: 'there', kind: 'configmaps' },
    ],
    [
      'Conflict',
      'PUT',
      `${maps}/there`,
      configMap('there', {}, { resourceVersion: '1' }),
      409,
      'Operation cannot be fulfilled on configmaps "there": the object has been modified; please apply your changes to the latest version and try again',
      { name: 'there', kind: 'configmaps' },
    ],
    [
      'BadRequest',
      'PUT',
      `${maps}/there`,
      configMap('other'),
      400,
      'the name of the object (other) does not match the name on the URL (there)',
      undefined,
    ],
    [
      'BadRequest',
      'POST',
      maps,
      configMap('x', {}, { namespace: 'kube-system' }),
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
      undefined,
    ],
    [
      'BadRequest',
      'POST',
      maps,
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } },
      400,
      expect.stringContaining('Secret in version "v1" cannot be handled as a ConfigMap'),
      undefined,
    ],
    [
      'BadRequest',
      'POST',
      maps,
      { apiVersion: 1, kind: 'ConfigMap', metadata: { name: 'x' } },
      400,
      "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .apiVersion of type string",
      undefined,
    ],
    [
      'BadRequest',
      'GET',
      `${maps}?labelSelector=a%20in%20b`,
      undefined,
      400,
      expect.stringContaining('unable to parse requirement'),
      undefined,
    ],
    [
      'BadRequest',
      'GET',
      `${maps}?fieldSelector=data.a%3D1`,
      undefined,
      400,
      'field label not supported: data.a',
      undefined,
    ],
    [
      'MethodNotAllowed',
      'PUT',
      maps,
      configMap('x'),
      405,
      'the server does not allow this method on the requested resource',
      undefined,
    ],
    [
      'Forbidden',
      'DELETE',
      '/api/v1/namespaces/default',
      undefined,
      403,
      'namespaces "default" is forbidden: this namespace may not be deleted',
      { name: 'default', kind: 'namespaces' },
    ],
    [
      'BadRequest',
      'POST',
      deployments,
      deployment('x', { replicas: 'two' }),
      400,
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
      undefined,
    ],
    [
      'NotImplemented',
      'POST',
      '/api/v1/namespaces/default/pods/x/attach',
      undefined,
      501,
      'attach is not available in the sandbox; use --engine kind for it',
      undefined,
    ],
  ])('%s: %s %s', async (reason, method, path, body, code, message, details) => {
    const answer = await request(api, method, path, body === undefined ? {} : { body });
    expect(answer.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    });
    expect(answer.code).toBe(code);
  });

  it('names every mistake of an invalid object', async () => {
    const answer = await request(api, 'POST', maps, {
      body: configMap('Not_Good', {}, { labels: { '-x': 'ok' }, finalizers: ['plain'] }),
    });
    const name = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`;
    expect(answer.code).toBe(422);
    expect(answer.body['message']).toMatch(
      /^ConfigMap "Not_Good" is invalid: \[metadata\.name: Invalid value: "Not_Good": a lower/u,
    );
    expect(answer.body['details']).toMatchObject({
      name: 'Not_Good',
      kind: 'ConfigMap',
      causes: [
        {
          reason: 'FieldValueInvalid',
          message: `Invalid value: "Not_Good": ${name}`,
          field: 'metadata.name',
        },
        { field: 'metadata.labels' },
        { field: 'metadata.finalizers' },
      ],
    });
  });

  it('names the mistakes of metadata and of the rest together', async () => {
    const wrong = { ...deployment('x', { replicas: -1 }), metadata: { name: 'x', labels: { a: 'b c' } } };
    const answer = await request(api, 'POST', deployments, { body: wrong });
    expect(answer.body['details']).toMatchObject({
      causes: [{ field: 'metadata.labels' }, { field: 'spec.replicas' }],
    });
  });

  it('does not put brackets around a single mistake', async () => {
    const answer = await request(api, 'POST', deployments, { body: deployment('x', { replicas: -1 }) });
    expect(answer.body['message']).toBe(
      'Deployment.apps "x" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    );
  });

  describe('unknown and duplicate fields', () => {
    const body = JSON.stringify(deployment('x', { foo: 1, paused: true })).replace(
      '"paused":true',
      '"paused":true,"paused":true',
    );

    it('are refused with fieldValidation=Strict', async () => {
      const answer = await request(api, 'POST', `${deployments}?fieldValidation=Strict`, { body });
      expect(answer.body).toMatchObject({
        reason: 'BadRequest',
        message: 'strict decoding error: unknown field "spec.foo", duplicate field "spec.paused"',
      });
    });

    it.each([
      ['Warn', '299 - "unknown field \\"spec.foo\\"", 299 - "duplicate field \\"spec.paused\\""'],
      ['', '299 - "unknown field \\"spec.foo\\"", 299 - "duplicate field \\"spec.paused\\""'],
      ['Ignore', undefined],
    ])('are dropped with fieldValidation=%s', async (validation, warning) => {
      const answer = await request(api, 'POST', `${deployments}?dryRun=All&fieldValidation=${validation}`, {
        body,
      });
      expect([answer.code, answer.headers['warning']]).toEqual([201, warning]);
      expect(answer.body['spec']).not.toHaveProperty('foo');
    });
  });

  it('answers 413 to a body above 3 MiB', async () => {
    const answer = await request(api, 'POST', maps, { body: 'x'.repeat(3 * 1024 * 1024 + 1) });
    expect(answer.body).toMatchObject({ reason: 'RequestEntityTooLarge', code: 413 });
  });

  it.each([
    ['POST', 'text/csv', 415],
    ['PATCH', 'application/json', 415],
  ])('answers %s of %s with %i', async (method, type, code) => {
    const answer = await request(api, method, method === 'POST' ? maps : `${maps}/there`, {
      body: '{}',
      type,
    });
    expect(answer.body).toMatchObject({ reason: 'UnsupportedMediaType', code });
  });

  it('answers 406 to a client that takes nothing we have', async () => {
    const answer = await request(api, 'GET', maps, { headers: { accept: 'text/html' } });
    expect(answer.body).toMatchObject({ reason: 'NotAcceptable', code: 406 });
  });

  it.each(['//', '/%', '/api/v1/namespaces/%ff/pods', '/apis/apps', '/api/v1/namespaces//pods', '/?watch=1'])(
    'survives the path %s',
    async (path) => {
      expect([200, 404]).toContain((await request(api, 'GET', path)).code);
    },
  );

  it.each(['{', '[]', '"x"', ''])('survives the body %j', async (body) => {
    const answer = await request(api, 'POST', maps, { body });
    expect(answer.body).toMatchObject({ kind: 'Status', reason: 'BadRequest' });
  });

  it('logs a fault of its own and answers 500', async () => {
    let isBroken = false;
    const mutate = (): void => {
      if (isBroken) throw new TypeError('no such thing');
    };
    await using broken = await openApi({ plugins: [{ name: 'broken', mutate }] });
    isBroken = true;
    const answer = await request(broken, 'POST', maps, { body: configMap('x') });
    expect(answer.body).toMatchObject({
      reason: 'InternalError',
      message: 'Internal error occurred: no such thing',
      code: 500,
    });
    expect(broken.logged).toEqual([expect.stringContaining(`POST ${maps} failed: TypeError: no such thing`)]);
  });
});
