// What istiod makes for a Gateway without a Service of its own: a ServiceAccount, a Deployment, a Service.

import type { KubeObject, NewObject } from '../kube/object.ts';
import { deployments, serviceAccounts, services, type Resource } from '../kube/resources.ts';
import {
  field,
  identityEnv,
  limit,
  proxyArgs,
  proxyImage,
  unprivileged,
} from '../injection/proxy-containers.ts';
import { proxyVolumes } from '../injection/proxy-volumes.ts';
import { managedName } from '../mesh/gateway-api/addresses.ts';
import type { KubeGateway } from '../mesh/gateway-api/resources.ts';

export interface ManagedObject {
  readonly resource: Resource<KubeObject>;
  readonly object: NewObject & { readonly metadata: { readonly name: string } };
}

export function managedObjects(gateway: KubeGateway): ManagedObject[] {
  const { name, namespace = '', uid, annotations: written = {} } = gateway.metadata;
  const { infrastructure, gatewayClassName } = gateway.spec;
  const own = managedName(gateway);
  const selector = { 'gateway.networking.k8s.io/gateway-name': name };
  const labels = {
    ...(infrastructure?.labels ?? gateway.metadata.labels),
    'gateway.istio.io/managed': 'istio.io-gateway-controller',
    'gateway.networking.k8s.io/gateway-class-name': gatewayClassName,
    ...selector,
  };
  const annotations = Object.fromEntries(
    Object.entries(infrastructure?.annotations ?? written).filter(
      ([key]) => !key.startsWith('kubectl.kubernetes.io/') && !key.startsWith('gateway.istio.io/'),
    ),
  );
  const owner = { apiVersion: gateway.apiVersion, kind: 'Gateway', name, uid };
  const metadata = { name: own, namespace, labels, annotations, ownerReferences: [owner] };
  return [
    { resource: serviceAccounts, object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata } },
    {
      resource: deployments,
      object: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {
          selector: { matchLabels: selector },
          template: podTemplate(own, namespace, labels, annotations),
        },
      },
    },
    {
      resource: services,
      object: { apiVersion: 'v1', kind: 'Service', metadata, spec: serviceSpec(gateway, selector) },
    },
  ];
}

const serviceTypeAnnotation = 'networking.istio.io/service-type';

function serviceSpec({ metadata, spec }: KubeGateway, selector: Record<string, string>): object {
  const [address] = spec.addresses ?? [];
  const ports = new Map(spec.listeners.map(({ name, port, protocol }) => [port, { name, port, protocol }]));
  return {
    type: metadata.annotations?.[serviceTypeAnnotation] ?? 'LoadBalancer',
    ...(address !== undefined && { loadBalancerIP: address.value }),
    selector,
    ports: [
      { name: 'status-port', port: 15_021, protocol: 'TCP', targetPort: 15_021, appProtocol: 'tcp' },
      ...[...ports.values()].map(({ name, port, protocol }) => ({
        name,
        port,
        protocol: 'TCP',
        targetPort: port,
        appProtocol: protocol.toLowerCase(),
      })),
    ],
  };
}

const podTemplate = (
  name: string,
  namespace: string,
  labels: Record<string, string>,
  annotations: Record<string, string>,
): object => ({
  metadata: {
    labels: {
      ...labels,
      'service.istio.io/canonical-name': name,
      'service.istio.io/canonical-revision': 'latest',
      'sidecar.istio.io/inject': 'false',
    },
    annotations: {
      ...annotations,
      'istio.io/rev': 'default',
      'prometheus.io/path': '/stats/prometheus',
      'prometheus.io/port': '15020',
      'prometheus.io/scrape': 'true',
    },
  },
  spec: {
    serviceAccountName: name,
    // It listens on the ports of its listeners as they are written, 80 too.
    securityContext: { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] },
    containers: [router(name, namespace)],
    volumes: proxyVolumes(),
  },
});

const ready = { httpGet: { path: '/healthz/ready', port: 15_021, scheme: 'HTTP' }, timeoutSeconds: 1 };

const router = (name: string, namespace: string): object => ({
  name: 'istio-proxy',
  image: proxyImage,
  args: proxyArgs('router'),
  ports: [
    { containerPort: 15_020, name: 'metrics', protocol: 'TCP' },
    { containerPort: 15_021, name: 'status-port', protocol: 'TCP' },
    { containerPort: 15_090, name: 'http-envoy-prom', protocol: 'TCP' },
  ],
  startupProbe: { ...ready, failureThreshold: 30, initialDelaySeconds: 1, periodSeconds: 1 },
  readinessProbe: { ...ready, failureThreshold: 4, periodSeconds: 15 },
  resources: { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '100m', memory: '128Mi' } },
  securityContext: unprivileged,
  env: [
    ...identityEnv(),
    limit('ISTIO_CPU_LIMIT', 'limits.cpu'),
    { name: 'ISTIO_META_CLUSTER_ID', value: 'Kubernetes' },
    field('ISTIO_META_NODE_NAME', 'spec.nodeName'),
    { name: 'ISTIO_META_WORKLOAD_NAME', value: name },
    {
      name: 'ISTIO_META_OWNER',
      value: `kubernetes://apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
    },
    { name: 'ISTIO_META_MESH_ID', value: 'cluster.local' },
    { name: 'TRUST_DOMAIN', value: 'cluster.local' },
  ],
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
});
