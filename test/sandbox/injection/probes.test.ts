import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Container, PodSpec } from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from '../../../sandbox/kube/object.ts';
import type { Pod } from '../../../sandbox/kube/resources.ts';
import type { World } from '../controllers/world.ts';
import { createPod, meshWorld } from './pods.ts';

let world: World;
beforeEach(async () => {
  world = await meshWorld();
  world.addNamespace('mesh', { 'istio-injection': 'enabled' });
  await world.settle();
});
afterEach(() => world.close());

const injected = (metadata: Partial<ObjectMeta>, spec: Partial<PodSpec>): Pod =>
  createPod(world, { namespace: 'mesh', metadata, spec });

const probersOf = ({ spec }: Pod): string | undefined =>
  spec?.containers.at(-1)?.env?.find(({ name }) => name === 'ISTIO_KUBE_APP_PROBERS')?.value;

describe('probes (facts §9)', () => {
  const app = (probe: Partial<Container>): Partial<PodSpec> => ({
    containers: [
      {
        name: 'catalog',
        image: 'istioinaction/catalog:latest',
        ports: [{ name: 'web', containerPort: 3000 }],
        ...probe,
      },
    ],
  });

  it.each([
    [
      'livenessProbe',
      '/app-health/catalog/livez',
      { httpGet: { path: '/live', port: 3000 } },
      { httpGet: { path: '/live', port: 3000 } },
    ],
    [
      'readinessProbe',
      '/app-health/catalog/readyz',
      { httpGet: { path: '/', port: 'web' } },
      { httpGet: { path: '/', port: 3000 } },
    ],
    [
      'startupProbe',
      '/app-health/catalog/startupz',
      { tcpSocket: { port: 'web' } },
      { tcpSocket: { port: 3000 } },
    ],
  ])('a %s goes to the agent at %s', (field, path, probe, before) => {
    const pod = injected({}, app({ [field]: { ...probe, periodSeconds: 7 } }));
    const rewritten = pod.spec?.containers[0]?.[field as 'livenessProbe'];
    expect(rewritten).toMatchObject({ httpGet: { path, port: 15_020 }, periodSeconds: 7 });
    expect(rewritten?.tcpSocket).toBeUndefined();
    expect(JSON.parse(probersOf(pod) ?? '')).toMatchObject({ [path]: before });
  });

  it('that run a command stay', () => {
    const probe = { exec: { command: ['true'] } };
    const pod = injected({}, app({ livenessProbe: probe }));
    expect(pod.spec?.containers[0]?.livenessProbe).toMatchObject(probe);
    expect(probersOf(pod)).toBeUndefined();
  });

  it('stay when the pod says so', () => {
    const probe = { httpGet: { path: '/live', port: 3000 } };
    const pod = injected(
      { annotations: { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' } },
      app({ livenessProbe: probe }),
    );
    expect(pod.spec?.containers[0]?.livenessProbe).toMatchObject(probe);
  });
});
