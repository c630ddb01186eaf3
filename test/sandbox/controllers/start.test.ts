import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../sandbox/clock/clock.ts';
import { ensureCluster } from '../../../sandbox/controllers/bootstrap.ts';
import { serviceAccountAdmission } from '../../../sandbox/controllers/service-account-admission.ts';
import { serviceAdmission } from '../../../sandbox/controllers/services/admission.ts';
import { startControllers } from '../../../sandbox/controllers/start.ts';
import { unexecutedWarnings } from '../../../sandbox/controllers/unexecuted-warnings.ts';
import { injectionAdmission } from '../../../sandbox/injection/admission.ts';
import type { KubeObject } from '../../../sandbox/kube/object.ts';
import { ensureInstalled } from '../../../sandbox/install/ensure-installed.ts';
import {
  type Event,
  type Resource,
  deployments,
  endpointSlices,
  events,
  namespaces,
  nodes,
  pods,
  services,
} from '../../../sandbox/kube/resources.ts';
import { catalogDeployment } from './manifests.ts';
import { World } from './world.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Everything the sandbox starts here, as it starts it. */
async function openCluster(): Promise<World> {
  const world = new World();
  world.plugins.push(
    serviceAdmission(world.cluster),
    serviceAccountAdmission(world.cluster, seededRandom(2)),
    injectionAdmission(world.cluster),
    unexecutedWarnings(),
  );
  ensureCluster(world.cluster, world.clock);
  ensureInstalled(world.cluster);
  const { cluster, clock, log } = world;
  const controllers = startControllers({
    cluster,
    clock,
    random: seededRandom(4),
    log: (line) => void log.push(line),
  });
  stops.push(() => {
    controllers.close();
    world.close();
  });
  await world.settle();
  return world;
}

/** Runs the pods of a namespace until nothing changes. */
async function run(world: World, namespace: string): Promise<void> {
  for (const pod of world.pods(namespace)) world.setReady(pod, true, '10.244.0.9');
  await world.settle();
}

describe('a new cluster', () => {
  it('has its node, its namespaces and the API as a Service', async () => {
    const { cluster } = await openCluster();
    const [node] = cluster.list(nodes);
    expect(node?.metadata.name).toBe('mesh-workshop-control-plane');
    expect(node?.status).toMatchObject({
      nodeInfo: { kubeletVersion: 'v1.32.2' },
      addresses: [{ address: '172.18.0.2' }, { address: 'mesh-workshop-control-plane' }],
    });
    expect(cluster.list(namespaces).map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining(['default', 'istio-system', 'kube-node-lease', 'kube-public', 'kube-system']),
    );
    expect(cluster.get(services, 'default', 'kubernetes')?.spec?.clusterIP).toBe('10.200.1.1');
    expect(cluster.get(endpointSlices, 'default', 'kubernetes')?.endpoints[0]?.addresses).toEqual([
      '172.18.0.2',
    ]);
  });

  it('starts istiod and the gateway', async () => {
    const world = await openCluster();
    expect(
      world.pods('istio-system').map(({ metadata }) => metadata.name.replace(/-[^-]+-[^-]+$/, '')),
    ).toEqual(['istio-ingressgateway', 'istiod']);
    await run(world, 'istio-system');
    const ready = world.cluster
      .list(deployments, 'istio-system')
      .map(({ status }) => status?.availableReplicas);
    expect(ready).toEqual([1, 1]);
    expect(world.log).toEqual([]);
  });

  it.each<Resource<KubeObject>>([services, endpointSlices])(
    'gets the Service kubernetes back: %j',
    async (resource) => {
      const world = await openCluster();
      world.cluster.delete(resource, 'default', 'kubernetes');
      await world.settle();
      expect(world.cluster.get(resource, 'default', 'kubernetes')).toBeDefined();
    },
  );

  it('is as it was after a second start', async () => {
    const world = await openCluster();
    const before = world.cluster.list(services).map(({ metadata }) => metadata.resourceVersion);
    ensureCluster(world.cluster, world.clock);
    ensureInstalled(world.cluster);
    expect(world.cluster.list(services).map(({ metadata }) => metadata.resourceVersion)).toEqual(before);
  });
});

describe('a deployment in an injected namespace', () => {
  it('fails to create pods until istiod is ready, and then gets them with a sidecar by itself', async () => {
    const world = await openCluster();
    const shop = world.cluster.get(namespaces, '', 'shop');
    if (shop === undefined) throw new Error('no shop');
    world.cluster.update(namespaces, {
      ...shop,
      metadata: { ...shop.metadata, labels: { 'istio-injection': 'enabled' } },
    });
    world.cluster.create(deployments, catalogDeployment());
    await world.clock.advance(1000);
    expect(world.pods()).toEqual([]);
    const failure = world.cluster.list<Event>(events, 'shop').find(({ reason }) => reason === 'FailedCreate');
    expect(failure?.message).toContain('Error creating: Internal error occurred: failed calling webhook');
    expect(failure?.count).toBeGreaterThan(3);
    expect(world.deployment().status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'ReplicaFailure', reason: 'FailedCreate' }),
    );
    await run(world, 'istio-system');
    await world.clock.advance(5000);
    expect(world.pods().map(({ spec }) => spec?.containers.map(({ name }) => name))).toEqual([
      ['catalog', 'istio-proxy'],
    ]);
    expect(world.deployment().status?.conditions?.map(({ type }) => type)).not.toContain('ReplicaFailure');
  });

  it('goes with its namespace', async () => {
    const world = await openCluster();
    world.cluster.create(deployments, catalogDeployment({ replicas: 2 }));
    await run(world, 'shop');
    world.cluster.delete(namespaces, '', 'shop');
    await world.settle();
    await world.runPods();
    expect(world.cluster.get(namespaces, '', 'shop')).toBeUndefined();
    expect(world.cluster.list(pods, 'shop')).toEqual([]);
  });
});

it('leaves no timer and reacts to nothing once it is closed', async () => {
  const world = await openCluster();
  for (const stop of stops.splice(0)) stop();
  world.cluster.create(deployments, catalogDeployment());
  await world.settle();
  expect(world.pods()).toEqual([]);
  expect(world.clock.pending).toBe(0);
});
