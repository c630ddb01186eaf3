import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClient, faultOf, type ApiClient } from './support/api.ts';
import { openSandbox, type Shop } from './support/open-shop.ts';
import { nonsense } from './support/nonsense.ts';
import { rightlyShaped } from './support/shaped.ts';
import { builtinTypes } from '../../../sandbox/schema/builtin.ts';
import { runs } from '../../support/properties.ts';

const collections: readonly (readonly [kind: string, apiVersion: string, path: string])[] = [
  ['Pod', 'v1', '/api/v1/namespaces/default/pods'],
  ['Service', 'v1', '/api/v1/namespaces/default/services'],
  ['ConfigMap', 'v1', '/api/v1/namespaces/default/configmaps'],
  ['Secret', 'v1', '/api/v1/namespaces/default/secrets'],
  ['Namespace', 'v1', '/api/v1/namespaces'],
  ['ServiceAccount', 'v1', '/api/v1/namespaces/default/serviceaccounts'],
  ['Event', 'v1', '/api/v1/namespaces/default/events'],
  ['Deployment', 'apps/v1', '/apis/apps/v1/namespaces/default/deployments'],
  ['ReplicaSet', 'apps/v1', '/apis/apps/v1/namespaces/default/replicasets'],
  ['Job', 'batch/v1', '/apis/batch/v1/namespaces/default/jobs'],
  [
    'VirtualService',
    'networking.istio.io/v1',
    '/apis/networking.istio.io/v1/namespaces/default/virtualservices',
  ],
  [
    'DestinationRule',
    'networking.istio.io/v1',
    '/apis/networking.istio.io/v1/namespaces/default/destinationrules',
  ],
  ['Gateway', 'networking.istio.io/v1', '/apis/networking.istio.io/v1/namespaces/default/gateways'],
  [
    'ServiceEntry',
    'networking.istio.io/v1',
    '/apis/networking.istio.io/v1/namespaces/default/serviceentries',
  ],
  ['Sidecar', 'networking.istio.io/v1', '/apis/networking.istio.io/v1/namespaces/default/sidecars'],
  [
    'PeerAuthentication',
    'security.istio.io/v1',
    '/apis/security.istio.io/v1/namespaces/default/peerauthentications',
  ],
  [
    'CustomResourceDefinition',
    'apiextensions.k8s.io/v1',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  ],
];

describe('malformed objects, sent with the credential', () => {
  let shop: Shop;
  let client: ApiClient;

  beforeAll(async () => {
    shop = await openSandbox();
    client = apiClient(shop.api);
  });
  afterAll(async () => {
    client.close();
    await shop.close();
  });

  it.each([
    ['no spec', undefined, 422],
    ['an empty spec', {}, 422],
    ['no list of containers', { containers: 'a' }, 400],
    ['an empty list of containers', { containers: [] }, 422],
    ['a container that is null', { containers: [null] }, 422],
    ['a container that is a text', { containers: ['a'] }, 400],
  ])('a Pod with %s is refused as Kubernetes does', async (_what, spec, code) => {
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec });
    const answer = await client.call({ method: 'POST', path: '/api/v1/namespaces/default/pods', body });
    expect(answer).toMatchObject({ status: code });
  });

  it.each(collections)(
    'a %s with any spec and metadata is accepted or refused',
    async (kind, apiVersion, path) => {
      await fc.assert(
        fc.asyncProperty(nonsense, nonsense, async (spec, metadata) => {
          const object = { apiVersion, kind, metadata: { name: 'fuzz' }, spec };
          expect(
            await faultOf(client, {
              method: 'POST',
              path: `${path}?dryRun=All`,
              body: JSON.stringify(object),
            }),
          ).toBeUndefined();
          const nameless = { apiVersion: metadata, kind: spec, metadata: { name: 'fuzz' } };
          expect(
            await faultOf(client, {
              method: 'POST',
              path: `${path}?dryRun=All`,
              body: JSON.stringify(nameless),
            }),
          ).toBeUndefined();
          const strange = { apiVersion, kind, metadata, data: spec, rules: spec };
          expect(
            await faultOf(client, {
              method: 'POST',
              path: `${path}?dryRun=All`,
              body: JSON.stringify(strange),
            }),
          ).toBeUndefined();
        }),
        { numRuns: runs(40) },
      );
    },
  );

  it.each(
    builtinTypes().flatMap((type) => type.versions.map((version) => [type.kind, type, version] as const)),
  )('a %s whose fields have the right names is accepted or refused', async (kind, type, served) => {
    const { version } = served;
    const { group, resource, namespaced } = type;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const path = `/api${group === '' ? '' : 's'}/${apiVersion}/${namespaced ? 'namespaces/default/' : ''}${resource}`;
    await fc.assert(
      fc.asyncProperty(rightlyShaped(served.schema()), async (fields) => {
        const named = { ...(fields as object), apiVersion, kind, metadata: { name: 'fuzz' } };
        const post = { method: 'POST', path: `${path}?dryRun=All` };
        expect(await faultOf(client, { ...post, body: JSON.stringify(named) })).toBeUndefined();
        const whole = JSON.stringify({ ...(fields as object), apiVersion, kind });
        expect(await faultOf(client, { ...post, body: whole })).toBeUndefined();
        const patch = { method: 'PATCH', path: `${path}/fuzz?dryRun=All&fieldManager=a&force=true` };
        const contentType = 'application/apply-patch+yaml';
        expect(await faultOf(client, { ...patch, contentType, body: whole })).toBeUndefined();
      }),
      { numRuns: runs(4) },
    );
  });

  it.each<[string, string, string, object, number]>([
    [
      'a volume without a name',
      'pods',
      'Pod',
      { spec: { volumes: [{}], containers: [{ name: 'a', image: 'a' }] } },
      422,
    ],
    ['managed fields that are null', 'pods', 'Pod', { metadata: { name: 'a', managedFields: [null] } }, 422],
    [
      'managed fields that are no set',
      'configmaps',
      'ConfigMap',
      {
        metadata: {
          name: 'a',
          managedFields: [
            { operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:a': 1 } },
          ],
        },
      },
      201,
    ],
    [
      'a label that is null',
      'configmaps',
      'ConfigMap',
      { metadata: { name: 'a', labels: { a: null } } },
      201,
    ],
    ['a type like a property of every object', 'secrets', 'Secret', { type: 'constructor' }, 201],
    [
      'a revision that is no number',
      'secrets',
      'Secret',
      { metadata: { name: 'a', resourceVersion: 'x' } },
      201,
    ],
  ])('%s is answered as Kubernetes does', async (_what, resource, kind, fields, status) => {
    const body = JSON.stringify({ apiVersion: 'v1', kind, metadata: { name: 'a' }, ...fields });
    const path = `/api/v1/namespaces/default/${resource}?dryRun=All`;
    expect(await client.call({ method: 'POST', path, body })).toMatchObject({ status });
  });

  it.each([
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
  ])('any %s is applied or refused', async (contentType) => {
    const op = fc.record(
      {
        op: fc.constantFrom<unknown>('add', 'remove', 'replace', 'move', 'copy', 'test', 'x', 1, null),
        path: fc.oneof(
          fc.constantFrom<unknown>(
            '/spec',
            '/metadata/labels/a',
            '/spec/containers/-',
            '',
            '/',
            '~2',
            1,
            null,
            '/__proto__/a',
          ),
          fc.string({ maxLength: 8 }),
        ),
        from: fc.constantFrom<unknown>('/spec', '', '/x', 1),
        value: nonsense,
      },
      { requiredKeys: [] },
    );
    const patch = contentType.includes('json-patch')
      ? fc.oneof(nonsense, fc.array(op, { maxLength: 3 }))
      : nonsense;
    const targets = [
      '/api/v1/namespaces/istio-system/configmaps/istio',
      '/apis/apps/v1/namespaces/istio-system/deployments/istiod',
      '/apis/apps/v1/namespaces/istio-system/deployments/istiod/status',
      '/apis/apps/v1/namespaces/istio-system/deployments/istiod/scale',
      '/api/v1/namespaces/istio-system/services/istiod',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...targets), patch, async (target, value) => {
        const query = contentType.includes('apply') ? 'dryRun=All&fieldManager=a&force=true' : 'dryRun=All';
        expect(
          await faultOf(client, {
            method: 'PATCH',
            path: `${target}?${query}`,
            contentType,
            body: JSON.stringify(value),
          }),
        ).toBeUndefined();
      }),
      { numRuns: runs(80) },
    );
  });

  it('any fields applied by the server are merged or refused', async () => {
    const path = '/api/v1/namespaces/istio-system/configmaps/istio?dryRun=All&fieldManager=a';
    await fc.assert(
      fc.asyncProperty(nonsense, nonsense, async (data, labels) => {
        const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', labels }, data };
        const body = JSON.stringify(object);
        const call = { method: 'PATCH', path, contentType: 'application/apply-patch+yaml', body };
        expect(await faultOf(client, call)).toBeUndefined();
      }),
      { numRuns: runs(80) },
    );
  });

  it('a Pod without containers gets past injection, to be refused or left with the proxy alone', async () => {
    const labels = { 'istio-injection': 'enabled' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'injected', labels } };
    await client.call({ method: 'POST', path: '/api/v1/namespaces', body: JSON.stringify(namespace) });
    const call = { method: 'POST', path: '/api/v1/namespaces/injected/pods?dryRun=All' };
    for (const spec of [undefined, {}, { containers: [] }, { containers: [{}] }]) {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec };
      expect(await faultOf(client, { ...call, body: JSON.stringify(pod) })).toBeUndefined();
    }
  });
});
