import { afterEach, describe, expect, it } from 'vitest';
import type { AdmissionPlugin } from '../../../sandbox/api/extension.ts';
import { startReplicaSetController } from '../../../sandbox/controllers/replicaset/controller.ts';
import { inDeletionOrder } from '../../../sandbox/controllers/replicaset/deletion-order.ts';
import type { NewObject } from '../../../sandbox/kube/object.ts';
import { type Pod, type ReplicaSet, pods, replicaSets } from '../../../sandbox/kube/resources.ts';
import { StatusError } from '../../../sandbox/kube/status-error.ts';
import { pod } from './manifests.ts';
import { template } from './rollouts.ts';
import { World } from './world.ts';

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});

function openWorld(): World {
  const world = new World(startReplicaSetController);
  worlds.push(world);
  return world;
}

const set = (replicas: number, name = 'web'): NewObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name, namespace: 'shop' },
  spec: { replicas, selector: { matchLabels: { app: 'catalog' } }, template: template('catalog:1') },
});

const found = (world: World): ReplicaSet => {
  const stored = world.cluster.get(replicaSets, 'shop', 'web');
  if (stored === undefined) throw new Error('no replica set');
  return stored;
};

const names = (world: World): string[] => world.pods().map(({ metadata }) => metadata.name);

describe('a replica set', () => {
  it('makes pods with its name, labels and ownership', async () => {
    const world = openWorld();
    world.cluster.create(replicaSets, set(2));
    await world.settle();
    const [first] = world.pods();
    expect(first?.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(first?.metadata.labels).toEqual({ app: 'catalog' });
    expect(first?.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        uid: found(world).metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(found(world).status).toEqual({ replicas: 2, fullyLabeledReplicas: 2, observedGeneration: 1 });
    expect(world.messages('SuccessfulCreate').toSorted()).toEqual(
      names(world).map((name) => `Created pod: ${name}`),
    );
  });

  it('replaces a pod that was deleted, and one that failed', async () => {
    const world = openWorld();
    world.cluster.create(replicaSets, set(1));
    await world.settle();
    const [first = ''] = names(world);
    world.cluster.delete(pods, 'shop', first);
    await world.settle();
    const [second] = world.pods();
    expect(second?.metadata.name).not.toBe(first);
    if (second !== undefined) world.cluster.updateStatus(pods, { ...second, status: { phase: 'Failed' } });
    await world.settle();
    expect(world.pods()).toHaveLength(2);
    expect(found(world).status?.replicas).toBe(1);
  });

  it('counts a pod that has ended its work no more, but waits for none on its way out', async () => {
    const world = openWorld();
    world.cluster.create(replicaSets, set(1));
    await world.settle();
    const [first] = world.pods();
    if (first !== undefined)
      world.cluster.update(pods, {
        ...first,
        spec: { ...first.spec, containers: first.spec?.containers ?? [], nodeName: 'node' },
      });
    world.cluster.delete(pods, 'shop', first?.metadata.name ?? '');
    await world.settle();
    expect(world.pods()).toHaveLength(2);
  });

  it('adopts matching pods without a controller instead of making new ones', async () => {
    const world = openWorld();
    world.cluster.create(pods, pod('orphan', { app: 'catalog' }));
    world.cluster.create(replicaSets, set(1));
    await world.settle();
    expect(names(world)).toEqual(['orphan']);
    expect(world.pods()[0]?.metadata.ownerReferences?.[0]).toMatchObject({ name: 'web', controller: true });
  });

  it('releases a pod whose label was taken off, and makes another', async () => {
    const world = openWorld();
    world.cluster.create(replicaSets, set(1));
    await world.settle();
    const [first] = world.pods();
    if (first === undefined) throw new Error('no pod');
    world.cluster.update(pods, { ...first, metadata: { ...first.metadata, labels: { app: 'debug' } } });
    await world.settle();
    expect(world.pods()).toHaveLength(2);
    const released = world.cluster.get(pods, 'shop', first.metadata.name);
    expect(released?.metadata.ownerReferences).toBeUndefined();
  });

  it('leaves the pods of another replica set alone', async () => {
    const world = openWorld();
    world.cluster.create(replicaSets, set(1, 'other'));
    await world.settle();
    world.cluster.create(replicaSets, set(1));
    await world.settle();
    expect(world.pods().map((each) => each.metadata.ownerReferences?.[0]?.name)).toEqual(['other', 'web']);
  });

  it('says why it can’t make pods, tries less and less often, and makes them once it can', async () => {
    const world = openWorld();
    let tries = 0;
    const refuse: AdmissionPlugin = {
      name: 'refuse',
      mutate: ({ type, object }) => {
        if (type.resource !== 'pods') return;
        tries += 1;
        throw new StatusError('Forbidden', `no ${object?.metadata.name ?? ''} today`);
      },
    };
    world.plugins.push(refuse);
    world.cluster.create(replicaSets, set(3));
    await world.clock.advance(1000);
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(15);
    expect(world.messages('FailedCreate')[0]).toMatch(/^Error creating: no web-.{5} today$/);
    expect(found(world).status?.conditions).toEqual([
      expect.objectContaining({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }),
    ]);
    world.plugins.pop();
    await world.clock.advance(30_000);
    expect(world.pods()).toHaveLength(3);
    expect(found(world).status?.conditions).toBeUndefined();
  });
});

describe('when there are too many pods, first goes', () => {
  const now = Date.UTC(2025, 3, 1, 10);
  const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

  interface Facts {
    readonly node?: string;
    readonly phase?: string;
    readonly readyFor?: number;
    readonly cost?: string;
    readonly restarts?: number;
    readonly age?: number;
  }

  const some = (
    uid: string,
    { node = 'node', phase = 'Running', readyFor, cost, restarts = 0, age = 1000 }: Facts,
  ): Pod =>
    ({
      metadata: {
        uid,
        creationTimestamp: ago(age),
        annotations: cost === undefined ? {} : { 'controller.kubernetes.io/pod-deletion-cost': cost },
      },
      spec: node === '' ? {} : { nodeName: node },
      status: {
        phase,
        containerStatuses: [{ restartCount: restarts }],
        conditions:
          readyFor === undefined
            ? []
            : [{ type: 'Ready', status: 'True', lastTransitionTime: ago(readyFor) }],
      },
    }) as unknown as Pod;

  it.each<[string, Facts, Facts]>([
    ['the one without a node', { node: '' }, {}],
    ['the one that is pending', { phase: 'Pending' }, {}],
    ['the one that is not ready', {}, { readyFor: 100 }],
    ['the cheaper one', { readyFor: 100, cost: '-1' }, { readyFor: 100 }],
    ['the one that is ready for a shorter time', { readyFor: 10 }, { readyFor: 1000 }],
    ['the one that restarted more', { readyFor: 100, restarts: 3 }, { readyFor: 100 }],
    ['the younger one', { readyFor: 5, age: 10 }, { readyFor: 5, age: 1000 }],
  ])('%s', (_, first, second) => {
    expect(
      inDeletionOrder([some('b', second), some('c', first)], now).map(({ metadata }) => metadata.uid),
    ).toEqual(['c', 'b']);
    expect(
      inDeletionOrder([some('a', first), some('b', second)], now).map(({ metadata }) => metadata.uid),
    ).toEqual(['a', 'b']);
  });
});
