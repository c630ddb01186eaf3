// Objects that are known by a label, wherever they are.

import { Discovery } from '../kubectl/api/discovery.ts';
import { apiVersionOf, pathOf, type Resource } from '../kubectl/api/resource.ts';
import { isReason } from '../kubectl/failure.ts';
import type { InventoryObject } from '../lab/inventory/inventory.ts';
import type { ApiClient } from '../kubectl/api/client.ts';
import { removeObject } from './objects.ts';

/** So long one may take to go, in milliseconds. */
const withinMs = 60_000;

/** Those in namespaces, but in none of `outside`. What may not be listed is none of ours. */
export async function findLabelled(
  api: ApiClient,
  label: { readonly key: string; readonly value: string },
  outside: readonly string[],
): Promise<readonly InventoryObject[]> {
  const resources = (await Discovery.open(api)).preferred();
  const lists = await Promise.all(
    resources
      .filter(({ namespaced, verbs }) => namespaced && verbs.includes('list') && verbs.includes('delete'))
      .map(async (resource) => list(api, resource, `${label.key}=${label.value}`)),
  );
  return lists.flat().filter(({ metadata: { namespace = '' } }) => !outside.includes(namespace));
}

export async function removeAll(
  api: ApiClient,
  objects: readonly InventoryObject[],
  signal: AbortSignal,
): Promise<void> {
  if (objects.length === 0) return;
  const discovery = await Discovery.open(api);
  await Promise.all(
    objects.map(async (object) => removeObject({ api, discovery, signal, withinMs }, object)),
  );
}

/** An aggregated API whose server does not run is `ServiceUnavailable`. */
const none = ['Forbidden', 'NotFound', 'MethodNotAllowed', 'ServiceUnavailable'];

async function list(api: ApiClient, resource: Resource, labelSelector: string): Promise<InventoryObject[]> {
  try {
    const { items } = await api.json<{ items: InventoryObject[] }>({
      path: pathOf(resource, undefined),
      query: { labelSelector },
    });
    return items.map((item) => ({ ...item, apiVersion: apiVersionOf(resource), kind: resource.kind }));
  } catch (error) {
    if (none.some((reason) => isReason(error, reason))) return [];
    throw error;
  }
}
