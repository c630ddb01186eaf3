import { afterEach, describe, expect, it } from 'vitest';
import type { PodSpec, ServiceSpec } from 'kubernetes-types/core/v1.js';
import { startEndpointsController } from '../../../sandbox/controllers/endpoints/controller.ts';
import { startEndpointsMirroring } from '../../../sandbox/controllers/endpoints/mirroring.ts';
import type { NewObject } from '../../../sandbox/kube/object.ts';
import {
  type Endpoints,
  endpointSlices,
  endpoints,
  pods,
  services,
} from '../../../sandbox/kube/resources.ts';
import { pod, service } from './manifests.ts';
import { World } from './world.ts';

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});

const containers = [
  {
    name: 'app',
    image: 'istioinaction/catalog:latest',
    ports: [{ name: 'web', containerPort: 3000, protocol: 'TCP' as const }],
  },
];

const web: Partial<ServiceSpec> = {
  clusterIP: '10.200.1.7',
  selector: { app: 'web' },
  ports: [{ name: 'http', port: 80, targetPort: 3000, protocol: 'TCP' }],
};

/** A Service `web`, and pods `web-0`, `web-1`, … that are ready or not. */
async function serving(
  ready: boolean[],
  spec: Partial<ServiceSpec> = {},
  podSpec: Partial<PodSpec> = {},
): Promise<World> {
  const world = new World(startEndpointsController, startEndpointsMirroring);
  worlds.push(world);
  world.cluster.create(services, service('web', { ...web, ...spec }));
  for (const [index, isReady] of ready.entries()) {
    const created = world.cluster.create(
      pods,
      pod(`web-${index}`, { app: 'web' }, { containers, nodeName: 'node', ...podSpec }),
    );
    world.setReady(created, isReady, `10.244.0.${index + 1}`);
  }
  await world.settle();
  return world;
}

const slices = (world: World): unknown[] =>
  world.cluster.list(endpointSlices, 'shop').map(({ endpoints: list, ports }) => ({
    ports: (ports ?? []).map(({ name, port }) => `${name}:${port}`),
    endpoints: list.map(({ addresses, conditions }) => [
      addresses[0],
      ...(['ready', 'serving', 'terminating'] as const).filter((each) => conditions?.[each] === true),
    ]),
  }));

const subsets = (world: World): unknown => world.cluster.get(endpoints, 'shop', 'web')?.subsets;

describe('a Service with a selector', () => {
  it('has one slice with its ready and its other pods', async () => {
    const world = await serving([true, false]);
    expect(slices(world)).toEqual([
      { ports: ['http:3000'], endpoints: [['10.244.0.1', 'ready', 'serving'], ['10.244.0.2']] },
    ]);
    const [slice] = world.cluster.list(endpointSlices, 'shop');
    expect(slice?.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(slice?.metadata.labels).toEqual({
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    });
    expect(slice?.metadata.ownerReferences?.[0]).toMatchObject({
      kind: 'Service',
      name: 'web',
      controller: true,
    });
    expect(slice?.endpoints[0]).toMatchObject({
      nodeName: 'node',
      targetRef: { kind: 'Pod', name: 'web-0' },
    });
    expect(subsets(world)).toMatchObject([
      {
        addresses: [{ ip: '10.244.0.1', targetRef: { name: 'web-0' } }],
        notReadyAddresses: [{ ip: '10.244.0.2' }],
        ports: [{ name: 'http', port: 3000, protocol: 'TCP' }],
      },
    ]);
  });

  it('keeps the slice object when a pod becomes ready, leaves or comes', async () => {
    const world = await serving([false]);
    const before = world.cluster.list(endpointSlices, 'shop')[0]?.metadata.uid;
    const [first] = world.pods();
    if (first !== undefined) world.setReady(first, true, '10.244.0.1');
    await world.settle();
    expect(slices(world)).toEqual([
      { ports: ['http:3000'], endpoints: [['10.244.0.1', 'ready', 'serving']] },
    ]);
    world.cluster.delete(pods, 'shop', 'web-0', { gracePeriodSeconds: 0 });
    await world.settle();
    expect(slices(world)).toEqual([{ ports: [], endpoints: [] }]);
    expect(world.cluster.list(endpointSlices, 'shop')[0]?.metadata.uid).toBe(before);
  });

  it('shows a pod on its way out as serving and terminating, and not in Endpoints', async () => {
    const world = await serving([true]);
    world.cluster.delete(pods, 'shop', 'web-0');
    await world.settle();
    expect(slices(world)).toEqual([
      { ports: ['http:3000'], endpoints: [['10.244.0.1', 'serving', 'terminating']] },
    ]);
    expect(subsets(world)).toEqual([]);
  });

  it.each([
    {
      why: 'a named target port',
      spec: { ports: [{ name: 'http', port: 80, targetPort: 'web' }] },
      ports: ['http:3000'],
    },
    { why: 'a name no pod has', spec: { ports: [{ name: 'http', port: 80, targetPort: 'nix' }] }, ports: [] },
    { why: 'no target port', spec: { ports: [{ port: 80 }] }, ports: [':80'] },
  ])('resolves $why', async ({ spec, ports }) => {
    const world = await serving([true], spec);
    expect(slices(world)).toEqual([{ ports, endpoints: [['10.244.0.1', 'ready', 'serving']] }]);
  });

  it('has ready endpoints only, when it publishes pods that are not ready', async () => {
    const world = await serving([false], { publishNotReadyAddresses: true });
    expect(slices(world)).toEqual([
      { ports: ['http:3000'], endpoints: [['10.244.0.1', 'ready', 'serving']] },
    ]);
    expect(subsets(world)).toMatchObject([{ addresses: [{ ip: '10.244.0.1' }] }]);
  });

  it('is labelled headless and has hostnames when it has no address of its own', async () => {
    const world = await serving([true], { clusterIP: 'None' }, { hostname: 'web-0', subdomain: 'web' });
    const [slice] = world.cluster.list(endpointSlices, 'shop');
    expect(slice?.metadata.labels?.['service.kubernetes.io/headless']).toBe('');
    expect(slice?.endpoints[0]?.hostname).toBe('web-0');
  });

  it('follows a changed selector', async () => {
    const world = await serving([true]);
    const found = world.cluster.get(services, 'shop', 'web');
    if (found === undefined) throw new Error('no service');
    world.cluster.update(services, { ...found, spec: { ...found.spec, selector: { app: 'other' } } });
    await world.settle();
    expect(slices(world)).toEqual([{ ports: [], endpoints: [] }]);
  });

  it('gets back a slice that somebody deleted', async () => {
    const world = await serving([true]);
    const name = world.cluster.list(endpointSlices, 'shop')[0]?.metadata.name ?? '';
    world.cluster.delete(endpointSlices, 'shop', name);
    await world.settle();
    expect(slices(world)).toEqual([
      { ports: ['http:3000'], endpoints: [['10.244.0.1', 'ready', 'serving']] },
    ]);
  });

  it('takes its Endpoints along', async () => {
    const world = await serving([true]);
    world.cluster.delete(services, 'shop', 'web');
    await world.settle();
    expect(world.cluster.get(endpoints, 'shop', 'web')).toBeUndefined();
  });
});

describe('a Service without selector', () => {
  const made = (labels: Record<string, string> = {}): NewObject => ({
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web', namespace: 'shop', labels },
    subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ name: 'http', port: 80 }] }],
  });

  it('leaves the Endpoints that a user made alone, and mirrors them in a slice', async () => {
    const world = await serving([true], { selector: {} });
    world.cluster.create(endpoints, made());
    await world.settle();
    expect(world.cluster.get(endpoints, 'shop', 'web')?.subsets?.[0]?.addresses).toEqual([
      { ip: '192.0.2.1' },
    ]);
    expect(slices(world)).toEqual([{ ports: ['http:80'], endpoints: [['192.0.2.1', 'ready']] }]);
    expect(world.cluster.list(endpointSlices, 'shop')[0]?.metadata.labels).toEqual({
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    });
  });

  it('keeps the mirror in step, and takes it away with its Endpoints', async () => {
    const world = await serving([], { selector: {} });
    const created = world.cluster.create<Endpoints>(endpoints, made());
    await world.settle();
    world.cluster.update(endpoints, {
      ...created,
      subsets: [{ addresses: [{ ip: '192.0.2.2' }], ports: [{ name: 'http', port: 81 }] }],
    });
    await world.settle();
    expect(slices(world)).toEqual([{ ports: ['http:81'], endpoints: [['192.0.2.2', 'ready']] }]);
    world.cluster.delete(endpoints, 'shop', 'web');
    await world.settle();
    expect(slices(world)).toEqual([]);
  });

  it('has no mirror of Endpoints that refuse it', async () => {
    const world = await serving([], { selector: {} });
    world.cluster.create(endpoints, made({ 'endpointslice.kubernetes.io/skip-mirror': 'true' }));
    await world.settle();
    expect(slices(world)).toEqual([]);
  });

  it('that goes leaves a user’s Endpoints behind', async () => {
    const world = await serving([], { selector: {} });
    world.cluster.create(endpoints, made());
    world.cluster.delete(services, 'shop', 'web');
    await world.settle();
    expect(world.cluster.get(endpoints, 'shop', 'web')).toBeDefined();
    expect(slices(world)).toEqual([]);
  });
});
