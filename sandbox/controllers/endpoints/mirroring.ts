// Endpoints that a user wrote for a Service without selector, as the EndpointSlices that everybody reads
// (k8s.io/kubernetes/pkg/controller/endpointslicemirroring).

import { isDeepStrictEqual } from 'node:util';
import type { Endpoint } from 'kubernetes-types/discovery/v1.js';
import type { EndpointAddress, EndpointSubset } from 'kubernetes-types/core/v1.js';
import {
  type EndpointSlice,
  type Endpoints,
  endpointSlices,
  endpoints,
  services,
} from '../../kube/resources.ts';
import { controllerReference } from '../claim.ts';
import type { Controller, ControllerContext } from '../context.ts';
import { queueFor } from '../context.ts';
import { keyOf, splitKey } from '../keys.ts';
import { managedBy, serviceName } from './slices.ts';

const mirroringController = 'endpointslicemirroring-controller.k8s.io';
const skipMirror = 'endpointslice.kubernetes.io/skip-mirror';

export const startEndpointsMirroring: Controller = (context) => {
  const { cluster } = context;
  const queue = queueFor(context, {
    name: 'endpoints mirroring',
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      mirror(context, namespace, name);
    },
  });
  const unwatch = [
    cluster.watch(endpoints, ({ object }) => queue.add(keyOf(object))),
    cluster.watch(services, ({ object }) => queue.add(keyOf(object))),
    cluster.watch(endpointSlices, ({ type, object }) => {
      const { labels, namespace = '' } = object.metadata;
      if (type !== 'ADDED' && labels?.[managedBy] === mirroringController)
        queue.add(`${namespace}/${labels[serviceName] ?? ''}`);
    }),
  ];
  return () => {
    for (const stop of unwatch) stop();
    queue.close();
  };
};

function mirror(context: ControllerContext, namespace: string, name: string): void {
  const { cluster } = context;
  const spare = cluster
    .list(endpointSlices, namespace)
    .filter(
      ({ metadata }) =>
        metadata.labels?.[serviceName] === name &&
        metadata.labels[managedBy] === mirroringController &&
        metadata.deletionTimestamp === undefined,
    );
  const source = mirrored(context, namespace, name);
  if (source !== undefined) {
    for (const subset of source.subsets ?? []) writeSlice(context, source, contentOf(subset), spare.shift());
  }
  for (const { metadata } of spare) cluster.delete(endpointSlices, namespace, metadata.name);
}

/** The Endpoints, if they are to be mirrored. */
function mirrored({ cluster }: ControllerContext, namespace: string, name: string): Endpoints | undefined {
  const source = cluster.get(endpoints, namespace, name);
  const service = cluster.get(services, namespace, name);
  const selects = Object.keys(service?.spec?.selector ?? {}).length > 0;
  const refused = source?.metadata.labels?.[skipMirror] === 'true';
  return service === undefined || selects || refused ? undefined : source;
}

function writeSlice(
  { cluster }: ControllerContext,
  source: Endpoints,
  content: Pick<EndpointSlice, 'addressType' | 'endpoints' | 'ports'>,
  known: EndpointSlice | undefined,
): void {
  if (known === undefined) {
    cluster.create(endpointSlices, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        generateName: `${source.metadata.name}-`,
        namespace: source.metadata.namespace ?? '',
        labels: labelsOf(source),
        ownerReferences: [controllerReference(source)],
      },
      ...content,
    });
    return;
  }
  const before = [known.endpoints ?? [], known.ports ?? []];
  if (!isDeepStrictEqual(before, [content.endpoints, content.ports])) {
    cluster.update(endpointSlices, { ...known, ...content });
  }
}

const labelsOf = ({ metadata }: Endpoints): Record<string, string> => ({
  ...metadata.labels,
  [serviceName]: metadata.name,
  [managedBy]: mirroringController,
});

const contentOf = ({
  addresses = [],
  notReadyAddresses = [],
  ports = [],
}: EndpointSubset): Pick<EndpointSlice, 'addressType' | 'endpoints' | 'ports'> => ({
  addressType: 'IPv4',
  endpoints: [
    ...addresses.map((address) => endpointOf(address, true)),
    ...notReadyAddresses.map((address) => endpointOf(address, false)),
  ],
  ports: ports.map(({ name = '', port, protocol = 'TCP', appProtocol }) =>
    appProtocol === undefined ? { name, port, protocol } : { name, port, protocol, appProtocol },
  ),
});

function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  const endpoint: Endpoint = { addresses: [ip], conditions: { ready } };
  if (hostname !== undefined) endpoint.hostname = hostname;
  if (nodeName !== undefined) endpoint.nodeName = nodeName;
  if (targetRef !== undefined) endpoint.targetRef = targetRef;
  return endpoint;
}
