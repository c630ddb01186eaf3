import type { NewObject } from '../kube/object.ts';
import { field, limit } from '../injection/proxy-containers.ts';
import { istioLabels, istioVersion } from './istio-labels.ts';

const labels = { ...istioLabels('Pilot', 'istiod'), app: 'istiod', istio: 'pilot' };
const selector = { app: 'istiod', istio: 'pilot' };

export const istiodService = (): NewObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'istiod', namespace: 'istio-system', labels },
  spec: {
    type: 'ClusterIP',
    selector,
    ports: [
      { name: 'grpc-xds', port: 15_010, protocol: 'TCP', targetPort: 15_010 },
      { name: 'https-dns', port: 15_012, protocol: 'TCP', targetPort: 15_012 },
      { name: 'https-webhook', port: 443, protocol: 'TCP', targetPort: 15_017 },
      { name: 'http-monitoring', port: 15_014, protocol: 'TCP', targetPort: 15_014 },
    ],
  },
});

export const istiodDeployment = (): NewObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'istiod', namespace: 'istio-system', labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: selector },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: '25%' } },
    template: {
      metadata: {
        labels: { ...labels, 'istio.io/dataplane-mode': 'none', 'sidecar.istio.io/inject': 'false' },
        annotations: {
          'prometheus.io/port': '15014',
          'prometheus.io/scrape': 'true',
          'sidecar.istio.io/inject': 'false',
        },
      },
      spec: {
        serviceAccountName: 'istiod',
        tolerations: [{ key: 'cni.istio.io/not-ready', operator: 'Exists' }],
        containers: [discovery()],
        volumes: [
          { name: 'local-certs', emptyDir: { medium: 'Memory' } },
          { name: 'cacerts', secret: { secretName: 'cacerts', optional: true } },
          { name: 'istio-kubeconfig', secret: { secretName: 'istio-kubeconfig', optional: true } },
        ],
      },
    },
  },
});

const discovery = (): Record<string, unknown> => ({
  name: 'discovery',
  image: `docker.io/istio/pilot:${istioVersion}`,
  args: [
    'discovery',
    '--monitoringAddr=:15014',
    '--log_output_level=default:info',
    '--domain',
    'cluster.local',
    '--keepaliveMaxServerConnectionAge',
    '30m',
  ],
  ports: [
    { name: 'http-debug', containerPort: 8080, protocol: 'TCP' },
    { name: 'grpc-xds', containerPort: 15_010, protocol: 'TCP' },
    { name: 'tls-xds', containerPort: 15_012, protocol: 'TCP' },
    { name: 'https-webhooks', containerPort: 15_017, protocol: 'TCP' },
    { name: 'http-monitoring', containerPort: 15_014, protocol: 'TCP' },
  ],
  readinessProbe: {
    httpGet: { path: '/ready', port: 8080 },
    periodSeconds: 3,
    timeoutSeconds: 5,
  },
  env: [
    { name: 'REVISION', value: 'default' },
    { name: 'PILOT_CERT_PROVIDER', value: 'istiod' },
    field('POD_NAME', 'metadata.name'),
    field('POD_NAMESPACE', 'metadata.namespace'),
    field('SERVICE_ACCOUNT', 'spec.serviceAccountName'),
    { name: 'KUBECONFIG', value: '/var/run/secrets/remote/config' },
    { name: 'PILOT_TRACE_SAMPLING', value: '1' },
    { name: 'PILOT_ENABLE_ANALYSIS', value: 'false' },
    { name: 'CLUSTER_ID', value: 'Kubernetes' },
    limit('GOMEMLIMIT', 'limits.memory'),
    limit('GOMAXPROCS', 'limits.cpu'),
  ],
  resources: { requests: { cpu: '500m', memory: '2048Mi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
  },
  volumeMounts: [
    { name: 'local-certs', mountPath: '/var/run/secrets/istio-dns' },
    { name: 'cacerts', mountPath: '/etc/cacerts', readOnly: true },
    { name: 'istio-kubeconfig', mountPath: '/var/run/secrets/remote', readOnly: true },
  ],
});
