// Objects that are known by a label, wherever they are.

import { Discovery } from '../kubectl/api/discovery.ts';
import type { InventoryObject } from '../lab/inventory/inventory.ts';
import type { ApiClient } from '../kubectl/api/client.ts';
import { listResources } from './list-resources.ts';
import { removeObject } from './objects.ts';

/** So long one may take to go, in milliseconds. */
const withinMs = 60_000;

export interface Labelled {
  readonly objects: readonly InventoryObject[];
  /** Resolves when they are gone. */
  remove(signal: AbortSignal): Promise<void>;
}

/** Those in namespaces, but in none of `outside`. What may not be listed is none of ours. */
export async function findLabelled(
  api: ApiClient,
  label: { readonly key: string; readonly value: string },
  outside: readonly string[],
): Promise<Labelled> {
  const discovery = await Discovery.open(api);
  const resources = discovery
    .preferred()
    .filter(({ namespaced, verbs }) => namespaced && verbs.includes('list') && verbs.includes('delete'));
  const found = await listResources(api, resources, {
    labelSelector: `${label.key}=${label.value}`,
    skipForbidden: true,
  });
  const objects = found.filter(({ metadata: { namespace = '' } }) => !outside.includes(namespace));
  return {
    objects,
    async remove(signal) {
      const target = { api, discovery, signal, withinMs };
      await Promise.all(objects.map(async (object) => removeObject(target, object)));
    },
  };
}
