import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { configMap, maps, request } from '../support/request.ts';

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const managed = (body: unknown): unknown => (body as AnyObject).metadata.managedFields;

describe('managedFields of updates', () => {
  it('are those of a real cluster for a created Deployment', async () => {
    const labels = { app: 'nginx' };
    const { body } = await request(
      api,
      'POST',
      '/apis/apps/v1/namespaces/default/deployments?fieldManager=kubectl-create',
      {
        body: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'nginx', labels },
          spec: {
            replicas: 1,
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { containers: [{ name: 'nginx', image: 'nginx' }] } },
          },
        },
      },
    );
    const metadata = { 'f:labels': { '.': {}, 'f:app': {} } };
    expect(managed(body)).toEqual([
      {
        manager: 'kubectl-create',
        operation: 'Update',
        apiVersion: 'apps/v1',
        time: expect.stringMatching(/Z$/u),
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': metadata,
          'f:spec': {
            'f:progressDeadlineSeconds': {},
            'f:replicas': {},
            'f:revisionHistoryLimit': {},
            'f:selector': {},
            'f:strategy': {
              'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} },
              'f:type': {},
            },
            'f:template': {
              'f:metadata': metadata,
              'f:spec': {
                'f:containers': {
                  'k:{"name":"nginx"}': {
                    '.': {},
                    'f:image': {},
                    'f:imagePullPolicy': {},
                    'f:name': {},
                    'f:resources': {},
                    'f:terminationMessagePath': {},
                    'f:terminationMessagePolicy': {},
                  },
                },
                'f:dnsPolicy': {},
                'f:restartPolicy': {},
                'f:schedulerName': {},
                'f:securityContext': {},
                'f:terminationGracePeriodSeconds': {},
              },
            },
          },
        },
      },
    ]);
  });

  it('name the program when no manager is named', async () => {
    const answer = await request(api, 'POST', maps, {
      body: configMap('agent'),
      headers: { 'user-agent': 'my-tool/1.2 (linux)' },
    });
    expect(managed(answer.body)).toMatchObject([{ manager: 'my-tool' }]);
  });

  it('move with a field to whoever changed it last', async () => {
    await request(api, 'POST', `${maps}?fieldManager=first`, {
      body: configMap('moved', { a: '1', b: '1' }),
    });
    const answer = await request(api, 'PUT', `${maps}/moved?fieldManager=second`, {
      body: configMap('moved', { a: '2' }),
    });
    expect(managed(answer.body)).toMatchObject([
      { manager: 'first', fieldsV1: { 'f:data': {} } },
      { manager: 'second', fieldsV1: { 'f:data': { 'f:a': {} } } },
    ]);
    expect(JSON.stringify(managed(answer.body))).not.toContain('f:b');
  });

  it('stay when a client leaves them out, and go when it writes one empty entry', async () => {
    await request(api, 'POST', `${maps}?fieldManager=first`, { body: configMap('reset', { a: '1' }) });
    const patch = (body: object): Promise<{ body: unknown }> =>
      request(api, 'PATCH', `${maps}/reset`, { body, type: 'application/merge-patch+json' });
    expect(managed((await patch({ metadata: { managedFields: [] } })).body)).toHaveLength(1);
    expect(managed((await patch({ metadata: { managedFields: [{}] } })).body)).toBeUndefined();
  });
});
