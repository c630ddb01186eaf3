// EndpointSlices as they should be for a Service: one per combination of ports, of at most 100 endpoints.

import type { Endpoint } from 'kubernetes-types/discovery/v1.js';
import type { NewObject } from '../../kube/object.ts';
import type { EndpointSlice, Pod, Service } from '../../kube/resources.ts';
import { controllerReference } from '../claim.ts';
import { type Backend, type BackendPort, hostnameOf, isHeadless } from './backends.ts';

export const managedBy = 'endpointslice.kubernetes.io/managed-by';
export const serviceName = 'kubernetes.io/service-name';
export const sliceController = 'endpointslice-controller.k8s.io';

const perSlice = 100;

type SliceContent = Pick<EndpointSlice, 'addressType' | 'endpoints' | 'ports'>;

/** Never empty: a Service without pods has one slice without endpoints. */
export function sliceContents(service: Service, backends: readonly Backend[]): SliceContent[] {
  const groups = new Map<string, { ports: readonly BackendPort[]; endpoints: Endpoint[] }>();
  for (const backend of backends) {
    const key = JSON.stringify(backend.ports);
    const group = groups.get(key) ?? { ports: backend.ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpointOf(backend, service));
  }
  if (groups.size === 0) return [{ addressType: 'IPv4', endpoints: [], ports: [] }];
  return [...groups.values()].flatMap(({ ports, endpoints }) =>
    chunks(endpoints).map((chunk) => ({ addressType: 'IPv4', endpoints: chunk, ports: [...ports] })),
  );
}

export const sliceLabels = (service: Service): Record<string, string> => ({
  ...service.metadata.labels,
  [managedBy]: sliceController,
  [serviceName]: service.metadata.name,
  ...(isHeadless(service) ? { 'service.kubernetes.io/headless': '' } : {}),
});

export const newSlice = (service: Service, content: SliceContent): NewObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    generateName: `${service.metadata.name}-`,
    namespace: service.metadata.namespace ?? '',
    labels: sliceLabels(service),
    ownerReferences: [controllerReference(service)],
  },
  ...content,
});

export const podReference = ({
  metadata,
}: Pod): { kind: string; namespace: string; name: string; uid: string } => ({
  kind: 'Pod',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  uid: metadata.uid,
});

function endpointOf({ pod, ip, serving, terminating }: Backend, service: Service): Endpoint {
  const hostname = hostnameOf(pod, service);
  const ready = serving && (!terminating || service.spec?.publishNotReadyAddresses === true);
  return {
    addresses: [ip],
    conditions: { ready, serving, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    ...(pod.spec?.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: podReference(pod),
  };
}

const chunks = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / perSlice) }, (_, index) =>
    items.slice(index * perSlice, (index + 1) * perSlice),
  );
