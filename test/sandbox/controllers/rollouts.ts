import type { DeploymentSpec } from 'kubernetes-types/apps/v1.js';
import { startDeploymentController } from '../../../sandbox/controllers/deployment/controller.ts';
import { ensureNode } from '../../../sandbox/controllers/node.ts';
import { startReplicaSetController } from '../../../sandbox/controllers/replicaset/controller.ts';
import { startScheduler } from '../../../sandbox/controllers/scheduler.ts';
import { type Deployment, deployments, replicaSets } from '../../../sandbox/kube/resources.ts';
import { catalogDeployment } from './manifests.ts';
import { World } from './world.ts';

const worlds: World[] = [];

export function closeWorlds(): void {
  for (const world of worlds.splice(0)) world.close();
}

export const openWorld = (): World => {
  const world = new World(startDeploymentController, startReplicaSetController, startScheduler);
  ensureNode(world.cluster, world.clock);
  worlds.push(world);
  return world;
};

/** Deploys and waits until every pod is ready. */
export async function rolledOut(spec: Partial<DeploymentSpec> = {}): Promise<World> {
  const world = openWorld();
  world.cluster.create(deployments, catalogDeployment(spec));
  await world.settle();
  await finish(world);
  return world;
}

export async function finish(world: World): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) {
    await world.runPods();
    if (complete(world.deployment())) return;
  }
  throw new Error('the rollout does not finish');
}

export const complete = ({ metadata, spec, status }: Deployment): boolean =>
  status?.observedGeneration === metadata.generation &&
  (status?.updatedReplicas ?? 0) === spec?.replicas &&
  (status?.replicas ?? 0) === spec?.replicas &&
  (status?.availableReplicas ?? 0) === spec?.replicas;

export function change(world: World, spec: Partial<DeploymentSpec>): void {
  const found = world.deployment();
  world.cluster.update(deployments, { ...found, spec: { ...(found.spec as DeploymentSpec), ...spec } });
}

export const template = (image: string): DeploymentSpec['template'] => ({
  metadata: { labels: { app: 'catalog' } },
  spec: { containers: [{ name: 'catalog', image }] },
});

export const conditions = (world: World): Record<string, string> =>
  Object.fromEntries(
    (world.deployment().status?.conditions ?? []).map(({ type, status, reason }) => [
      type,
      `${status} ${reason}`,
    ]),
  );

export const sizes = (world: World): Record<string, number | undefined> =>
  Object.fromEntries(
    world.cluster
      .list(replicaSets, 'shop')
      .map((set) => [set.spec?.template?.spec?.containers[0]?.image, set.spec?.replicas]),
  );

export const images = (world: World): string[] =>
  world
    .pods()
    .filter((pod) => pod.metadata.deletionTimestamp === undefined)
    .flatMap((pod) => pod.spec?.containers[0]?.image ?? []);
