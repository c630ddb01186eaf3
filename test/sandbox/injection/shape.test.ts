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

const injected = (metadata: Partial<ObjectMeta> = {}, spec: Partial<PodSpec> = {}): Pod =>
  createPod(world, { namespace: 'mesh', metadata, spec });

const names = (list: readonly { name: string }[] = []): string[] => list.map(({ name }) => name);

const proxyOf = ({ spec }: Pod): Container => {
  const found = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find(
    ({ name }) => name === 'istio-proxy',
  );
  if (found === undefined) throw new Error('no istio-proxy');
  return found;
};

const env = (pod: Pod, name: string): unknown => {
  const found = proxyOf(pod).env?.find((each) => each.name === name);
  return (
    found?.value ?? found?.valueFrom?.fieldRef?.fieldPath ?? found?.valueFrom?.resourceFieldRef?.resource
  );
};

const annotation = (annotations: Record<string, string>): Partial<ObjectMeta> => ({ annotations });

describe('an injected pod (facts §9)', () => {
  it('has istio-proxy last and istio-init after its own init containers', () => {
    const init = { name: 'migrate', image: 'istioinaction/catalog:latest' };
    const { spec } = injected({}, { initContainers: [init] });
    expect(names(spec?.containers)).toEqual(['catalog', 'istio-proxy']);
    expect(names(spec?.initContainers)).toEqual(['migrate', 'istio-init']);
  });

  it('has the proxy of Istio 1.25.1', () => {
    expect(proxyOf(injected())).toMatchObject({
      image: 'docker.io/istio/proxyv2:1.25.1',
      args: [
        'proxy',
        'sidecar',
        '--domain',
        '$(POD_NAMESPACE).svc.cluster.local',
        '--proxyLogLevel=warning',
        '--proxyComponentLogLevel=misc:error',
        '--log_output_level=default:info',
      ],
      ports: [{ containerPort: 15_090, name: 'http-envoy-prom', protocol: 'TCP' }],
      readinessProbe: {
        httpGet: { path: '/healthz/ready', port: 15_021 },
        failureThreshold: 4,
        periodSeconds: 15,
        timeoutSeconds: 3,
      },
      startupProbe: {
        httpGet: { path: '/healthz/ready', port: 15_021 },
        failureThreshold: 600,
        periodSeconds: 1,
        timeoutSeconds: 3,
      },
      resources: { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '100m', memory: '128Mi' } },
      securityContext: { runAsUser: 1337, runAsGroup: 1337 },
    });
  });

  it('redirects with istio-init', () => {
    const { spec } = injected();
    expect(spec?.initContainers?.[0]).toMatchObject({
      image: 'docker.io/istio/proxyv2:1.25.1',
      args: (
        'istio-iptables -p 15001 -z 15006 -u 1337 -m REDIRECT -i * -x  -b * ' +
        '-d 15090,15021,15020 --log_output_level=default:info'
      ).split(' '),
    });
  });

  it('has the volumes of Istio before its own', () => {
    const { spec } = injected({}, { volumes: [{ name: 'own', emptyDir: {} }] });
    expect(names(spec?.volumes).map((name) => name.replace(/^(kube-api-access)-.{5}$/, '$1'))).toEqual([
      'workload-socket',
      'credential-socket',
      'workload-certs',
      'istio-envoy',
      'istio-data',
      'istio-podinfo',
      'istio-token',
      'istiod-ca-cert',
      'own',
      'kube-api-access',
    ]);
    expect(proxyOf({ spec } as Pod).volumeMounts?.at(-1)?.mountPath).toBe(
      '/var/run/secrets/kubernetes.io/serviceaccount',
    );
  });

  it('has the labels and annotations of Istio', () => {
    const { metadata } = injected({ labels: { app: 'catalog', version: 'v1' } });
    expect(metadata.labels).toEqual({
      app: 'catalog',
      version: 'v1',
      'security.istio.io/tlsMode': 'istio',
      'service.istio.io/canonical-name': 'catalog',
      'service.istio.io/canonical-revision': 'v1',
    });
    expect(metadata.annotations).toEqual({
      'istio.io/rev': 'default',
      'kubectl.kubernetes.io/default-container': 'catalog',
      'kubectl.kubernetes.io/default-logs-container': 'catalog',
      'prometheus.io/path': '/stats/prometheus',
      'prometheus.io/port': '15020',
      'prometheus.io/scrape': 'true',
      'sidecar.istio.io/status': JSON.stringify({
        initContainers: ['istio-init'],
        containers: ['istio-proxy'],
        volumes: [
          'workload-socket',
          'credential-socket',
          'workload-certs',
          'istio-envoy',
          'istio-data',
          'istio-podinfo',
          'istio-token',
          'istiod-ca-cert',
        ],
        imagePullSecrets: null,
        revision: 'default',
      }),
    });
  });

  it.each([
    [{ app: 'a', version: 'v2' }, 'a', 'v2'],
    [{ app: 'a', 'app.kubernetes.io/name': 'n', 'app.kubernetes.io/version': '3' }, 'n', '3'],
    [
      { 'service.istio.io/canonical-name': 'c', 'service.istio.io/canonical-revision': 'r', app: 'a' },
      'c',
      'r',
    ],
    [{}, 'catalog', 'latest'],
  ])('labelled %j is canonical service %s, revision %s', (labels, name, revision) => {
    expect(injected({ labels }).metadata.labels).toMatchObject({
      'service.istio.io/canonical-name': name,
      'service.istio.io/canonical-revision': revision,
    });
  });

  it('tells its proxy which workload it belongs to', () => {
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'catalog-5d8f',
      uid: 'u',
      controller: true,
    };
    const pod = injected({
      name: 'catalog-5d8f-x',
      labels: { 'pod-template-hash': '5d8f' },
      ownerReferences: [owner],
    });
    expect(env(pod, 'ISTIO_META_WORKLOAD_NAME')).toBe('catalog');
    expect(env(pod, 'ISTIO_META_OWNER')).toBe(
      'kubernetes://apis/apps/v1/namespaces/mesh/deployments/catalog',
    );
    expect(pod.metadata.labels?.['service.istio.io/canonical-name']).toBe('catalog');
    expect(env(injected({ name: 'bare' }), 'ISTIO_META_OWNER')).toBe(
      'kubernetes://apis/v1/namespaces/mesh/pods/bare',
    );
  });

  it.each([
    ['POD_NAME', 'metadata.name'],
    ['POD_NAMESPACE', 'metadata.namespace'],
    ['INSTANCE_IP', 'status.podIP'],
    ['SERVICE_ACCOUNT', 'spec.serviceAccountName'],
    ['CA_ADDR', 'istiod.istio-system.svc:15012'],
    ['ISTIO_CPU_LIMIT', 'limits.cpu'],
    ['ISTIO_META_APP_CONTAINERS', 'catalog'],
    ['ISTIO_META_MESH_ID', 'cluster.local'],
  ])('gives its proxy %s = %s', (name, value) => {
    expect(env(injected(), name)).toBe(value);
  });
});

describe('annotations of the pod (facts §9)', () => {
  it('put the proxy first where the application has to wait for it', () => {
    const pod = injected(
      annotation({ 'proxy.istio.io/config': '{ "holdApplicationUntilProxyStarts": true }' }),
    );
    expect(names(pod.spec?.containers)).toEqual(['istio-proxy', 'catalog']);
    expect(pod.metadata.annotations?.['kubectl.kubernetes.io/default-container']).toBe('catalog');
  });

  it('make the proxy a native sidecar', () => {
    const { spec } = injected(annotation({ 'sidecar.istio.io/nativeSidecar': 'true' }));
    expect(names(spec?.containers)).toEqual(['catalog']);
    expect(names(spec?.initContainers)).toEqual(['istio-init', 'istio-proxy']);
    expect(spec?.initContainers?.[1]?.restartPolicy).toBe('Always');
  });

  it('size the proxy', () => {
    const pod = injected(
      annotation({ 'sidecar.istio.io/proxyCPU': '10m', 'sidecar.istio.io/proxyCPULimit': '50m' }),
    );
    expect(proxyOf(pod).resources).toEqual({ requests: { cpu: '10m' }, limits: { cpu: '50m' } });
  });

  it('exclude ports from redirection', () => {
    const pod = injected(
      annotation({
        'traffic.sidecar.istio.io/excludeInboundPorts': '9090',
        'traffic.sidecar.istio.io/excludeOutboundPorts': '5432',
      }),
    );
    const args = pod.spec?.initContainers?.[0]?.args?.join(' ');
    expect(args).toContain('-d 15090,15021,15020,9090');
    expect(args).toContain('-o 5432');
  });

  it('about scraping go to the agent', () => {
    const pod = injected(annotation({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9080' }));
    expect(pod.metadata.annotations?.['prometheus.io/port']).toBe('15020');
    expect(env(pod, 'ISTIO_PROMETHEUS_ANNOTATIONS')).toBe('{"scrape":"true","path":"","port":"9080"}');
  });

  it('that refuse scraping are left alone', () => {
    const pod = injected(annotation({ 'prometheus.io/scrape': 'false' }));
    expect(pod.metadata.annotations?.['prometheus.io/scrape']).toBe('false');
    expect(pod.metadata.annotations?.['prometheus.io/port']).toBeUndefined();
  });
});

it('takes what a pod says of its own istio-proxy container', () => {
  const { spec } = injected(
    {},
    {
      containers: [
        { name: 'catalog', image: 'istioinaction/catalog:latest' },
        { name: 'istio-proxy', image: 'auto', env: [{ name: 'TRUST_DOMAIN', value: 'td' }] },
      ],
    },
  );
  expect(names(spec?.containers)).toEqual(['catalog', 'istio-proxy']);
  const proxy = proxyOf({ spec } as Pod);
  expect(proxy.image).toBe('docker.io/istio/proxyv2:1.25.1');
  expect(proxy.env?.filter(({ name }) => name === 'TRUST_DOMAIN')).toEqual([
    { name: 'TRUST_DOMAIN', value: 'td' },
  ]);
});

it('completes the gateway that a pod asks to be', () => {
  const { spec, metadata } = injected(annotation({ 'inject.istio.io/templates': 'gateway' }), {
    containers: [{ name: 'istio-proxy', image: 'auto', ports: [{ containerPort: 8080 }] }],
  });
  expect(spec?.initContainers).toBeUndefined();
  expect(spec?.containers).toHaveLength(1);
  expect(spec?.containers[0]).toMatchObject({
    image: 'docker.io/istio/proxyv2:1.25.1',
    ports: [{ containerPort: 15_090 }, { containerPort: 8080 }],
  });
  expect(spec?.containers[0]?.args?.slice(0, 2)).toEqual(['proxy', 'router']);
  expect(JSON.parse(metadata.annotations?.['sidecar.istio.io/status'] ?? '')).toMatchObject({
    initContainers: null,
    containers: ['istio-proxy'],
  });
});
