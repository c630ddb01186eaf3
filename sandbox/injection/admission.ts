// Sidecar injection where the API server would call istiod's webhook.

import type { PodSpec } from 'kubernetes-types/core/v1.js';
import type { AdmissionPlugin } from '../api/extension.ts';
import type { Cluster } from '../kube/cluster.ts';
import { endpointSlices, namespaces, services } from '../kube/resources.ts';
import { StatusError } from '../kube/status-error.ts';
import { inject } from './inject.ts';
import { wantsSidecar } from './wants-sidecar.ts';
import { type Webhook, selectedWebhook } from './webhooks.ts';

/** Injects new pods. While istiod has no ready pod, pods that should get a sidecar are refused (failurePolicy Fail). */
export function injectionAdmission(cluster: Cluster): AdmissionPlugin {
  return {
    name: 'sidecar-injection',
    mutate({ type, operation, namespace, object }) {
      if (operation !== 'CREATE' || type.group !== '' || type.resource !== 'pods' || object === undefined)
        return;
      const namespaceLabels = cluster.get(namespaces, '', namespace)?.metadata.labels ?? {};
      const webhook = selectedWebhook(cluster, namespaceLabels, object.metadata.labels ?? {});
      const spec = object['spec'] as PodSpec | undefined;
      if (webhook === undefined || spec === undefined) return;
      const trouble = unreachable(cluster, webhook);
      if (trouble !== undefined) {
        if (webhook.failurePolicy === 'Ignore') return;
        throw new StatusError('InternalError', failure(webhook, trouble));
      }
      if (wantsSidecar(namespace, object.metadata, spec)) inject(object, namespace);
    },
  };
}

/** Why the webhook's Service does not answer, as Go's HTTP client says it. */
function unreachable(cluster: Cluster, { clientConfig }: Webhook): string | undefined {
  const target = clientConfig?.service;
  if (target === undefined) return undefined;
  const service = cluster.get(services, target.namespace, target.name);
  if (service === undefined) return `service "${target.name}" not found`;
  const isServing = cluster
    .list(endpointSlices, target.namespace)
    .some(
      ({ metadata, endpoints }) =>
        metadata.labels?.['kubernetes.io/service-name'] === target.name &&
        (endpoints ?? []).some(({ conditions }) => conditions?.ready === true),
    );
  if (isServing) return undefined;
  return `dial tcp ${service.spec?.clusterIP ?? ''}:${target.port ?? 443}: connect: connection refused`;
}

function failure({ name, clientConfig, timeoutSeconds = 10 }: Webhook, trouble: string): string {
  const { name: service = '', namespace = '', path = '', port = 443 } = clientConfig?.service ?? {};
  const url = `https://${service}.${namespace}.svc:${port}${path}?timeout=${timeoutSeconds}s`;
  return `Internal error occurred: failed calling webhook "${name}": failed to call webhook: Post "${url}": ${trouble}`;
}
