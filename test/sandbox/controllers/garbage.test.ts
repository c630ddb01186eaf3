import { afterEach, describe, expect, it } from 'vitest';
import { startDeploymentController } from '../../../sandbox/controllers/deployment/controller.ts';
import { garbageCollector } from '../../../sandbox/controllers/garbage/collector.ts';
import { startReplicaSetController } from '../../../sandbox/controllers/replicaset/controller.ts';
import type { KubeObject, OwnerReference } from '../../../sandbox/kube/object.ts';
import {
  configMaps,
  customResourceDefinitions,
  deployments,
  replicaSets,
  secrets,
} from '../../../sandbox/kube/resources.ts';
import { builtinTypes } from '../../../sandbox/schema/builtin.ts';
import { catalogDeployment } from './manifests.ts';
import { World } from './world.ts';

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});

function openWorld(): World {
  const world = new World(
    startDeploymentController,
    startReplicaSetController,
    garbageCollector(builtinTypes()),
  );
  worlds.push(world);
  return world;
}

const ownedBy = ({ apiVersion, kind, metadata }: KubeObject, blockOwnerDeletion = true): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid,
  blockOwnerDeletion,
});

const configMap = (
  world: World,
  name: string,
  ownerReferences: OwnerReference[] = [],
  finalizers: string[] = [],
): KubeObject =>
  world.cluster.create(configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop', ownerReferences, finalizers },
  });

const exists = (world: World, name: string): boolean =>
  world.cluster.get(configMaps, 'shop', name) !== undefined;

describe('deleting an owner', () => {
  it('in the background takes its dependents along, down to the pods', async () => {
    const world = openWorld();
    world.cluster.create(deployments, catalogDeployment({ replicas: 2 }));
    await world.settle();
    expect(world.pods()).toHaveLength(2);
    world.cluster.delete(deployments, 'shop', 'catalog');
    expect(world.cluster.get(deployments, 'shop', 'catalog')).toBeUndefined();
    await world.settle();
    expect(world.cluster.list(replicaSets, 'shop')).toEqual([]);
    expect(world.pods()).toEqual([]);
  });

  it('in the foreground keeps it until its dependents are gone', async () => {
    const world = openWorld();
    const owner = configMap(world, 'owner');
    configMap(world, 'dependent', [ownedBy(owner)], ['example.com/hold']);
    world.cluster.delete(configMaps, 'shop', 'owner', { propagationPolicy: 'Foreground' });
    await world.settle();
    expect(exists(world, 'owner')).toBe(true);
    const dependent = world.cluster.get(configMaps, 'shop', 'dependent');
    expect(dependent?.metadata.deletionTimestamp).toBeDefined();
    if (dependent !== undefined)
      world.cluster.update(configMaps, { ...dependent, metadata: { ...dependent.metadata, finalizers: [] } });
    await world.settle();
    expect([exists(world, 'owner'), exists(world, 'dependent')]).toEqual([false, false]);
  });

  it('in the foreground takes a whole deployment, pods first', async () => {
    const world = openWorld();
    world.cluster.create(deployments, catalogDeployment());
    await world.settle();
    world.cluster.delete(deployments, 'shop', 'catalog', { propagationPolicy: 'Foreground' });
    await world.settle();
    expect(world.pods()).toEqual([]);
    expect(world.cluster.list(replicaSets, 'shop')).toEqual([]);
    expect(world.cluster.get(deployments, 'shop', 'catalog')).toBeUndefined();
  });

  it('does not wait for dependents that do not block', async () => {
    const world = openWorld();
    const owner = configMap(world, 'owner');
    configMap(world, 'dependent', [ownedBy(owner, false)], ['example.com/hold']);
    world.cluster.delete(configMaps, 'shop', 'owner', { propagationPolicy: 'Foreground' });
    await world.settle();
    expect(exists(world, 'owner')).toBe(false);
  });

  it('as orphans leaves its dependents, without their reference', async () => {
    const world = openWorld();
    const owner = configMap(world, 'owner');
    configMap(world, 'dependent', [ownedBy(owner)]);
    world.cluster.delete(configMaps, 'shop', 'owner', { propagationPolicy: 'Orphan' });
    await world.settle();
    expect(exists(world, 'owner')).toBe(false);
    expect(world.cluster.get(configMaps, 'shop', 'dependent')?.metadata.ownerReferences).toBeUndefined();
  });
});

describe('an object with owners', () => {
  it('stays while one of them is left, and forgets the other', async () => {
    const world = openWorld();
    const first = configMap(world, 'first');
    const second = configMap(world, 'second');
    configMap(world, 'dependent', [ownedBy(first), ownedBy(second)]);
    world.cluster.delete(configMaps, 'shop', 'first');
    await world.settle();
    const owners = world.cluster.get(configMaps, 'shop', 'dependent')?.metadata.ownerReferences;
    expect(owners?.map(({ name }) => name)).toEqual(['second']);
  });

  it.each([
    ['that never was', { name: 'nobody', uid: 'gone' }],
    ['whose name another object has now', { name: 'owner', uid: 'earlier' }],
  ])('%s is removed', async (_, { name, uid }) => {
    const world = openWorld();
    configMap(world, 'owner');
    configMap(world, 'dependent', [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid }]);
    await world.settle();
    expect([exists(world, 'owner'), exists(world, 'dependent')]).toEqual([true, false]);
  });

  it('stays when the kind of its owner is not served', async () => {
    const world = openWorld();
    configMap(world, 'dependent', [{ apiVersion: 'example.com/v1', kind: 'Widget', name: 'a', uid: 'a' }]);
    await world.settle();
    expect(exists(world, 'dependent')).toBe(true);
  });

  it('goes with its owner when the kind of the owner goes', async () => {
    const world = openWorld();
    world.serve('Widget');
    const owner = world.cluster.create<KubeObject>(
      { group: 'example.com', resource: 'widgets' },
      { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a', namespace: 'shop' } },
    );
    configMap(world, 'dependent', [ownedBy(owner)]);
    world.cluster.delete(customResourceDefinitions, '', 'widgets.example.com');
    await world.settle();
    expect(exists(world, 'dependent')).toBe(false);
  });

  it('of another namespace is not an owner', async () => {
    const world = openWorld();
    const elsewhere = world.cluster.create(secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'owner', namespace: 'default' },
    });
    configMap(world, 'dependent', [ownedBy(elsewhere)]);
    await world.settle();
    expect(exists(world, 'dependent')).toBe(false);
  });
});
