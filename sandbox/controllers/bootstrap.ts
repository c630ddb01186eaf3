// What stands in a cluster before anybody uses it.

import type { Clock } from '../clock/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import { endpointSlices, endpoints, namespaces, services } from '../kube/resources.ts';
import { ensureNode, nodeIp } from './node.ts';
import { kubernetesServiceIp } from './services/service-ips.ts';

/** Namespaces, the node and the `kubernetes` Service, as far as they are missing: safe to call at every start. */
export function ensureCluster(cluster: Cluster, clock: Clock): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    if (cluster.get(namespaces, '', name) !== undefined) continue;
    cluster.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  ensureNode(cluster, clock);
  ensureApiService(cluster);
}

const apiPort = 6443;

function ensureApiService(cluster: Cluster): void {
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
