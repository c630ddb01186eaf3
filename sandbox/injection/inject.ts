// A pod as istiod's injection template leaves it.

import type { Container, PodSpec, Volume } from 'kubernetes-types/core/v1.js';
import type { NewObject } from '../kube/object.ts';
import { type AppProbers, rewriteAppProbes } from './app-probes.ts';
import { initContainer, proxyContainer } from './proxy-containers.ts';
import {
  type Annotations,
  holdsApplication,
  isGateway,
  isNativeSidecar,
  rewritesProbes,
} from './proxy-settings.ts';
import { proxyVolumes } from './proxy-volumes.ts';
import { canonicalService, workloadOf } from './workload.ts';

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Makes the proxy part of `pod`, in place: as a sidecar, or as the gateway that the pod asks to be. */
export function inject(pod: NewObject, namespace: string): void {
  const spec = pod['spec'] as PodSpec;
  const annotations: Annotations = { ...pod.metadata.annotations };
  const workload = workloadOf(pod, namespace);
  // Validation, which misses the containers, comes after admission.
  const { containers = [] } = spec as Partial<PodSpec>;
  const own = containers.find(({ name }) => name === 'istio-proxy');
  const apps = containers.filter((container) => container !== own);
  const probers: AppProbers = rewritesProbes(annotations) ? rewriteAppProbes(apps) : {};
  const scrape = appScrape(annotations, apps);
  const proxy = customized(proxyContainer({ annotations, containers: apps, workload, probers, scrape }), own);
  const init = initContainer(annotations);
  for (const container of [init, proxy]) mountToken(container, spec);
  if (isGateway(annotations)) spec.containers = [...apps, proxy];
  else place(spec, annotations, apps, proxy, init);
  const volumes = proxyVolumes();
  const names = new Set((spec.volumes ?? []).map(({ name }) => name));
  spec.volumes = [...volumes.filter(({ name }) => !names.has(name)), ...(spec.volumes ?? [])];

  pod.metadata.labels = {
    ...pod.metadata.labels,
    'security.istio.io/tlsMode': pod.metadata.labels?.['security.istio.io/tlsMode'] ?? 'istio',
    ...canonicalService(pod.metadata.labels ?? {}, workload),
  };
  pod.metadata.annotations = {
    ...annotations,
    'istio.io/rev': 'default',
    ...defaultContainer(annotations, apps),
    ...scrapeOfAgent(annotations),
    'sidecar.istio.io/status': injectionStatus(annotations, volumes),
  };
}

/** `first` in the pod where the app has to wait for it, else last. */
function place(
  spec: PodSpec,
  annotations: Annotations,
  apps: readonly Container[],
  proxy: Container,
  init: Container,
): void {
  const inits = spec.initContainers ?? [];
  if (isNativeSidecar(annotations)) {
    // istio-init has to be done before anything talks, the proxy before the app's own init containers.
    spec.initContainers = [init, { ...proxy, restartPolicy: 'Always' }, ...inits];
    spec.containers = [...apps];
    return;
  }
  spec.initContainers = [...inits, init];
  spec.containers = holdsApplication(annotations) ? [holding(proxy), ...apps] : [...apps, proxy];
}

const holding = (proxy: Container): Container => ({
  ...proxy,
  lifecycle: { ...proxy.lifecycle, postStart: { exec: { command: ['pilot-agent', 'wait'] } } },
});

/** A container `istio-proxy` in the pod itself changes the template's: what it names wins, lists of names are merged. */
function customized(template: Container, own: Container | undefined): Container {
  if (own === undefined) return template;
  const env = new Map([...(template.env ?? []), ...(own.env ?? [])].map((each) => [each.name, each]));
  const mounts = [...(template.volumeMounts ?? []), ...(own.volumeMounts ?? [])];
  const volumeMounts = new Map(mounts.map((mount) => [mount.mountPath, mount]));
  const image = own.image === 'auto' || own.image === undefined ? (template.image ?? '') : own.image;
  return {
    ...template,
    ...own,
    image,
    env: [...env.values()],
    volumeMounts: [...volumeMounts.values()],
    ports: [...(template.ports ?? []), ...(own.ports ?? [])],
    resources:
      Object.keys(own.resources ?? {}).length === 0 ? (template.resources ?? {}) : (own.resources ?? {}),
  };
}

/** The account's token, as the ServiceAccount plug-in gave it to the other containers. */
function mountToken(container: Container, { volumes = [] }: PodSpec): void {
  const volume = volumes.find(({ name }) => name.startsWith('kube-api-access-'));
  const mounted = (container.volumeMounts ?? []).some(({ mountPath }) => mountPath === tokenPath);
  if (volume === undefined || mounted) return;
  const mount = { name: volume.name, readOnly: true, mountPath: tokenPath };
  container.volumeMounts = [...(container.volumeMounts ?? []), mount];
}

function defaultContainer(annotations: Annotations, apps: readonly Container[]): Record<string, string> {
  const name = annotations['kubectl.kubernetes.io/default-container'] ?? apps[0]?.name;
  if (name === undefined) return {};
  return {
    'kubectl.kubernetes.io/default-container': name,
    'kubectl.kubernetes.io/default-logs-container':
      annotations['kubectl.kubernetes.io/default-logs-container'] ?? name,
  };
}

const refusesScrape = (annotations: Annotations): boolean => annotations['prometheus.io/scrape'] === 'false';

/** Where Prometheus is sent: to the agent, which adds the app's own metrics. */
const scrapeOfAgent = (annotations: Annotations): Record<string, string> =>
  refusesScrape(annotations) || annotations['prometheus.istio.io/merge-metrics'] === 'false'
    ? {}
    : {
        'prometheus.io/path': '/stats/prometheus',
        'prometheus.io/port': '15020',
        'prometheus.io/scrape': 'true',
      };

function appScrape(annotations: Annotations, apps: readonly Container[]): Record<string, string> | undefined {
  if (annotations['prometheus.io/scrape'] !== 'true') return undefined;
  const port = annotations['prometheus.io/port'] ?? String(apps[0]?.ports?.[0]?.containerPort ?? 80);
  return { scrape: 'true', path: annotations['prometheus.io/path'] ?? '', port };
}

function injectionStatus(annotations: Annotations, volumes: readonly Volume[]): string {
  const gateway = isGateway(annotations);
  const native = !gateway && isNativeSidecar(annotations);
  return JSON.stringify({
    initContainers: gateway ? null : native ? ['istio-init', 'istio-proxy'] : ['istio-init'],
    containers: native ? null : ['istio-proxy'],
    volumes: volumes.map(({ name }) => name),
    imagePullSecrets: null,
    revision: 'default',
  });
}
