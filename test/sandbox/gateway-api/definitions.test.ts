import { expect, it } from 'vitest';
import { memoryCluster } from '../istio-api/memory-cluster.ts';
import { createDefinitions } from './support.ts';

it('serves the kinds of the Gateway API once its definitions are applied', () => {
  const cluster = memoryCluster();
  createDefinitions(cluster);
  const kinds = cluster.types.all().filter(({ group }) => group === 'gateway.networking.k8s.io');
  expect(
    kinds.map(({ kind, versions }) => `${kind}: ${versions.map(({ version }) => version).join(' ')}`),
  ).toEqual([
    'GatewayClass: v1 v1beta1',
    'Gateway: v1 v1beta1',
    'GRPCRoute: v1',
    'HTTPRoute: v1 v1beta1',
    'ReferenceGrant: v1beta1',
  ]);
});
