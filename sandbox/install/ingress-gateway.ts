import type { NewObject } from '../kube/object.ts';
import {
  field,
  identityEnv,
  limit,
  proxyArgs,
  proxyImage,
  unprivileged,
} from '../injection/proxy-containers.ts';
import { proxyVolumes } from '../injection/proxy-volumes.ts';
import { istioLabels } from './istio-labels.ts';

const selector = { app: 'istio-ingressgateway', istio: 'ingressgateway' };
const labels = { ...istioLabels('IngressGateways', 'istio-ingressgateway'), ...selector };

/** NodePorts 30000 and 30443 are what the labs' commands use. */
export const gatewayService = (): NewObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'istio-ingressgateway', namespace: 'istio-system', labels },
  spec: {
    type: 'NodePort',
    externalTrafficPolicy: 'Local',
    selector,
    ports: [
      { name: 'status-port', port: 15_021, protocol: 'TCP', targetPort: 15_021 },
      { name: 'http2', port: 80, protocol: 'TCP', targetPort: 8080, nodePort: 30_000 },
      { name: 'https', port: 443, protocol: 'TCP', targetPort: 8443, nodePort: 30_443 },
    ],
  },
});

export const gatewayDeployment = (): NewObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'istio-ingressgateway', namespace: 'istio-system', labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: selector },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: '25%' } },
    template: {
      metadata: {
        labels: {
          ...labels,
          'service.istio.io/canonical-name': 'istio-ingressgateway',
          'service.istio.io/canonical-revision': 'latest',
          'sidecar.istio.io/inject': 'false',
        },
        annotations: {
          'istio.io/rev': 'default',
          'prometheus.io/path': '/stats/prometheus',
          'prometheus.io/port': '15020',
          'prometheus.io/scrape': 'true',
          'sidecar.istio.io/inject': 'false',
        },
      },
      spec: {
        serviceAccountName: 'istio-ingressgateway-service-account',
        securityContext: { runAsGroup: 1337, runAsNonRoot: true, runAsUser: 1337 },
        containers: [router()],
        volumes: [
          ...proxyVolumes(),
          { name: 'config-volume', configMap: { name: 'istio', optional: true } },
          {
            name: 'ingressgateway-certs',
            secret: { secretName: 'istio-ingressgateway-certs', optional: true },
          },
          {
            name: 'ingressgateway-ca-certs',
            secret: { secretName: 'istio-ingressgateway-ca-certs', optional: true },
          },
        ],
      },
    },
  },
});

const port = (containerPort: number, name?: string): Record<string, unknown> => ({
  containerPort,
  protocol: 'TCP',
  ...(name === undefined ? {} : { name }),
});

const router = (): Record<string, unknown> => ({
  name: 'istio-proxy',
  image: proxyImage,
  args: proxyArgs('router'),
  ports: [port(15_021), port(8080), port(8443), port(15_090, 'http-envoy-prom')],
  readinessProbe: {
    httpGet: { path: '/healthz/ready', port: 15_021, scheme: 'HTTP' },
    failureThreshold: 30,
    periodSeconds: 2,
    successThreshold: 1,
    timeoutSeconds: 1,
  },
  resources: { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '100m', memory: '128Mi' } },
  securityContext: unprivileged,
  env: [
    ...identityEnv(),
    limit('ISTIO_CPU_LIMIT', 'limits.cpu'),
    { name: 'ISTIO_META_WORKLOAD_NAME', value: 'istio-ingressgateway' },
    {
      name: 'ISTIO_META_OWNER',
      value: 'kubernetes://apis/apps/v1/namespaces/istio-system/deployments/istio-ingressgateway',
    },
    { name: 'ISTIO_META_MESH_ID', value: 'cluster.local' },
    { name: 'TRUST_DOMAIN', value: 'cluster.local' },
    { name: 'ISTIO_META_UNPRIVILEGED_POD', value: 'true' },
    { name: 'ISTIO_META_CLUSTER_ID', value: 'Kubernetes' },
    field('ISTIO_META_NODE_NAME', 'spec.nodeName'),
  ],
  volumeMounts: [
    { name: 'workload-socket', mountPath: '/var/run/secrets/workload-spiffe-uds' },
    { name: 'credential-socket', mountPath: '/var/run/secrets/credential-uds' },
    { name: 'workload-certs', mountPath: '/var/run/secrets/workload-spiffe-credentials' },
    { name: 'istio-envoy', mountPath: '/etc/istio/proxy' },
    { name: 'config-volume', mountPath: '/etc/istio/config' },
    { name: 'istiod-ca-cert', mountPath: '/var/run/secrets/istio' },
    { name: 'istio-token', mountPath: '/var/run/secrets/tokens', readOnly: true },
    { name: 'istio-data', mountPath: '/var/lib/istio/data' },
    { name: 'istio-podinfo', mountPath: '/etc/istio/pod' },
    { name: 'ingressgateway-certs', mountPath: '/etc/istio/ingressgateway-certs', readOnly: true },
    { name: 'ingressgateway-ca-certs', mountPath: '/etc/istio/ingressgateway-ca-certs', readOnly: true },
  ],
});
