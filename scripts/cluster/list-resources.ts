// Lists whatever kinds a cluster has, as plain JSON.

import type { ApiClient } from '../kubectl/api/client.ts';
import { apiVersionOf, pathOf, type Resource } from '../kubectl/api/resource.ts';
import { isReason, StatusError } from '../kubectl/failure.ts';
import type { InventoryObject } from '../lab/inventory/inventory.ts';

export interface ListOptions {
  /** `key=value`: only objects with this label. */
  readonly labelSelector?: string;
  /** True: what may not be listed counts as empty. @default false */
  readonly skipForbidden?: boolean;
}

/** A few at a time: each connection costs a handshake. */
export async function listResources(
  api: ApiClient,
  resources: readonly Resource[],
  options: ListOptions = {},
): Promise<readonly InventoryObject[]> {
  const objects: InventoryObject[] = [];
  const left = resources.values();
  const worker = async (): Promise<void> => {
    for (const resource of left) objects.push(...(await list(api, resource, options)));
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return objects;
}

async function list(
  api: ApiClient,
  resource: Resource,
  { labelSelector, skipForbidden = false }: ListOptions,
): Promise<readonly InventoryObject[]> {
  try {
    const { items } = await api.json<{ items: InventoryObject[] }>({
      path: pathOf(resource, undefined),
      ...(labelSelector !== undefined && { query: { labelSelector } }),
    });
    // Items of a list do not say what they are.
    return items.map((item) => ({ ...item, apiVersion: apiVersionOf(resource), kind: resource.kind }));
  } catch (error) {
    if (skipForbidden && isReason(error, 'Forbidden')) return [];
    if (isReason(error, 'NotFound') || isReason(error, 'MethodNotAllowed') || isDown(error)) return [];
    throw error;
  }
}

/** An aggregated API whose server does not run has no objects to speak of. */
const isDown = (error: unknown): boolean => error instanceof StatusError && error.status.code === 503;
