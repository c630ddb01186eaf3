// The webhook configurations istiod registers. The injector's selectors are what injection goes by; the validator's
// rules are carried out by the schemas of Istio's kinds themselves.

import type { NewObject } from '../kube/object.ts';
import type { CustomObject, Resource } from '../kube/resources.ts';
import { injectionSelectors } from '../injection/webhooks.ts';
import { istioLabels } from './istio-labels.ts';

export const validatingWebhookConfigurations: Resource<CustomObject> = {
  group: 'admissionregistration.k8s.io',
  resource: 'validatingwebhookconfigurations',
};

const istiodAt = (path: string): Record<string, unknown> => ({
  service: { name: 'istiod', namespace: 'istio-system', path, port: 443 },
});

const common = {
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  matchPolicy: 'Equivalent',
  timeoutSeconds: 10,
};

export const injectorWebhooks = (): NewObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: {
    name: 'istio-sidecar-injector',
    labels: { ...istioLabels('Pilot', 'istiod'), app: 'sidecar-injector' },
  },
  webhooks: injectionSelectors.map((selectors) =>
    Object.assign(
      {
        clientConfig: istiodAt('/inject'),
        failurePolicy: 'Fail',
        reinvocationPolicy: 'Never',
        rules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: '*' },
        ],
      },
      common,
      selectors,
    ),
  ),
});

const istioRules = [
  {
    apiGroups: ['security.istio.io', 'networking.istio.io', 'telemetry.istio.io', 'extensions.istio.io'],
    apiVersions: ['*'],
    operations: ['CREATE', 'UPDATE'],
    resources: ['*'],
    scope: '*',
  },
];

const validator = (name: string, webhook: string, revision: Record<string, unknown>): NewObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name, labels: { ...istioLabels('Pilot', 'istiod'), app: 'istiod', istio: 'istiod' } },
  webhooks: [
    {
      ...common,
      name: webhook,
      clientConfig: istiodAt('/validate'),
      failurePolicy: 'Fail',
      objectSelector: { matchExpressions: [{ key: 'istio.io/rev', ...revision }] },
      rules: istioRules,
    },
  ],
});

/** One for objects that name the revision, one (of the default revision) for those that name none. */
export const validatorWebhooks = (): NewObject[] => [
  validator('istio-validator-istio-system', 'rev.validation.istio.io', {
    operator: 'In',
    values: ['default'],
  }),
  validator('istiod-default-validator', 'validation.istio.io', { operator: 'DoesNotExist' }),
];
