// Deletes what is in a namespace that is on its way out, then lets the namespace go.

import { timestamp } from '../../clock/clock.ts';
import type { NamespaceCondition } from 'kubernetes-types/core/v1.js';
import type { KubeObject } from '../../kube/object.ts';
import { type Namespace, customResourceDefinitions, namespaces } from '../../kube/resources.ts';
import { isStatus } from '../../kube/status-error.ts';
import type { Controller, ControllerContext } from '../context.ts';
import { queueFor } from '../context.ts';
import { splitKey } from '../keys.ts';
import { type ServedKind, customKind, servedKinds } from '../served-kinds.ts';

/** `builtin` are the kinds served besides those of CustomResourceDefinitions. */
export const namespaceDeletion =
  (builtin: readonly ServedKind[]): Controller =>
  (context) => {
    const { cluster } = context;
    const queue = queueFor(context, {
      name: 'namespace',
      reconcile: (key) => {
        const namespace = cluster.get(namespaces, '', splitKey(key).name);
        if (namespace?.metadata.deletionTimestamp !== undefined) empty(context, namespace, builtin);
      },
    });
    const add = (name: string): void => queue.add(`/${name}`);
    const isLeaving = (name: string): boolean =>
      cluster.get(namespaces, '', name)?.metadata.deletionTimestamp !== undefined;
    const follow = (kind: ServedKind): (() => void) =>
      cluster.watch<KubeObject>(kind, ({ type, object }) => {
        const name = object.metadata.namespace ?? '';
        if (type === 'DELETED' && isLeaving(name)) add(name);
      });

    const unwatch = new Map<string, () => void>();
    for (const kind of builtin)
      if (kind.namespaced) unwatch.set(`${kind.group}/${kind.resource}`, follow(kind));
    const stops = [
      cluster.watch(namespaces, ({ object }) => {
        if (object.metadata.deletionTimestamp !== undefined) add(object.metadata.name);
      }),
      cluster.watch(customResourceDefinitions, ({ type, object }) => {
        const kind = customKind(object);
        const key = object.metadata.name;
        if (type === 'DELETED' || kind === undefined) {
          unwatch.get(key)?.();
          unwatch.delete(key);
        } else if (kind.namespaced && !unwatch.has(key)) {
          unwatch.set(key, follow(kind));
        }
      }),
    ];
    return () => {
      for (const stop of [...stops, ...unwatch.values()]) stop();
      queue.close();
    };
  };

function empty(context: ControllerContext, namespace: Namespace, builtin: readonly ServedKind[]): void {
  const { cluster } = context;
  const { name } = namespace.metadata;
  const kinds = servedKinds(cluster, builtin).filter(({ namespaced }) => namespaced);
  for (const kind of kinds) {
    for (const { metadata } of cluster.list<KubeObject>(kind, name)) {
      if (metadata.deletionTimestamp !== undefined) continue;
      remove(context, kind, name, metadata.name);
    }
  }
  const left = kinds.flatMap((kind) => {
    const count = cluster.list<KubeObject>(kind, name).length;
    return count === 0 ? [] : [{ kind, count }];
  });
  if (left.length === 0) finalize(context, namespace);
  else tellWhatIsLeft(context, namespace, left);
}

function remove({ cluster }: ControllerContext, kind: ServedKind, namespace: string, name: string): void {
  try {
    cluster.delete(kind, namespace, name, { propagationPolicy: 'Background' });
  } catch (error) {
    if (!isStatus(error, 'NotFound')) throw error;
  }
}

function finalize({ cluster }: ControllerContext, namespace: Namespace): void {
  const finalizers = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== 'kubernetes');
  cluster.update(namespaces, { ...namespace, spec: { ...namespace.spec, finalizers } });
}

function tellWhatIsLeft(
  { cluster, clock }: ControllerContext,
  namespace: Namespace,
  left: readonly { readonly kind: ServedKind; readonly count: number }[],
): void {
  const list = left
    .map(({ kind, count }) => `${kind.resource}.${kind.group} has ${count} resource instances`)
    .join(', ');
  const message = `Some resources are remaining: ${list}`;
  const conditions = namespace.status?.conditions ?? [];
  const known = conditions.find(({ type }) => type === 'NamespaceContentRemaining');
  if (known?.message === message) return;
  const condition: NamespaceCondition = {
    type: 'NamespaceContentRemaining',
    status: 'True',
    lastTransitionTime: known?.lastTransitionTime ?? timestamp(clock),
    reason: 'SomeResourcesRemain',
    message,
  };
  cluster.updateStatus(namespaces, {
    ...namespace,
    status: {
      ...namespace.status,
      phase: 'Terminating',
      conditions: [...conditions.filter((each) => each !== known), condition],
    },
  });
}
