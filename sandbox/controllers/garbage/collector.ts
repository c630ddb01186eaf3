// Removes what has lost its owners, and carries out foreground and orphaning deletion
// (k8s.io/kubernetes/pkg/controller/garbagecollector).

import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ObjectMeta, OwnerReference } from '../../kube/object.ts';
import { customResourceDefinitions } from '../../kube/resources.ts';
import { isStatus } from '../../kube/status-error.ts';
import type { Controller, ControllerContext } from '../context.ts';
import { queueFor } from '../context.ts';
import { type ServedKind, customKind, servedKinds } from '../served-kinds.ts';
import { type Graph, type Node, createGraph } from './graph.ts';

const foreground = 'foregroundDeletion';
const orphan = 'orphan';
const remembered = 500;

/** `builtin` are the kinds served besides those of CustomResourceDefinitions. */
export const garbageCollector =
  (builtin: readonly ServedKind[]): Controller =>
  (context) => {
    const { cluster } = context;
    const graph = createGraph();
    const gone = new Set<string>();
    const noteGone = (uid: string): void => {
      gone.add(uid);
      const [oldest] = gone.size > remembered ? gone : [];
      if (oldest !== undefined) gone.delete(oldest);
    };
    const queue = queueFor(context, {
      name: 'garbage collector',
      reconcile: (uid) => {
        const node = graph.get(uid);
        if (node !== undefined) collect({ context, graph, builtin, gone }, node);
      },
    });

    const follow = (kind: ServedKind): (() => void) =>
      cluster.watch<KubeObject>(kind, (event) => {
        const { object } = event;
        const { uid } = object.metadata;
        if (event.type === 'DELETED') {
          graph.remove(uid);
          noteGone(uid);
          for (const { uid: dependent } of graph.dependentsOf(uid)) queue.add(dependent);
          for (const owner of object.metadata.ownerReferences ?? []) queue.add(owner.uid);
          return;
        }
        graph.put(kind, object);
        // An owner that waits for this object may have been let go of.
        const before = event.type === 'MODIFIED' ? (event.previous.metadata.ownerReferences ?? []) : [];
        for (const owner of before) if (!owns(object, owner.uid)) queue.add(owner.uid);
        const same = event.type === 'MODIFIED' && isDeepStrictEqual(tie(object), tie(event.previous));
        if (!same && concerns(object.metadata)) queue.add(uid);
      });

    const unwatch = new Map<string, () => void>();
    // Events are never owned, and there are many of them.
    const owning = builtin.filter(({ resource }) => resource !== 'events');
    for (const kind of owning) unwatch.set(`${kind.group}/${kind.resource}`, follow(kind));
    const stop = cluster.watch(customResourceDefinitions, ({ type, object }) => {
      const kind = customKind(object);
      const key = object.metadata.name;
      if (type === 'DELETED' || kind === undefined) {
        unwatch.get(key)?.();
        unwatch.delete(key);
      } else if (!unwatch.has(key)) {
        unwatch.set(key, follow(kind));
      }
    });
    return () => {
      stop();
      for (const each of unwatch.values()) each();
      queue.close();
    };
  };

const owns = ({ metadata }: KubeObject, uid: string): boolean =>
  (metadata.ownerReferences ?? []).some((owner) => owner.uid === uid);

// What decides over an object's life; most writes change none of it.
const tie = ({ metadata }: KubeObject): unknown => [
  metadata.ownerReferences,
  metadata.deletionTimestamp,
  metadata.finalizers,
];

const concerns = ({ ownerReferences, deletionTimestamp }: ObjectMeta): boolean =>
  (ownerReferences ?? []).length > 0 || deletionTimestamp !== undefined;

interface Collection {
  readonly context: ControllerContext;
  readonly graph: Graph;
  readonly builtin: readonly ServedKind[];
  /** Uids of owners that were seen to go: their kind may have gone with them. */
  readonly gone: ReadonlySet<string>;
}

function collect(collection: Collection, node: Node): void {
  const { cluster } = collection.context;
  const object = cluster.get<KubeObject>(node.kind, node.namespace, node.name);
  if (object === undefined || object.metadata.uid !== node.uid) return;
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined) {
    collectIfAbandoned(collection, node, object);
    return;
  }
  if (finalizers.includes(orphan)) {
    for (const dependent of collection.graph.dependentsOf(node.uid)) {
      dropOwners(collection, dependent, new Set([node.uid]));
    }
    dropFinalizer(collection, node, orphan);
  } else if (finalizers.includes(foreground)) {
    deleteInForeground(collection, node);
  }
}

type OwnerState = 'solid' | 'waiting' | 'absent';

function collectIfAbandoned(collection: Collection, node: Node, object: KubeObject): void {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0) return;
  const states = new Map(owners.map((owner) => [owner.uid, ownerState(collection, node, owner)]));
  const all = new Set(states.values());
  const lost = new Set([...states].filter(([, state]) => state !== 'solid').map(([uid]) => uid));
  if (lost.size === 0) return;
  if (all.has('solid')) {
    dropOwners(collection, node, lost);
    return;
  }
  // Waited for: its own dependents, if it has any, go before it.
  const chained = all.has('waiting') && collection.graph.dependentsOf(node.uid).length > 0;
  remove(collection, node, chained ? 'Foreground' : undefined);
}

function ownerState({ context, builtin, gone }: Collection, node: Node, owner: OwnerReference): OwnerState {
  if (gone.has(owner.uid)) return 'absent';
  const slash = owner.apiVersion.lastIndexOf('/');
  const group = slash < 0 ? '' : owner.apiVersion.slice(0, slash);
  const kind = servedKinds(context.cluster, builtin).find(
    (each) => each.group === group && each.kind === owner.kind,
  );
  // Nothing can be said of an owner whose kind is not served: it keeps what it owns.
  if (kind === undefined) return 'solid';
  // Owners are in the same namespace, or in none.
  const namespace = kind.namespaced ? node.namespace : '';
  const found = context.cluster.get<KubeObject>(kind, namespace, owner.name);
  if (found === undefined || found.metadata.uid !== owner.uid) return 'absent';
  const waiting =
    found.metadata.deletionTimestamp !== undefined && (found.metadata.finalizers ?? []).includes(foreground);
  return waiting ? 'waiting' : 'solid';
}

function deleteInForeground(collection: Collection, node: Node): void {
  const dependents = collection.graph.dependentsOf(node.uid);
  const blocking = dependents.filter(({ owners }) =>
    owners.some(({ uid, blockOwnerDeletion }) => uid === node.uid && blockOwnerDeletion === true),
  );
  if (blocking.length === 0) {
    dropFinalizer(collection, node, foreground);
    return;
  }
  for (const dependent of dependents) {
    const object = collection.context.cluster.get<KubeObject>(
      dependent.kind,
      dependent.namespace,
      dependent.name,
    );
    if (object?.metadata.deletionTimestamp === undefined && object !== undefined) {
      collectIfAbandoned(collection, dependent, object);
    }
  }
}

function dropOwners({ context }: Collection, node: Node, lost: ReadonlySet<string>): void {
  const { cluster } = context;
  const object = cluster.get<KubeObject>(node.kind, node.namespace, node.name);
  if (object === undefined) return;
  const ownerReferences = (object.metadata.ownerReferences ?? []).filter(({ uid }) => !lost.has(uid));
  cluster.update(node.kind, { ...object, metadata: { ...object.metadata, ownerReferences } });
}

function dropFinalizer({ context }: Collection, node: Node, finalizer: string): void {
  const { cluster } = context;
  const object = cluster.get<KubeObject>(node.kind, node.namespace, node.name);
  if (object === undefined) return;
  const finalizers = (object.metadata.finalizers ?? []).filter((each) => each !== finalizer);
  cluster.update(node.kind, { ...object, metadata: { ...object.metadata, finalizers } });
}

function remove({ context }: Collection, node: Node, policy: 'Foreground' | undefined): void {
  try {
    context.cluster.delete(node.kind, node.namespace, node.name, {
      preconditions: { uid: node.uid },
      ...(policy === undefined ? {} : { propagationPolicy: policy }),
    });
  } catch (error) {
    if (!isStatus(error, 'NotFound')) throw error;
  }
}
