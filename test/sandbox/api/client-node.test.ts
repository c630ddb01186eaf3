import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  PortForward,
  makeInformer,
  Watch,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configMaps } from '../../../sandbox/kube/resources.ts';
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

  it('keeps an informer going over a restart that its version does not outlive', async () => {
    await using small = await openApi({ history: 3 });
    const lost = new KubeConfig();
    lost.loadFromString(kubeconfig(small.server.access, { name: 'small', namespace: 'default' }));
    const maps = lost.makeApiClient(CoreV1Api);
    const create = (name: string): unknown =>
      small.registry.create(configMaps, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace },
      });
    const informer = makeInformer<V1ConfigMap>(lost, `/api/v1/namespaces/${namespace}/configmaps`, () =>
      maps.listNamespacedConfigMap({ namespace }),
    );
    // What everybody does in this handler; a server that is down answers soon again.
    informer.on('error', () => setImmediate(() => void informer.start()));
    create('one');
    await informer.start();
    await small.restart(() => ['two', 'three', 'four', 'five', 'six'].forEach(create));
    await expect.poll(() => informer.list()).toHaveLength(6);
    create('seven');
    await expect.poll(() => informer.list()).toHaveLength(7);
    expect(informer.get('seven', namespace)?.metadata?.name).toBe('seven');
    await informer.stop();
  });

  it('hears 410 on a watch from a version that is gone', async () => {
    await using small = await openApi({ history: 2 });
    const lost = new KubeConfig();
    lost.loadFromString(kubeconfig(small.server.access, { name: 'small', namespace: 'default' }));
    for (const name of ['one', 'two', 'three', 'four']) {
      small.registry.create(configMaps, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace },
      });
    }
    const failure = await new Promise((resolve, reject) => {
      void new Watch(lost)
        .watch(
          `/api/v1/namespaces/${namespace}/configmaps`,
          { resourceVersion: '1' },
          () => undefined,
          resolve,
        )
        .catch(reject);
    });
    expect(failure).toMatchObject({ statusCode: 410 });
  });

  it('reads a long list page by page', async () => {
    for (const index of [1, 2, 3, 4, 5]) {
      await core.createNamespacedConfigMap({
        namespace,
        body: { metadata: { name: `page-${index}`, labels: { paged: 'yes' } } },
      });
    }
    const names: string[] = [];
    let next: string | undefined;
    do {
      const page = await core.listNamespacedConfigMap({
        namespace,
        labelSelector: 'paged=yes',
        limit: 2,
        ...(next === undefined ? {} : { _continue: next }),
      });
      expect(page.items.length).toBeLessThanOrEqual(2);
      names.push(...page.items.map(({ metadata }) => metadata?.name ?? ''));
      // oxlint-disable-next-line no-underscore-dangle -- the client's name for `continue`
      next = page.metadata?._continue;
    } while (next !== undefined && next !== '');
    expect(names).toEqual(['page-1', 'page-2', 'page-3', 'page-4', 'page-5']);
  });

  it('forwards ports', async () => {
    await core.createNamespacedPod({
      namespace,
      body: {
        metadata: { name: 'forwarded' },
        spec: { nodeName: 'here', containers: [{ name: 'main', image: 'x' }] },
      },
    });
    const input = new PassThrough();
    const output = new PassThrough();
    const errors = new PassThrough();
    const socket = await new PortForward(config).portForward(
      namespace,
      'forwarded',
      [80],
      output,
      errors,
      input,
    );
    input.write('there and back');
    const [echoed] = (await once(output, 'data')) as [Buffer];
    expect(echoed.toString()).toBe('there and back');
    if (typeof socket !== 'function') socket.close();
    await new PortForward(config).portForward(namespace, 'forwarded', [81], output, errors, input);
    const [message] = (await once(errors, 'data')) as [Buffer];
    expect(message.toString()).toBe('error forwarding port 81 to pod p: connection refused');
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
