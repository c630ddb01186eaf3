import type { DeploymentSpec } from 'kubernetes-types/apps/v1.js';
import type { PodSpec, ServiceSpec } from 'kubernetes-types/core/v1.js';
import type { NewObject } from '../../../sandbox/kube/object.ts';

/** As the API would have defaulted it. */
export const catalogDeployment = (
  spec: Partial<DeploymentSpec> = {},
  image = 'istioinaction/catalog:latest',
): NewObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'catalog', namespace: 'shop', labels: { app: 'catalog' } },
  spec: {
    replicas: 1,
    progressDeadlineSeconds: 600,
    revisionHistoryLimit: 10,
    selector: { matchLabels: { app: 'catalog' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    template: {
      metadata: { labels: { app: 'catalog' } },
      spec: { containers: [{ name: 'catalog', image }] },
    },
    ...spec,
  },
});

export const pod = (
  name: string,
  labels: Record<string, string> = {},
  spec: Partial<PodSpec> = {},
): NewObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', labels },
  spec: { containers: [{ name: 'app', image: 'istioinaction/catalog:latest' }], ...spec },
});

export const service = (name: string, spec: Partial<ServiceSpec>): NewObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { ...spec },
});
