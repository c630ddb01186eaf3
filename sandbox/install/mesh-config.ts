import type { NewObject } from '../kube/object.ts';
import { istioLabels } from './istio-labels.ts';

const mesh = `accessLogFile: /dev/stdout
defaultConfig:
  discoveryAddress: istiod.istio-system.svc:15012
defaultProviders:
  metrics:
  - prometheus
enablePrometheusMerge: true
rootNamespace: istio-system
trustDomain: cluster.local
`;

/** The mesh's settings: the default profile's, with access logs on. */
export const meshConfig = (): NewObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'istio', namespace: 'istio-system', labels: istioLabels('Pilot', 'istiod') },
  data: { mesh, meshNetworks: 'networks: {}' },
});
