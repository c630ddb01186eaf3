import { afterEach, describe, expect, it } from 'vitest';
import type { ObjectMeta } from '../../../sandbox/kube/object.ts';
import { mutatingWebhookConfigurations } from '../../../sandbox/injection/webhooks.ts';
import { namespaces, pods, services } from '../../../sandbox/kube/resources.ts';
import type { World } from '../controllers/world.ts';
import { createPod, isInjected, meshWorld } from './pods.ts';

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});

async function openWorld(labels: Record<string, string> = {}, options = {}): Promise<World> {
  const world = await meshWorld(options);
  worlds.push(world);
  world.addNamespace('mesh', labels);
  await world.settle();
  return world;
}

const inject = (value: string): Partial<ObjectMeta> => ({ labels: { 'sidecar.istio.io/inject': value } });
const annotated = (value: string): Partial<ObjectMeta> => ({
  annotations: { 'sidecar.istio.io/inject': value },
});

describe('a pod gets a sidecar (facts §9)', () => {
  it.each([
    [{ 'istio-injection': 'enabled' }, {}, true],
    [{ 'istio-injection': 'enabled' }, inject('true'), true],
    [{ 'istio-injection': 'enabled' }, inject('false'), false],
    [{ 'istio-injection': 'disabled' }, {}, false],
    [{ 'istio-injection': 'disabled' }, inject('true'), false],
    [{ 'istio.io/rev': 'default' }, {}, true],
    [{ 'istio.io/rev': 'default' }, inject('false'), false],
    [{ 'istio.io/rev': 'canary' }, {}, false],
    [{ 'istio.io/rev': 'canary' }, inject('true'), false],
    [{}, {}, false],
    [{}, inject('true'), true],
    [{}, inject('false'), false],
    [{}, { labels: { 'istio.io/rev': 'default' } }, true],
    [{}, { labels: { 'sidecar.istio.io/inject': 'true', 'istio.io/rev': 'default' } }, true],
    [{}, { labels: { 'sidecar.istio.io/inject': 'true', 'istio.io/rev': 'canary' } }, false],
    [{ 'istio-injection': 'enabled', 'istio.io/rev': 'canary' }, {}, true],
    [{ 'istio-injection': 'disabled', 'istio.io/rev': 'default' }, {}, false],
    [{ 'istio-injection': 'enabled' }, annotated('false'), false],
    [{ 'istio-injection': 'enabled' }, { ...annotated('false'), ...inject('true') }, true],
    [{}, annotated('true'), false],
  ])('in a namespace with %j and itself with %j: %s', async (labels, metadata, expected) => {
    const world = await openWorld(labels);
    expect(isInjected(createPod(world, { namespace: 'mesh', metadata }))).toBe(expected);
  });

  it('never on the host network', async () => {
    const world = await openWorld({ 'istio-injection': 'enabled' });
    const pod = createPod(world, { namespace: 'mesh', spec: { hostNetwork: true } });
    expect(isInjected(pod)).toBe(false);
  });

  it.each(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'])(
    'never in %s',
    async (namespace) => {
      const world = await openWorld();
      if (world.cluster.get(namespaces, '', namespace) === undefined) world.addNamespace(namespace);
      await world.settle();
      expect(isInjected(createPod(world, { namespace, metadata: inject('true') }))).toBe(false);
    },
  );

  it('only when it is created', async () => {
    const world = await openWorld();
    const pod = createPod(world, { namespace: 'mesh' });
    world.cluster.update(pods, { ...pod, metadata: { ...pod.metadata, ...inject('true') } });
    expect(isInjected(world.cluster.get(pods, 'mesh', pod.metadata.name) ?? pod)).toBe(false);
  });

  it('never without the webhook configuration', async () => {
    const world = await openWorld({ 'istio-injection': 'enabled' });
    world.cluster.delete(mutatingWebhookConfigurations, '', 'istio-sidecar-injector');
    expect(isInjected(createPod(world, { namespace: 'mesh' }))).toBe(false);
  });
});

describe('while istiod has no ready pod (facts §9)', () => {
  it('pods that should get a sidecar are refused, in the words of the API server', async () => {
    const world = await openWorld({ 'istio-injection': 'enabled' }, { istiodReady: false });
    const ip = world.cluster.get(services, 'istio-system', 'istiod')?.spec?.clusterIP ?? '';
    expect(() => createPod(world, { namespace: 'mesh' })).toThrow(
      `Internal error occurred: failed calling webhook "namespace.sidecar-injector.istio.io": failed to call webhook: Post "https://istiod.istio-system.svc:443/inject?timeout=10s": dial tcp ${ip}:443: connect: connection refused`,
    );
  });

  it('pods that would get none are created', async () => {
    const world = await openWorld({}, { istiodReady: false });
    expect(isInjected(createPod(world, { namespace: 'mesh' }))).toBe(false);
  });

  it('a deleted Service is named', async () => {
    const world = await openWorld({ 'istio-injection': 'enabled' });
    world.cluster.delete(services, 'istio-system', 'istiod');
    expect(() => createPod(world, { namespace: 'mesh' })).toThrow('service "istiod" not found');
  });
});
