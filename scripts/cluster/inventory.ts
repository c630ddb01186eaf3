// Reads the inventory of a cluster: every listable object through discovery, whatever kinds it has.

import { Discovery } from '../kubectl/api/discovery.ts';
import { keyOf, type Inventory } from '../lab/inventory/inventory.ts';
import { restorable } from '../lab/inventory/normalise.ts';
import { isKindOfPeople, writtenByPeople, type ApiObject } from '../lab/inventory/written-by-people.ts';
import type { Api } from './api.ts';
import { listResources } from './list-resources.ts';

/**
 * `own`: the cluster is the workshop's, so all of it counts but the cluster's own namespaces. A list: in a cluster of
 * others only what is in these namespaces counts, and the namespaces themselves.
 */
export type Scope = 'own' | readonly string[];

/** Namespaces of the cluster itself, which no lab is about. */
const system = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

export interface Listing {
  readonly inventory: Inventory;
  /** On their way out: they count as gone. */
  readonly terminating: readonly ApiObject[];
}

export async function listInventory(api: Api, scope: Scope): Promise<Listing> {
  const discovery = await Discovery.open(api);
  const resources = discovery
    .preferred()
    .filter((resource) => resource.verbs.includes('list') && isKindOfPeople(resource))
    .filter(({ namespaced, kind }) => scope === 'own' || namespaced || kind === 'Namespace');
  const [cluster, found] = await Promise.all([clusterUid(api), listResources(api, resources)]);
  const objects = writtenByPeople(found as readonly ApiObject[]).filter((object) => isIn(scope, object));
  const terminating = objects.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const staying = objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return {
    terminating,
    inventory: {
      cluster,
      objects: staying.map(restorable).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    },
  };
}

function isIn(scope: Scope, { kind, metadata: { name, namespace } }: ApiObject): boolean {
  const place = kind === 'Namespace' ? name : namespace;
  if (scope !== 'own') return scope.includes(place ?? '');
  return place === undefined || !system.has(place);
}

/** The namespace of the cluster itself lives as long as the cluster does. */
export async function clusterUid(api: Api): Promise<string> {
  const { metadata } = await api.json<{ metadata: { uid: string } }>({
    path: '/api/v1/namespaces/kube-system',
  });
  return metadata.uid;
}
