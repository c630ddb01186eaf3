// The containers that Istio 1.25 adds to a pod: istio-init and istio-proxy.

import type { Container, EnvVar, Probe, SecurityContext } from 'kubernetes-types/core/v1.js';
import type { Annotations } from './proxy-settings.ts';
import { interceptionMode, isGateway, proxyResources } from './proxy-settings.ts';
import type { AppProbers } from './app-probes.ts';
import type { Workload } from './workload.ts';

export const proxyImage = 'docker.io/istio/proxyv2:1.25.1';
export interface ProxyInput {
  readonly annotations: Annotations;
  /** The app's containers, as they are after their probes were rewritten. */
  readonly containers: readonly Container[];
  readonly workload: Workload;
  readonly probers: AppProbers;
  /** Scrape settings of the app itself, which the agent merges with its own. */
  readonly scrape: Readonly<Record<string, string>> | undefined;
}

export function initContainer(annotations: Annotations): Container {
  return {
    name: 'istio-init',
    image: proxyImage,
    args: [
      'istio-iptables',
      '-p',
      '15001',
      '-z',
      '15006',
      '-u',
      '1337',
      '-m',
      interceptionMode(annotations),
      '-i',
      annotations['traffic.sidecar.istio.io/includeOutboundIPRanges'] ?? '*',
      '-x',
      annotations['traffic.sidecar.istio.io/excludeOutboundIPRanges'] ?? '',
      '-b',
      annotations['traffic.sidecar.istio.io/includeInboundPorts'] ?? '*',
      '-d',
      ['15090', '15021', excludedInbound(annotations)].join(','),
      ...excludedOutbound(annotations),
      '--log_output_level=default:info',
    ],
    resources: proxyResources(annotations),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { add: ['NET_ADMIN', 'NET_RAW'], drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: false,
      runAsGroup: 0,
      runAsNonRoot: false,
      runAsUser: 0,
    },
  };
}

function excludedInbound(annotations: Annotations): string {
  const own = annotations['traffic.sidecar.istio.io/excludeInboundPorts'] ?? '';
  return own === '' ? '15020' : `15020,${own}`;
}

function excludedOutbound(annotations: Annotations): string[] {
  const ports = annotations['traffic.sidecar.istio.io/excludeOutboundPorts'];
  return ports === undefined ? [] : ['-o', ports];
}

export function proxyContainer(input: ProxyInput): Container {
  return {
    name: 'istio-proxy',
    image: proxyImage,
    args: proxyArgs(isGateway(input.annotations) ? 'router' : 'sidecar'),
    ports: [{ containerPort: 15_090, name: 'http-envoy-prom', protocol: 'TCP' }],
    env: proxyEnv(input),
    readinessProbe: { ...ready, failureThreshold: 4, periodSeconds: 15 },
    startupProbe: { ...ready, failureThreshold: 600, periodSeconds: 1 },
    resources: proxyResources(input.annotations),
    securityContext: unprivileged,
    volumeMounts: [
      { name: 'workload-socket', mountPath: '/var/run/secrets/workload-spiffe-uds' },
      { name: 'credential-socket', mountPath: '/var/run/secrets/credential-uds' },
      { name: 'workload-certs', mountPath: '/var/run/secrets/workload-spiffe-credentials' },
      { name: 'istiod-ca-cert', mountPath: '/var/run/secrets/istio' },
      { name: 'istio-data', mountPath: '/var/lib/istio/data' },
      { name: 'istio-envoy', mountPath: '/etc/istio/proxy' },
      { name: 'istio-token', mountPath: '/var/run/secrets/tokens' },
      { name: 'istio-podinfo', mountPath: '/etc/istio/pod' },
    ],
  };
}

export const proxyArgs = (role: 'router' | 'sidecar'): string[] => [
  'proxy',
  role,
  '--domain',
  '$(POD_NAMESPACE).svc.cluster.local',
  '--proxyLogLevel=warning',
  '--proxyComponentLogLevel=misc:error',
  '--log_output_level=default:info',
];

const ready: Probe = {
  httpGet: { path: '/healthz/ready', port: 15_021, scheme: 'HTTP' },
  timeoutSeconds: 3,
};

export const unprivileged: SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsGroup: 1337,
  runAsNonRoot: true,
  runAsUser: 1337,
};

function proxyEnv({ annotations, containers, workload, probers, scrape }: ProxyInput): EnvVar[] {
  const ports = containers.flatMap((container) => container.ports ?? []);
  const optional = (name: string, value: string | undefined): EnvVar[] =>
    value === undefined ? [] : [{ name, value }];
  return [
    ...identityEnv(),
    limit('ISTIO_CPU_LIMIT', 'limits.cpu'),
    { name: 'PROXY_CONFIG', value: '{}\n' },
    {
      name: 'ISTIO_META_POD_PORTS',
      value: `[\n${ports.map((port) => `    ${JSON.stringify(port)}`).join('\n    ,')}\n]`,
    },
    { name: 'ISTIO_META_APP_CONTAINERS', value: containers.map(({ name }) => name).join(',') },
    limit('GOMEMLIMIT', 'limits.memory'),
    limit('GOMAXPROCS', 'limits.cpu'),
    { name: 'ISTIO_META_CLUSTER_ID', value: 'Kubernetes' },
    field('ISTIO_META_NODE_NAME', 'spec.nodeName'),
    { name: 'ISTIO_META_INTERCEPTION_MODE', value: interceptionMode(annotations) },
    ...optional(
      'ISTIO_METAJSON_ANNOTATIONS',
      Object.keys(annotations).length === 0 ? undefined : `${JSON.stringify(annotations)}\n`,
    ),
    { name: 'ISTIO_META_WORKLOAD_NAME', value: workload.name },
    { name: 'ISTIO_META_OWNER', value: workload.owner },
    { name: 'ISTIO_META_MESH_ID', value: 'cluster.local' },
    { name: 'TRUST_DOMAIN', value: 'cluster.local' },
    ...optional('ISTIO_PROMETHEUS_ANNOTATIONS', scrape === undefined ? undefined : JSON.stringify(scrape)),
    ...optional(
      'ISTIO_KUBE_APP_PROBERS',
      Object.keys(probers).length === 0 ? undefined : JSON.stringify(probers),
    ),
  ];
}

/** What every proxy, sidecar or gateway, has to know of itself. */
export const identityEnv = (): EnvVar[] => [
  { name: 'PILOT_CERT_PROVIDER', value: 'istiod' },
  { name: 'CA_ADDR', value: 'istiod.istio-system.svc:15012' },
  field('POD_NAME', 'metadata.name'),
  field('POD_NAMESPACE', 'metadata.namespace'),
  field('INSTANCE_IP', 'status.podIP'),
  field('SERVICE_ACCOUNT', 'spec.serviceAccountName'),
  field('HOST_IP', 'status.hostIP'),
];

export const field = (name: string, fieldPath: string): EnvVar => ({
  name,
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } },
});

export const limit = (name: string, resource: string): EnvVar => ({
  name,
  valueFrom: { resourceFieldRef: { resource, divisor: '0' } },
});
