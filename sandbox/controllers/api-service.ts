// The Service `kubernetes`, by which pods know the API. Who deletes it gets it back.

import type { Cluster } from '../kube/cluster.ts';
import type { KubeObject, ResourceName } from '../kube/object.ts';
import { endpointSlices, endpoints, services } from '../kube/resources.ts';
import type { Controller } from './context.ts';
import { queueFor } from './context.ts';
import { keyOf } from './keys.ts';
import { nodeIp } from './node.ts';
import { kubernetesServiceIp } from './services/service-ips.ts';

export const startApiServiceKeeper: Controller = (context) => {
  const { cluster } = context;
  const queue = queueFor(context, { name: 'api service', reconcile: () => ensureApiService(cluster) });
  const kept: ResourceName[] = [services, endpoints, endpointSlices];
  const unwatch = kept.map((resource) =>
    cluster.watch<KubeObject>(resource, ({ type, object }) => {
      if (type === 'DELETED' && keyOf(object) === 'default/kubernetes') queue.add('default/kubernetes');
    }),
  );
  return () => {
    for (const stop of unwatch) stop();
    queue.close();
  };
};

const apiPort = 6443;

/** Creates what is missing of it. */
export function ensureApiService(cluster: Cluster): void {
  const metadata = { name: 'kubernetes', namespace: 'default' };
  if (cluster.get(services, 'default', 'kubernetes') === undefined) {
    cluster.create(services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, labels: { component: 'apiserver', provider: 'kubernetes' } },
      spec: {
        type: 'ClusterIP',
        clusterIP: kubernetesServiceIp,
        ports: [{ name: 'https', port: 443, targetPort: apiPort, protocol: 'TCP' }],
        sessionAffinity: 'None',
      },
    });
  }
  const ports = [{ name: 'https', port: apiPort, protocol: 'TCP' }];
  if (cluster.get(endpoints, 'default', 'kubernetes') === undefined) {
    cluster.create(endpoints, {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
      subsets: [{ addresses: [{ ip: nodeIp }], ports }],
    });
  }
  if (cluster.get(endpointSlices, 'default', 'kubernetes') === undefined) {
    cluster.create(endpointSlices, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [nodeIp], conditions: { ready: true } }],
      ports,
    });
  }
}
