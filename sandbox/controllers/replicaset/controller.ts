// Keeps as many pods as a ReplicaSet asks for.

import type { Cluster } from '../../kube/cluster.ts';
import { type Pod, type ReplicaSet, pods, replicaSets } from '../../kube/resources.ts';
import { StatusError } from '../../kube/status-error.ts';
import { claim, controllerOf, controllerReference } from '../claim.ts';
import type { Controller, ControllerContext } from '../context.ts';
import { queueFor } from '../context.ts';
import { keyOf, splitKey } from '../keys.ts';
import { matchesSelector } from '../label-selector.ts';
import { isPodActive, podCondition } from '../pod-state.ts';
import { inDeletionOrder } from './deletion-order.ts';
import { writeReplicaSetStatus } from './status.ts';

const component = 'replicaset-controller';

export const startReplicaSetController: Controller = (context) => {
  const { cluster } = context;
  const queue = queueFor(context, {
    name: 'replicaset',
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const set = cluster.get(replicaSets, namespace, name);
      if (set === undefined) return;
      const again = reconcile(context, set);
      if (again !== undefined) queue.addAfter(key, again);
    },
  });
  const unwatch = [
    cluster.watch(replicaSets, ({ object }) => queue.add(keyOf(object))),
    cluster.watch(pods, (event) => {
      for (const key of interested(cluster, event.object)) queue.add(key);
      if (event.type !== 'MODIFIED') return;
      const before = controllerOf(event.previous);
      if (before?.kind === 'ReplicaSet') queue.add(`${event.object.metadata.namespace ?? ''}/${before.name}`);
    }),
  ];
  return () => {
    for (const stop of unwatch) stop();
    queue.close();
  };
};

/** Keys of the sets that own the pod or may adopt it. */
function interested(cluster: Cluster, pod: Pod): string[] {
  const owner = controllerOf(pod);
  const namespace = pod.metadata.namespace ?? '';
  if (owner !== undefined) return owner.kind === 'ReplicaSet' ? [`${namespace}/${owner.name}`] : [];
  return cluster
    .list(replicaSets, namespace)
    .filter((set) => matchesSelector(set.spec?.selector, pod.metadata.labels))
    .map(keyOf);
}

/** Returns when to look again, in milliseconds: pods become available with time alone. */
function reconcile(context: ControllerContext, set: ReplicaSet): number | undefined {
  const { cluster, clock } = context;
  const mine = ownPods(cluster, set);
  const failure = set.metadata.deletionTimestamp === undefined ? manage(context, set, mine) : undefined;

  const after = cluster.get(replicaSets, set.metadata.namespace ?? '', set.metadata.name);
  if (after === undefined) return undefined;
  writeReplicaSetStatus(cluster, clock, after, ownPods(cluster, after), failure?.message);
  if (failure !== undefined) throw failure;
  return untilNextIsAvailable(context, after);
}

/** Milliseconds until the next ready pod has been so for minReadySeconds. */
function untilNextIsAvailable({ cluster, clock }: ControllerContext, set: ReplicaSet): number | undefined {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  if (minReadySeconds === 0) return undefined;
  const waits = ownPods(cluster, set).flatMap((pod) => {
    const ready = podCondition(pod, 'Ready');
    const since = ready?.status === 'True' ? ready.lastTransitionTime : undefined;
    const left = since === undefined ? 0 : Date.parse(since) + minReadySeconds * 1000 - clock.now();
    return left > 0 ? left : [];
  });
  return waits.length === 0 ? undefined : Math.min(...waits);
}

const ownPods = (cluster: Cluster, set: ReplicaSet): Pod[] =>
  claim({
    cluster,
    resource: pods,
    owner: set,
    selector: set.spec?.selector,
    candidates: cluster.list(pods, set.metadata.namespace ?? '').filter(isPodActive),
  });

/** Returns why pods could not be created, so that it can be told in the status before it is retried. */
function manage(context: ControllerContext, set: ReplicaSet, mine: readonly Pod[]): StatusError | undefined {
  const wanted = set.spec?.replicas ?? 1;
  try {
    for (let missing = wanted - mine.length; missing > 0; missing -= 1) createPod(context, set);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    // Nothing is wrong with a set whose namespace is going.
    return isNamespaceGoing(error) ? undefined : error;
  }
  const surplus = Math.max(0, mine.length - wanted);
  for (const pod of inDeletionOrder(mine, context.clock.now()).slice(0, surplus))
    deletePod(context, set, pod);
  return undefined;
}

function createPod({ cluster, recordEvent }: ControllerContext, set: ReplicaSet): void {
  const template = set.spec?.template;
  try {
    const pod = cluster.create(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: `${set.metadata.name}-`,
        namespace: set.metadata.namespace ?? '',
        ...(template?.metadata?.labels === undefined ? {} : { labels: { ...template.metadata.labels } }),
        ...(template?.metadata?.annotations === undefined
          ? {}
          : { annotations: { ...template.metadata.annotations } }),
        ...(template?.metadata?.finalizers === undefined
          ? {}
          : { finalizers: [...template.metadata.finalizers] }),
        ownerReferences: [controllerReference(set)],
      },
      spec: structuredClone(template?.spec),
    });
    const message = `Created pod: ${pod.metadata.name}`;
    recordEvent({ regarding: set, type: 'Normal', reason: 'SuccessfulCreate', message, component });
  } catch (error) {
    if (error instanceof StatusError && !isNamespaceGoing(error)) {
      const message = `Error creating: ${error.message}`;
      recordEvent({ regarding: set, type: 'Warning', reason: 'FailedCreate', message, component });
    }
    throw error;
  }
}

const isNamespaceGoing = ({ details }: StatusError): boolean =>
  (details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');

function deletePod({ cluster, recordEvent }: ControllerContext, set: ReplicaSet, pod: Pod): void {
  cluster.delete(pods, pod.metadata.namespace ?? '', pod.metadata.name, {
    preconditions: { uid: pod.metadata.uid },
  });
  const message = `Deleted pod: ${pod.metadata.name}`;
  recordEvent({ regarding: set, type: 'Normal', reason: 'SuccessfulDelete', message, component });
}
