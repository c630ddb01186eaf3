import type { DeploymentSpec } from 'kubernetes-types/apps/v1.js';
import { afterEach, describe, expect, it } from 'vitest';
import { isPodReady } from '../../../sandbox/controllers/pod-state.ts';
import { deployments, pods, replicaSets } from '../../../sandbox/kube/resources.ts';
import { catalogDeployment } from './manifests.ts';
import {
  change,
  closeWorlds,
  conditions,
  finish,
  images,
  openWorld,
  rolledOut,
  sizes,
  template,
} from './rollouts.ts';

afterEach(closeWorlds);

describe('a new deployment', () => {
  it('gets a replica set and pods named after the template hash, bound to the node, in one turn', async () => {
    const world = openWorld();
    world.cluster.create(deployments, catalogDeployment({ replicas: 2 }));
    await world.settle();
    const [set] = world.cluster.list(replicaSets, 'shop');
    const hash = set?.metadata.labels?.['pod-template-hash'] ?? '';
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
    expect(set?.metadata.name).toBe(`catalog-${hash}`);
    expect(set?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '2',
      'deployment.kubernetes.io/max-replicas': '3',
      'deployment.kubernetes.io/revision': '1',
    });
    expect(
      world
        .pods()
        .map(({ spec, metadata }) => [metadata.name.startsWith(`catalog-${hash}-`), spec?.nodeName]),
    ).toEqual([
      [true, 'mesh-workshop-control-plane'],
      [true, 'mesh-workshop-control-plane'],
    ]);
    expect(world.messages('ScalingReplicaSet')).toEqual([
      `Scaled up replica set catalog-${hash} from 0 to 2`,
    ]);
    expect(conditions(world)).toEqual({
      Available: 'False MinimumReplicasUnavailable',
      Progressing: 'True ReplicaSetUpdated',
    });
    expect(world.deployment().status).toMatchObject({
      replicas: 2,
      updatedReplicas: 2,
      unavailableReplicas: 2,
    });
  });

  it('is available and complete when its pods are ready', async () => {
    const world = await rolledOut({ replicas: 2 });
    expect(conditions(world)).toEqual({
      Available: 'True MinimumReplicasAvailable',
      Progressing: 'True NewReplicaSetAvailable',
    });
    expect(world.deployment().status).toEqual({
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      conditions: expect.anything(),
    });
    expect(world.deployment().metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
  });

  it('writes nothing more once it has settled', async () => {
    const world = await rolledOut();
    const before = world.deployment().metadata.resourceVersion;
    await world.clock.advance(3_600_000);
    expect(world.deployment().metadata.resourceVersion).toBe(before);
    expect(world.log).toEqual([]);
  });

  it('reports ProgressDeadlineExceeded when nothing moves in time', async () => {
    const world = openWorld();
    world.cluster.create(deployments, catalogDeployment({ progressDeadlineSeconds: 60 }));
    await world.clock.advance(50_000);
    expect(conditions(world)['Progressing']).toBe('True ReplicaSetUpdated');
    await world.clock.advance(15_000);
    expect(conditions(world)['Progressing']).toBe('False ProgressDeadlineExceeded');
  });

  it('counts pods as available only after minReadySeconds', async () => {
    const world = openWorld();
    world.cluster.create(deployments, catalogDeployment({ minReadySeconds: 10 }));
    await world.settle();
    await world.runPods();
    expect(world.deployment().status).toMatchObject({ readyReplicas: 1, unavailableReplicas: 1 });
    await world.clock.advance(10_000);
    expect(world.deployment().status).toMatchObject({ readyReplicas: 1, availableReplicas: 1 });
  });
});

describe('a rolling update', () => {
  it.each([
    { replicas: 1, maxSurge: '25%', maxUnavailable: '25%', most: 2, least: 1 },
    { replicas: 4, maxSurge: '25%', maxUnavailable: '25%', most: 5, least: 3 },
    { replicas: 10, maxSurge: '25%', maxUnavailable: '25%', most: 13, least: 8 },
    { replicas: 3, maxSurge: 0, maxUnavailable: 1, most: 3, least: 2 },
    { replicas: 3, maxSurge: 2, maxUnavailable: 0, most: 5, least: 3 },
    { replicas: 2, maxSurge: 0, maxUnavailable: '1%', most: 2, least: 1 },
  ])(
    'of $replicas pods with surge $maxSurge and unavailable $maxUnavailable keeps between $least ready and $most pods',
    async ({ replicas, maxSurge, maxUnavailable, most, least }) => {
      const world = await rolledOut({
        replicas,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
      });
      let highest = 0;
      let lowest = replicas;
      const unwatch = world.cluster.watch(pods, () => {
        const live = world.pods().filter((pod) => pod.metadata.deletionTimestamp === undefined);
        highest = Math.max(highest, live.length);
        lowest = Math.min(lowest, live.filter(isPodReady).length);
      });
      change(world, { template: template('catalog:2') });
      await world.settle();
      await finish(world);
      unwatch();
      expect([lowest, highest]).toEqual([least, most]);
      expect(images(world)).toEqual(Array.from({ length: replicas }, () => 'catalog:2'));
    },
  );

  it('stops at the surge while new pods do not become ready', async () => {
    const world = await rolledOut({ replicas: 4 });
    change(world, { template: template('catalog:broken') });
    await world.clock.advance(1000);
    expect(sizes(world)).toEqual({ 'istioinaction/catalog:latest': 3, 'catalog:broken': 2 });
    await world.clock.advance(700_000);
    expect(sizes(world)).toEqual({ 'istioinaction/catalog:latest': 3, 'catalog:broken': 2 });
    expect(conditions(world)).toEqual({
      Available: 'True MinimumReplicasAvailable',
      Progressing: 'False ProgressDeadlineExceeded',
    });
  });

  it('goes back to the old replica set, with a new revision, when the old template returns', async () => {
    const world = await rolledOut();
    const before = world.deployment().spec?.template as DeploymentSpec['template'];
    change(world, { template: template('catalog:2') });
    await world.settle();
    await finish(world);
    expect(world.deployment().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
    change(world, { template: before });
    await world.settle();
    await finish(world);
    expect(sizes(world)).toEqual({ 'istioinaction/catalog:latest': 1, 'catalog:2': 0 });
    expect(world.deployment().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
    const old = world.cluster.list(replicaSets, 'shop').find((set) => set.spec?.replicas === 1);
    expect(old?.metadata.annotations?.['deployment.kubernetes.io/revision-history']).toBe('1');
  });

  it('keeps revisionHistoryLimit old replica sets, the newest ones', async () => {
    const world = await rolledOut({ revisionHistoryLimit: 1 });
    for (const image of ['catalog:2', 'catalog:3']) {
      change(world, { template: template(image) });
      await world.settle();
      await finish(world);
    }
    await world.settle();
    expect(sizes(world)).toEqual({ 'catalog:2': 0, 'catalog:3': 1 });
  });

  it('waits while the deployment is paused', async () => {
    const world = await rolledOut();
    change(world, { paused: true, template: template('catalog:2') });
    await world.settle();
    expect(sizes(world)).toEqual({ 'istioinaction/catalog:latest': 1 });
    expect(conditions(world)['Progressing']).toBe('Unknown DeploymentPaused');
    change(world, { paused: false });
    await world.settle();
    await finish(world);
    expect(sizes(world)).toEqual({ 'istioinaction/catalog:latest': 0, 'catalog:2': 1 });
    expect(conditions(world)['Progressing']).toBe('True NewReplicaSetAvailable');
  });
});
