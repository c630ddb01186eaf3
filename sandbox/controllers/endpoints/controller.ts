// Keeps Endpoints and EndpointSlices in step with Services and pods.

import { isDeepStrictEqual } from 'node:util';
import { timestamp } from '../../clock/clock.ts';
import {
  type EndpointSlice,
  type Pod,
  type Service,
  endpointSlices,
  endpoints,
  pods,
  services,
} from '../../kube/resources.ts';
import type { Controller, ControllerContext } from '../context.ts';
import { queueFor } from '../context.ts';
import { keyOf, splitKey } from '../keys.ts';
import { matchesLabels } from '../label-selector.ts';
import { type Backend, backendsOf, isHeadless, isSelecting } from './backends.ts';
import { managedBy, newSlice, serviceName, sliceContents, sliceController, sliceLabels } from './slices.ts';
import { subsetsOf } from './subsets.ts';

const changedAt = 'endpoints.kubernetes.io/last-change-trigger-time';

export const startEndpointsController: Controller = (context) => {
  const { cluster } = context;
  const queue = queueFor(context, {
    name: 'endpoints',
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const service = cluster.get(services, namespace, name);
      if (service === undefined) forget(context, namespace, name);
      else reconcile(context, service);
    },
  });
  const unwatch = [
    cluster.watch(services, ({ object }) => queue.add(keyOf(object))),
    cluster.watch(pods, (event) => {
      const { object } = event;
      const before = event.type === 'MODIFIED' ? event.previous : object;
      if (event.type === 'MODIFIED' && sameToServices(object, before)) return;
      for (const service of cluster.list(services, object.metadata.namespace ?? '')) {
        if (isSelecting(service) && (selects(service, object) || selects(service, before))) {
          queue.add(keyOf(service));
        }
      }
    }),
    // Whoever deletes or edits what is kept here gets it back.
    cluster.watch(endpointSlices, ({ type, object }) => {
      const name = object.metadata.labels?.[serviceName];
      const kept = object.metadata.labels?.[managedBy] === sliceController;
      if (type !== 'ADDED' && name !== undefined && kept)
        queue.add(`${object.metadata.namespace ?? ''}/${name}`);
    }),
    cluster.watch(endpoints, ({ type, object }) => {
      if (type !== 'ADDED') queue.add(keyOf(object));
    }),
  ];
  return () => {
    for (const stop of unwatch) stop();
    queue.close();
  };
};

const selects = (service: Service, pod: Pod): boolean =>
  matchesLabels(service.spec?.selector ?? {}, pod.metadata.labels);

// Most writes of a pod's status (restarts, probes of single containers) change nothing for a Service.
const sameToServices = (a: Pod, b: Pod): boolean => isDeepStrictEqual(facts(a), facts(b));

const facts = ({ metadata, spec, status }: Pod): unknown => [
  metadata.labels,
  metadata.deletionTimestamp === undefined,
  spec?.nodeName,
  status?.podIP,
  status?.phase,
  status?.conditions?.find(({ type }) => type === 'Ready')?.status,
];

function forget({ cluster }: ControllerContext, namespace: string, name: string): void {
  const kept = cluster.get(endpoints, namespace, name);
  // Endpoints without a Service may be a user's that the Service is still to come for.
  if (kept?.metadata.annotations?.[changedAt] !== undefined) cluster.delete(endpoints, namespace, name);
}

function reconcile(context: ControllerContext, service: Service): void {
  if (!isSelecting(service) || service.metadata.deletionTimestamp !== undefined) return;
  const backends = backendsOf(context.cluster, service);
  writeSlices(context, service, backends);
  writeEndpoints(context, service, backends);
}

function writeSlices(
  { cluster, clock }: ControllerContext,
  service: Service,
  backends: readonly Backend[],
): void {
  const labels = sliceLabels(service);
  const spare = cluster
    .list(endpointSlices, service.metadata.namespace ?? '')
    .filter(
      ({ metadata }) =>
        metadata.labels?.[serviceName] === service.metadata.name &&
        metadata.labels[managedBy] === sliceController &&
        metadata.deletionTimestamp === undefined,
    );
  for (const content of sliceContents(service, backends)) {
    const index = bestMatch(spare, content);
    const [slice] = index < 0 ? [] : spare.splice(index, 1);
    if (slice === undefined) {
      const created = newSlice(service, content);
      const annotations = { [changedAt]: timestamp(clock) };
      cluster.create(endpointSlices, { ...created, metadata: { ...created.metadata, annotations } });
    } else if (!sameSlice(slice, content, labels)) {
      const annotations = { ...slice.metadata.annotations, [changedAt]: timestamp(clock) };
      cluster.update(endpointSlices, {
        ...slice,
        ...content,
        metadata: { ...slice.metadata, labels, annotations },
      });
    }
  }
  for (const { metadata } of spare) cluster.delete(endpointSlices, metadata.namespace ?? '', metadata.name);
}

const sameSlice = (
  slice: EndpointSlice,
  { endpoints: wanted, ports }: Pick<EndpointSlice, 'endpoints' | 'ports'>,
  labels: Record<string, string>,
): boolean =>
  isDeepStrictEqual(
    [slice.endpoints ?? [], slice.ports ?? [], slice.metadata.labels],
    [wanted, ports ?? [], labels],
  );

/** The slice that has these ports already, else any: slices keep their names as long as they can. */
function bestMatch(slices: readonly EndpointSlice[], content: Pick<EndpointSlice, 'ports'>): number {
  const same = slices.findIndex((slice) => isDeepStrictEqual(slice.ports ?? [], content.ports ?? []));
  return same >= 0 ? same : slices.length > 0 ? 0 : -1;
}

function writeEndpoints(
  { cluster, clock }: ControllerContext,
  service: Service,
  backends: readonly Backend[],
): void {
  const { name, namespace = '' } = service.metadata;
  const subsets = subsetsOf(service, backends);
  const labels = {
    ...service.metadata.labels,
    ...(isHeadless(service) ? { 'service.kubernetes.io/headless': '' } : {}),
  };
  const known = cluster.get(endpoints, namespace, name);
  const annotations = { ...known?.metadata.annotations, [changedAt]: timestamp(clock) };
  if (known === undefined) {
    cluster.create(endpoints, {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name, namespace, labels, annotations },
      subsets,
    });
    return;
  }
  const unchanged =
    isDeepStrictEqual(known.subsets ?? [], subsets) && isDeepStrictEqual(known.metadata.labels ?? {}, labels);
  if (unchanged) return;
  cluster.update(endpoints, { ...known, subsets, metadata: { ...known.metadata, labels, annotations } });
}
