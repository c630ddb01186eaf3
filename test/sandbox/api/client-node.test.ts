import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  makeInformer,
  Watch,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubeconfig } from '../../../sandbox/api/tls/kubeconfig.ts';
import { echoRuntime } from './support/echo-runtime.ts';
import { openApi, type OpenApi } from './support/open-api.ts';

let api: OpenApi;
let config: KubeConfig;
let core: CoreV1Api;
beforeAll(async () => {
  api = await openApi({ runtime: echoRuntime });
  config = new KubeConfig();
  config.loadFromString(kubeconfig(api.server.access, { name: 'sandbox', namespace: 'default' }));
  core = config.makeApiClient(CoreV1Api);
});
afterAll(() => api.close());

const namespace = 'default';

describe('@kubernetes/client-node', () => {
  it('creates, replaces and reads typed objects', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const created = await apps.createNamespacedDeployment({
      namespace,
      body: {
        metadata: { name: 'web' },
        spec: {
          selector: { matchLabels: { a: 'b' } },
          template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'x', image: 'x' }] } },
        },
      },
    });
    const replaced = await apps.replaceNamespacedDeployment({
      namespace,
      name: 'web',
      body: Object.assign(created, {
        metadata: Object.assign(created.metadata ?? {}, { labels: { c: 'd' } }),
      }),
    });
    expect(replaced.metadata?.labels).toEqual({ c: 'd' });
    const list = await apps.listNamespacedDeployment({ namespace });
    expect(list.items.map(({ metadata }) => metadata?.name)).toEqual(['web']);
  });

  it('gets refusals as Status', async () => {
    const missing = core.readNamespacedConfigMap({ namespace, name: 'none' });
    await expect(missing).rejects.toBeInstanceOf(ApiException);
    await expect(missing).rejects.toMatchObject({
      code: 404,
      body: expect.stringContaining('configmaps \\"none\\" not found'),
    });
  });

  it('applies objects of any kind', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const spec = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'any', namespace },
      data: { a: '1' },
    };
    const changed = { ...spec, data: { a: '2' } };
    await objects.create(spec);
    expect(await objects.patch(changed)).toMatchObject({ data: { a: '2' } });
    await objects.delete(spec);
    await expect(objects.read(spec)).rejects.toMatchObject({ code: 404 });
  });

  it('keeps an informer up to date', async () => {
    const seen: string[] = [];
    const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
      core.listNamespacedConfigMap({ namespace }),
    );
    const last = new Promise<void>((resolve) => {
      for (const event of ['add', 'update', 'delete'] as const) {
        informer.on(event, ({ metadata }) => {
          seen.push(`${event} ${metadata?.name}`);
          if (event === 'delete') resolve();
        });
      }
    });
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'before' } } });
    await informer.start();
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'during' } } });
    await core.replaceNamespacedConfigMap({
      namespace,
      name: 'during',
      body: { metadata: { name: 'during' }, data: { a: '1' } },
    });
    await core.deleteNamespacedConfigMap({ namespace, name: 'during' });
    await last;
    await informer.stop();
    expect(seen).toEqual(['add before', 'add during', 'update during', 'delete during']);
  });

  it('watches from a resourceVersion', async () => {
    const { metadata } = await core.listNamespacedConfigMap({ namespace });
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'later' } } });
    const phase = await new Promise<string>((resolve, reject) => {
      void new Watch(config)
        .watch(
          `/api/v1/namespaces/${namespace}/configmaps`,
          { resourceVersion: metadata?.resourceVersion },
          (type, object: V1ConfigMap) => resolve(`${type} ${object.metadata?.name}`),
          reject,
        )
        .catch(reject);
    });
    expect(phase).toBe('ADDED later');
  });

  it('runs commands and follows logs', async () => {
    const spec = { containers: [{ name: 'main', image: 'x' }] };
    await core.createNamespacedPod({ namespace, body: { metadata: { name: 'p' }, spec } });
    const output = new PassThrough();
    const status = await new Promise((resolve, reject) => {
      new Exec(config)
        .exec(namespace, 'p', 'main', ['fail'], output, output, null, false, resolve)
        .catch(reject);
    });
    expect(status).toMatchObject({
      status: 'Failure',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    });
    const lines: string[] = [];
    const following = await new Promise<AbortController>((resolve, reject) => {
      const sink = new Writable({
        write(chunk: Buffer, _encoding, done) {
          lines.push(chunk.toString());
          done();
          resolve(started);
        },
      });
      let started = new AbortController();
      new Log(config).log(namespace, 'p', 'main', sink, { follow: true }).then((controller) => {
        started = controller;
      }, reject);
    });
    following.abort();
    expect(lines).toEqual(['p main tail=all\n']);
  });
});
