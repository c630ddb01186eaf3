// What `istioctl install` with the workshop's profile leaves in a cluster, Istio's CRDs aside.

import type { NewObject } from '../kube/object.ts';
import {
  type Resource,
  configMaps,
  deployments,
  namespaces,
  serviceAccounts,
  services,
} from '../kube/resources.ts';
import type { KubeObject } from '../kube/object.ts';
import { mutatingWebhookConfigurations } from '../injection/webhooks.ts';
import { gatewayDeployment, gatewayService } from './ingress-gateway.ts';
import { istiodDeployment, istiodService } from './istiod.ts';
import { meshConfig } from './mesh-config.ts';
import { injectorWebhooks, validatingWebhookConfigurations, validatorWebhooks } from './webhook-objects.ts';

export const istioNamespace = 'istio-system';

export interface InstalledObject {
  readonly resource: Resource<KubeObject>;
  readonly object: NewObject;
}

/** In the order in which they have to be created. */
export const installedObjects = (): InstalledObject[] => [
  {
    resource: namespaces,
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: istioNamespace } },
  },
  { resource: serviceAccounts, object: account('istiod', { app: 'istiod' }) },
  { resource: serviceAccounts, object: account('istio-reader-service-account', { app: 'istio-reader' }) },
  {
    resource: serviceAccounts,
    object: account('istio-ingressgateway-service-account', {
      app: 'istio-ingressgateway',
      istio: 'ingressgateway',
    }),
  },
  { resource: configMaps, object: meshConfig() },
  { resource: services, object: istiodService() },
  { resource: services, object: gatewayService() },
  { resource: deployments, object: istiodDeployment() },
  { resource: deployments, object: gatewayDeployment() },
  { resource: mutatingWebhookConfigurations, object: injectorWebhooks() },
  ...validatorWebhooks().map((object) => ({ resource: validatingWebhookConfigurations, object })),
];

const account = (name: string, labels: Record<string, string>): NewObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: istioNamespace, labels: { ...labels, release: 'istio' } },
});
