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

/** Before 1.22, Istio had its kinds under these versions only; what is in them is the same. */
const formerly: ReadonlyMap<string, string> = new Map([
  [networking, 'networking.istio.io/v1beta1'],
  [security, 'security.istio.io/v1beta1'],
  ['telemetry.istio.io/v1', 'telemetry.istio.io/v1alpha1'],
]);

/**
 * All objects of these kinds, each as apiVersion and kind, whichever version of them the cluster has. Kinds that it does
 * not have are left out.
 */
export async function listKinds(
  cluster: ClusterClient,
  wanted: readonly (readonly [apiVersion: string, kind: string])[],
): Promise<readonly AnyObject[]> {
  const lists = await Promise.all(
    wanted.map(async ([apiVersion, kind]) => {
      const former = formerly.get(apiVersion);
      const items =
        (await itemsOf(cluster, apiVersion, kind)) ??
        (former === undefined ? undefined : await itemsOf(cluster, former, kind)) ??
        [];
      // Items of a list do not say what they are.
      return items.map((item) => ({ ...item, apiVersion, kind }) as unknown as AnyObject);
    }),
  );
  return lists.flat();
}

/** undefined when the cluster has no such kind. */
async function itemsOf(
  { objects }: ClusterClient,
  apiVersion: string,
  kind: string,
): Promise<readonly object[] | undefined> {
  try {
    return (await objects.list(apiVersion, kind)).items;
  } catch (error) {
    if (apiCode(error) === 404 || isUnknownKind(error)) return undefined;
    throw error;
  }
}

/** What the client says of a kind that discovery does not list. */
const isUnknownKind = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Unrecognized API version and kind');
