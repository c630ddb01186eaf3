import { afterEach, describe, expect, it } from 'vitest';
import { deployments, replicaSets } from '../../../sandbox/kube/resources.ts';
import { catalogDeployment } from './manifests.ts';
import { change, closeWorlds, finish, images, openWorld, rolledOut, sizes, template } from './rollouts.ts';

afterEach(closeWorlds);

describe('Recreate', () => {
  it('starts new pods only after the last old one is gone', async () => {
    const world = await rolledOut({ replicas: 2, strategy: { type: 'Recreate' } });
    change(world, { template: template('catalog:2') });
    await world.settle();
    expect(world.pods().every((pod) => pod.metadata.deletionTimestamp !== undefined)).toBe(true);
    expect(world.pods()).toHaveLength(2);
    await world.runPods();
    expect(images(world)).toEqual(['catalog:2', 'catalog:2']);
  });
});

describe('scaling', () => {
  it.each([
    [1, 3, 'Scaled up replica set catalog-HASH from 1 to 3'],
    [3, 1, 'Scaled down replica set catalog-HASH from 3 to 1'],
    [2, 0, 'Scaled down replica set catalog-HASH from 2 to 0'],
  ])('from %i to %i changes the same replica set', async (from, to, message) => {
    const world = await rolledOut({ replicas: from });
    change(world, { replicas: to });
    await world.settle();
    await finish(world);
    expect(world.pods()).toHaveLength(to);
    const [set] = world.cluster.list(replicaSets, 'shop');
    const hash = set?.metadata.labels?.['pod-template-hash'] ?? '';
    expect(world.messages('ScalingReplicaSet')).toContain(message.replace('HASH', hash));
    expect(set?.metadata.annotations?.['deployment.kubernetes.io/desired-replicas']).toBe(String(to));
  });

  it('spreads over both replica sets in proportion while a rollout is stuck', async () => {
    const world = await rolledOut({ replicas: 10 });
    change(world, { template: template('catalog:broken') });
    await world.settle();
    expect(sizes(world)).toEqual({ 'istioinaction/catalog:latest': 8, 'catalog:broken': 5 });
    change(world, { replicas: 20 });
    await world.settle();
    const grown = sizes(world);
    expect(Number(grown['istioinaction/catalog:latest']) + Number(grown['catalog:broken'])).toBe(25);
    expect(grown['istioinaction/catalog:latest']).toBeGreaterThanOrEqual(15);
  });
});

describe('replica sets', () => {
  it('adopts a matching replica set that nobody controls', async () => {
    const world = openWorld();
    const set = world.cluster.create(replicaSets, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'old', namespace: 'shop', labels: { app: 'catalog' } },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'catalog' } },
        template: template('istioinaction/catalog:latest'),
      },
    });
    const owner = world.cluster.create(deployments, catalogDeployment());
    await world.settle();
    const adopted = world.cluster.get(replicaSets, 'shop', set.metadata.name);
    expect(adopted?.metadata.ownerReferences?.[0]).toMatchObject({
      uid: owner.metadata.uid,
      controller: true,
    });
    expect(world.cluster.list(replicaSets, 'shop')).toHaveLength(1);
  });

  it('gets another hash when its name is taken by a foreign replica set', async () => {
    const world = await rolledOut();
    const [first] = world.cluster.list(replicaSets, 'shop');
    const again = openWorld();
    again.cluster.create(replicaSets, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: first?.metadata.name ?? '', namespace: 'shop', labels: {} },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'other' } },
        template: { ...template('other'), metadata: { labels: { app: 'other' } } },
      },
    });
    again.cluster.create(deployments, catalogDeployment());
    await again.settle();
    expect(again.deployment().status?.collisionCount).toBe(1);
    expect(again.pods()).toHaveLength(1);
  });
});
