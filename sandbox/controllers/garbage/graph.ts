// Who owns whom, across all kinds, by uid.

import type { KubeObject, OwnerReference } from '../../kube/object.ts';
import type { ServedKind } from '../served-kinds.ts';

export interface Node {
  readonly kind: ServedKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly owners: readonly OwnerReference[];
}

export interface Graph {
  get(uid: string): Node | undefined;
  dependentsOf(uid: string): Node[];
  put(kind: ServedKind, object: KubeObject): void;
  remove(uid: string): void;
}

export function createGraph(): Graph {
  const nodes = new Map<string, Node>();
  const dependents = new Map<string, Set<string>>();

  const unlink = (node: Node): void => {
    for (const { uid } of node.owners) {
      const set = dependents.get(uid);
      set?.delete(node.uid);
      if (set?.size === 0) dependents.delete(uid);
    }
  };

  return {
    get: (uid) => nodes.get(uid),
    dependentsOf: (uid) => [...(dependents.get(uid) ?? [])].flatMap((each) => nodes.get(each) ?? []),
    put(kind, { metadata }) {
      const { namespace = '', name, uid, ownerReferences: owners = [] } = metadata;
      const before = nodes.get(uid);
      if (before !== undefined) unlink(before);
      nodes.set(uid, { kind, namespace, name, uid, owners });
      for (const owner of owners) {
        const set = dependents.get(owner.uid) ?? new Set();
        dependents.set(owner.uid, set.add(uid));
      }
    },
    remove(uid) {
      const node = nodes.get(uid);
      if (node === undefined) return;
      unlink(node);
      nodes.delete(uid);
    },
  };
}
