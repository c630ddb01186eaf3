// The four webhooks that the default revision of Istio 1.25 registers, and which of them a pod calls.

import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { Cluster } from '../kube/cluster.ts';
import type { CustomObject, Resource } from '../kube/resources.ts';
import { type Labels, matchesSelector } from '../controllers/label-selector.ts';

export interface Webhook {
  readonly name: string;
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly failurePolicy?: string;
  readonly timeoutSeconds?: number;
  readonly clientConfig?: {
    readonly service?: {
      readonly name: string;
      readonly namespace: string;
      readonly path?: string;
      readonly port?: number;
    };
  };
}

export const mutatingWebhookConfigurations: Resource<CustomObject> = {
  group: 'admissionregistration.k8s.io',
  resource: 'mutatingwebhookconfigurations',
};

type Expression = NonNullable<LabelSelector['matchExpressions']>[number];

const label = (key: string, operator: Expression['operator'], ...values: string[]): Expression => ({
  key,
  operator,
  ...(values.length === 0 ? {} : { values }),
});

const selecting = (...matchExpressions: Expression[]): LabelSelector => ({ matchExpressions });

const noInjectionLabel = label('istio-injection', 'DoesNotExist');
const notRefused = label('sidecar.istio.io/inject', 'NotIn', 'false');

/** Selectors by webhook name. A namespace's istio-injection label beats its istio.io/rev. */
export const injectionSelectors: readonly Required<
  Pick<Webhook, 'name' | 'namespaceSelector' | 'objectSelector'>
>[] = [
  {
    name: 'rev.namespace.sidecar-injector.istio.io',
    namespaceSelector: selecting(label('istio.io/rev', 'In', 'default'), noInjectionLabel),
    objectSelector: selecting(notRefused),
  },
  {
    name: 'rev.object.sidecar-injector.istio.io',
    namespaceSelector: selecting(label('istio.io/rev', 'DoesNotExist'), noInjectionLabel),
    objectSelector: selecting(notRefused, label('istio.io/rev', 'In', 'default')),
  },
  {
    name: 'namespace.sidecar-injector.istio.io',
    namespaceSelector: selecting(label('istio-injection', 'In', 'enabled')),
    objectSelector: selecting(notRefused),
  },
  {
    name: 'object.sidecar-injector.istio.io',
    namespaceSelector: selecting(noInjectionLabel, label('istio.io/rev', 'DoesNotExist')),
    objectSelector: selecting(
      label('sidecar.istio.io/inject', 'In', 'true'),
      label('istio.io/rev', 'DoesNotExist'),
    ),
  },
];

/** The first registered injection webhook that selects the pod. */
export function selectedWebhook(
  cluster: Cluster,
  namespaceLabels: Labels,
  podLabels: Labels,
): Webhook | undefined {
  return cluster
    .list(mutatingWebhookConfigurations)
    .flatMap((configuration) => (configuration['webhooks'] ?? []) as readonly Webhook[])
    .find(
      ({ name, namespaceSelector, objectSelector }) =>
        name.endsWith('sidecar-injector.istio.io') &&
        matchesSelector(namespaceSelector ?? {}, namespaceLabels) &&
        matchesSelector(objectSelector ?? {}, podLabels),
    );
}
