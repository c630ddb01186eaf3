// The objects of a cluster that analysis is about.

import { apiCode } from './api-error.ts';
import type { ClusterClient } from './client.ts';
import type { AnyObject } from '../../sandbox/kube/object.ts';

const networking = 'networking.istio.io/v1';
const security = 'security.istio.io/v1';

const kinds = [
  ['v1', 'Namespace'],
  ['v1', 'Pod'],
  ['v1', 'Service'],
  ['v1', 'Secret'],
  ['apps/v1', 'Deployment'],
  [networking, 'VirtualService'],
  [networking, 'DestinationRule'],
  [networking, 'Gateway'],
  [networking, 'ServiceEntry'],
  [networking, 'Sidecar'],
  [security, 'AuthorizationPolicy'],
  [security, 'RequestAuthentication'],
  [security, 'PeerAuthentication'],
  ['telemetry.istio.io/v1', 'Telemetry'],
] as const;

export const listAnalyzed = async (cluster: ClusterClient): Promise<readonly AnyObject[]> =>
  listKinds(cluster, kinds);

/** All objects of these kinds, each as apiVersion and kind. Kinds that the cluster does not have are left out. */
export async function listKinds(
  { objects }: ClusterClient,
  wanted: readonly (readonly [apiVersion: string, kind: string])[],
): Promise<readonly AnyObject[]> {
  const lists = await Promise.all(
    wanted.map(async ([apiVersion, kind]) => {
      try {
        const { items } = await objects.list(apiVersion, kind);
        // Items of a list do not say what they are.
        return items.map((item) => ({ ...item, apiVersion, kind }) as unknown as AnyObject);
      } catch (error) {
        if (apiCode(error) === 404 || isUnknownKind(error)) return [];
        throw error;
      }
    }),
  );
  return lists.flat();
}

/** What the client says of a kind that discovery does not list. */
const isUnknownKind = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Unrecognized API version and kind');
