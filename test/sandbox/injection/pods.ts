import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { serviceAccountAdmission } from '../../../sandbox/controllers/service-account-admission.ts';
import { serviceAdmission } from '../../../sandbox/controllers/services/admission.ts';
import { namespaceContents } from '../../../sandbox/controllers/namespaces/contents.ts';
import { startEndpointsController } from '../../../sandbox/controllers/endpoints/controller.ts';
import { injectionAdmission } from '../../../sandbox/injection/admission.ts';
import { ensureInstalled } from '../../../sandbox/install/ensure-installed.ts';
import type { ObjectMeta } from '../../../sandbox/kube/object.ts';
import { type Pod, pods } from '../../../sandbox/kube/resources.ts';
import { seededRandom } from '../../../sandbox/clock/clock.ts';
import { World } from '../controllers/world.ts';

/** A cluster with Istio installed, whose istiod (one pod, made by hand) is ready or not. */
export async function meshWorld({ istiodReady = true } = {}): Promise<World> {
  const world = new World(namespaceContents({ kubernetes: '', istio: '' }), startEndpointsController);
  world.plugins.push(
    serviceAdmission(world.cluster),
    serviceAccountAdmission(world.cluster, seededRandom(5)),
    injectionAdmission(world.cluster),
  );
  world.addNamespace('kube-system');
  await world.settle();
  ensureInstalled(world.cluster);
  await world.settle();
  const istiod = world.cluster.create(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'istiod', namespace: 'istio-system', labels: { app: 'istiod', istio: 'pilot' } },
    spec: { nodeName: 'node', containers: [{ name: 'discovery', image: 'docker.io/istio/pilot:1.25.1' }] },
  });
  world.setReady(istiod, istiodReady, '10.244.0.2');
  await world.settle();
  return world;
}

export interface PodOptions {
  readonly namespace: string;
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: Partial<PodSpec>;
}

export const createPod = (world: World, { namespace, metadata = {}, spec = {} }: PodOptions): Pod =>
  world.cluster.create(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'catalog', namespace, ...metadata },
    spec: { containers: [{ name: 'catalog', image: 'istioinaction/catalog:latest' }], ...spec },
  });

export const isInjected = ({ spec }: Pod): boolean =>
  (spec?.containers ?? []).some(({ name }) => name === 'istio-proxy');
