import { ApiException } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import type { ClusterClient } from '../../../scripts/cluster/client.ts';
import { listKinds } from '../../../scripts/cluster/list-analyzed.ts';

/** A cluster that serves these versions, with one object of each kind. */
const clusterWith = (...versions: readonly string[]): ClusterClient => {
  const objects = {
    list: async (apiVersion: string, kind: string) => {
      if (!versions.includes(apiVersion)) {
        throw new Error(`Unrecognized API version and kind: ${apiVersion} ${kind}`);
      }
      return { items: [{ metadata: { name: `${kind} of ${apiVersion}` } }] };
    },
  };
  return { objects } as unknown as ClusterClient;
};

const wanted = [
  ['networking.istio.io/v1', 'VirtualService'],
  ['security.istio.io/v1', 'PeerAuthentication'],
  ['telemetry.istio.io/v1', 'Telemetry'],
  ['v1', 'Pod'],
] as const;

it.each([
  ['today', ['networking.istio.io/v1', 'networking.istio.io/v1beta1', 'security.istio.io/v1'], 'v1'],
  ['1.17', ['networking.istio.io/v1beta1', 'security.istio.io/v1beta1'], 'v1beta1'],
])('finds the objects of Istio in the versions of %s', async (_, versions, version) => {
  const found = await listKinds(clusterWith('v1', ...versions), wanted);
  expect(found.map(({ apiVersion, metadata }) => [apiVersion, metadata.name])).toEqual([
    ['networking.istio.io/v1', `VirtualService of networking.istio.io/${version}`],
    ['security.istio.io/v1', `PeerAuthentication of security.istio.io/${version}`],
    ['v1', 'Pod of v1'],
  ]);
});

it('does not take a refusal for a kind that is not there', async () => {
  const objects = { list: () => Promise.reject(new ApiException(403, 'Forbidden', {}, {})) };
  await expect(listKinds({ objects } as unknown as ClusterClient, wanted)).rejects.toMatchObject({
    code: 403,
  });
});
