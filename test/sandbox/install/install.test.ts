import { afterEach, describe, expect, it } from 'vitest';
import { ensureInstalled } from '../../../sandbox/install/ensure-installed.ts';
import { installedObjects } from '../../../sandbox/install/objects.ts';
import { mutatingWebhookConfigurations } from '../../../sandbox/injection/webhooks.ts';
import { serviceAdmission } from '../../../sandbox/controllers/services/admission.ts';
import { configMaps, deployments, namespaces, services } from '../../../sandbox/kube/resources.ts';
import { World } from '../controllers/world.ts';

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});

function openWorld(): World {
  const world = new World();
  worlds.push(world);
  world.plugins.push(serviceAdmission(world.cluster));
  world.addNamespace('kube-system');
  return world;
}

function installed(): World {
  const world = openWorld();
  ensureInstalled(world.cluster);
  return world;
}

describe('an installed Istio', () => {
  it('has istiod and its ports', () => {
    const { cluster } = installed();
    const service = cluster.get(services, 'istio-system', 'istiod');
    expect(service?.metadata.labels).toMatchObject({ app: 'istiod', istio: 'pilot' });
    expect(service?.spec?.ports?.map(({ name, port, targetPort }) => [name, port, targetPort])).toEqual([
      ['grpc-xds', 15_010, 15_010],
      ['https-dns', 15_012, 15_012],
      ['https-webhook', 443, 15_017],
      ['http-monitoring', 15_014, 15_014],
    ]);
    const template = cluster.get(deployments, 'istio-system', 'istiod')?.spec?.template;
    expect(template?.spec?.containers[0]?.image).toBe('docker.io/istio/pilot:1.25.1');
    expect(template?.metadata?.annotations?.['prometheus.io/port']).toBe('15014');
    expect(template?.metadata?.labels).toMatchObject({ app: 'istiod', istio: 'pilot' });
  });

  it('has a gateway on node ports 30000 and 30443', () => {
    const { cluster } = installed();
    const { spec } = cluster.get(services, 'istio-system', 'istio-ingressgateway') ?? {};
    expect(spec).toMatchObject({
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      selector: { app: 'istio-ingressgateway', istio: 'ingressgateway' },
    });
    expect(
      spec?.ports?.map(({ name, port, targetPort, nodePort }) => [name, port, targetPort, nodePort]),
    ).toEqual([
      ['status-port', 15_021, 15_021, 30_006],
      ['http2', 80, 8080, 30_000],
      ['https', 443, 8443, 30_443],
    ]);
    const template = cluster.get(deployments, 'istio-system', 'istio-ingressgateway')?.spec?.template;
    expect(template?.spec?.containers[0]).toMatchObject({
      name: 'istio-proxy',
      image: 'docker.io/istio/proxyv2:1.25.1',
      readinessProbe: { httpGet: { path: '/healthz/ready', port: 15_021 } },
    });
    expect(template?.spec?.containers[0]?.args?.slice(0, 2)).toEqual(['proxy', 'router']);
    expect(template?.metadata?.labels).toMatchObject({
      app: 'istio-ingressgateway',
      istio: 'ingressgateway',
    });
  });

  it('writes access logs', () => {
    const mesh = installed().cluster.get(configMaps, 'istio-system', 'istio')?.data?.['mesh'];
    expect(mesh).toContain('accessLogFile: /dev/stdout\n');
  });

  it('names its four injection webhooks', () => {
    const configuration = installed().cluster.get(
      mutatingWebhookConfigurations,
      '',
      'istio-sidecar-injector',
    );
    const webhooks = configuration?.['webhooks'] as { name: string }[];
    expect(webhooks.map(({ name }) => name)).toEqual([
      'rev.namespace.sidecar-injector.istio.io',
      'rev.object.sidecar-injector.istio.io',
      'namespace.sidecar-injector.istio.io',
      'object.sidecar-injector.istio.io',
    ]);
  });
});

describe('at the next start', () => {
  it('what a user changed stays changed, what a user deleted stays deleted', () => {
    const { cluster } = installed();
    const found = cluster.get(services, 'istio-system', 'istio-ingressgateway');
    if (found === undefined) throw new Error('no gateway');
    cluster.update(services, { ...found, metadata: { ...found.metadata, labels: { mine: 'yes' } } });
    cluster.delete(deployments, 'istio-system', 'istiod');
    ensureInstalled(cluster);
    expect(cluster.get(services, 'istio-system', 'istio-ingressgateway')?.metadata.labels).toEqual({
      mine: 'yes',
    });
    expect(cluster.get(deployments, 'istio-system', 'istiod')).toBeUndefined();
  });

  it.each(
    installedObjects().map(({ object }, index) => ({
      what: `${object.kind} ${object.metadata.name ?? ''}`,
      index,
    })),
  )('an installation cut short before $what is finished', ({ index }) => {
    const { cluster } = openWorld();
    for (const { resource, object } of installedObjects().slice(0, index)) cluster.create(resource, object);
    ensureInstalled(cluster);
    expect(cluster.list(deployments, 'istio-system')).toHaveLength(2);
    expect(cluster.get(namespaces, '', 'istio-system')).toBeDefined();
  });
});
