import { afterEach, describe, expect, it } from 'vitest';
import { garbageCollector } from '../../../sandbox/controllers/garbage/collector.ts';
import { namespaceContents } from '../../../sandbox/controllers/namespaces/contents.ts';
import { namespaceDeletion } from '../../../sandbox/controllers/namespaces/deletion.ts';
import { configMaps, namespaces, pods, serviceAccounts } from '../../../sandbox/kube/resources.ts';
import { builtinTypes } from '../../../sandbox/schema/builtin.ts';
import { pod } from './manifests.ts';
import { World } from './world.ts';

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});

async function openWorld(): Promise<World> {
  const world = new World(
    namespaceContents({ kubernetes: 'KUBE', istio: 'ISTIO' }),
    namespaceDeletion(builtinTypes()),
    garbageCollector(builtinTypes()),
  );
  worlds.push(world);
  await world.settle();
  return world;
}

describe('a namespace', () => {
  it('gets a default ServiceAccount and the CA certificates', async () => {
    const world = await openWorld();
    expect(world.cluster.get(serviceAccounts, 'shop', 'default')).toBeDefined();
    expect(world.cluster.get(configMaps, 'shop', 'kube-root-ca.crt')?.data).toEqual({ 'ca.crt': 'KUBE' });
    expect(world.cluster.get(configMaps, 'shop', 'istio-ca-root-cert')?.data).toEqual({
      'root-cert.pem': 'ISTIO',
    });
  });

  it.each([
    [serviceAccounts, 'default'],
    [configMaps, 'kube-root-ca.crt'],
    [configMaps, 'istio-ca-root-cert'],
  ])('gets back %j %s when it is deleted', async (resource, name) => {
    const world = await openWorld();
    world.cluster.delete(resource, 'shop', name);
    await world.settle();
    expect(world.cluster.get(resource, 'shop', name)).toBeDefined();
  });

  it('goes with everything in it', async () => {
    const world = await openWorld();
    world.cluster.create(pods, pod('web'));
    world.cluster.delete(namespaces, '', 'shop');
    await world.settle();
    expect(world.cluster.get(namespaces, '', 'shop')).toBeUndefined();
    expect(world.cluster.list(configMaps, 'shop')).toEqual([]);
    expect(world.pods()).toEqual([]);
    expect(world.cluster.get(serviceAccounts, 'default', 'default')).toBeDefined();
  });

  it('is Terminating, and takes nothing new, until its last pod has stopped', async () => {
    const world = await openWorld();
    world.cluster.create(pods, pod('web', {}, { nodeName: 'node' }));
    world.cluster.delete(namespaces, '', 'shop');
    await world.settle();
    const namespace = world.cluster.get(namespaces, '', 'shop');
    expect(namespace?.status?.phase).toBe('Terminating');
    expect(namespace?.status?.conditions?.[0]?.message).toBe(
      'Some resources are remaining: pods. has 1 resource instances',
    );
    expect(() => world.cluster.create(pods, pod('late'))).toThrow('because it is being terminated');
    await world.runPods();
    expect(world.cluster.get(namespaces, '', 'shop')).toBeUndefined();
  });

  it('goes with the custom objects in it, of kinds that came later too', async () => {
    const world = await openWorld();
    world.serve('Widget');
    const widgets = { group: 'example.com', resource: 'widgets' };
    world.cluster.create(widgets, {
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'a', namespace: 'shop' },
    });
    world.cluster.delete(namespaces, '', 'shop');
    await world.settle();
    expect(world.cluster.get(namespaces, '', 'shop')).toBeUndefined();
    expect(world.cluster.list(widgets)).toEqual([]);
  });
});
