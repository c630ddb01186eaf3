// The cluster's one node, as kind shows it.

import { type Clock, timestamp } from '../clock/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import { type CustomObject, type Node, type Resource, nodes } from '../kube/resources.ts';

export const nodeName = 'mesh-workshop-control-plane';
export const nodeIp = '172.18.0.2';
export const kubernetesVersion = 'v1.32.2';
export const podCidr = '10.10.0.0/24';

const leases: Resource<CustomObject> = { group: 'coordination.k8s.io', resource: 'leases' };

/**
 * Creates the node if it is missing; a node that is there (cordoned, labelled by the user) is left as it is.
 * Needs the namespace kube-node-lease. The lease is renewed at each start only: nobody waits for it to run out.
 */
export function ensureNode(cluster: Cluster, clock: Clock): void {
  const node = cluster.get(nodes, '', nodeName) ?? createNode(cluster);
  if (node.status?.conditions === undefined)
    cluster.updateStatus(nodes, { ...node, status: readyStatus(clock) });
  renewLease(cluster, clock);
}

function renewLease(cluster: Cluster, clock: Clock): void {
  const renewTime = new Date(clock.now()).toISOString().replace('Z', '000Z');
  const spec = { holderIdentity: nodeName, leaseDurationSeconds: 40, renewTime };
  const lease = cluster.get(leases, 'kube-node-lease', nodeName);
  if (lease !== undefined) {
    cluster.update(leases, { ...lease, spec });
    return;
  }
  cluster.create(leases, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: nodeName, namespace: 'kube-node-lease' },
    spec,
  });
}

const createNode = (cluster: Cluster): Node =>
  cluster.create(nodes, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: nodeName,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': nodeName,
        'kubernetes.io/os': 'linux',
        'node-role.kubernetes.io/control-plane': '',
      },
    },
    spec: { podCIDR: podCidr, podCIDRs: [podCidr], providerID: `sandbox://mesh-workshop/${nodeName}` },
  });

const size = {
  cpu: '4',
  'ephemeral-storage': '65536Mi',
  'hugepages-2Mi': '0',
  memory: '8192Mi',
  pods: '110',
};

const readyStatus = (clock: Clock): NonNullable<Node['status']> => ({
  addresses: [
    { type: 'InternalIP', address: nodeIp },
    { type: 'Hostname', address: nodeName },
  ],
  allocatable: size,
  capacity: size,
  conditions: conditions(timestamp(clock)),
  daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
  nodeInfo: {
    architecture: 'amd64',
    bootID: '00000000-0000-4000-8000-000000000001',
    containerRuntimeVersion: 'sandbox://1',
    kernelVersion: '0.0.0-sandbox',
    kubeProxyVersion: kubernetesVersion,
    kubeletVersion: kubernetesVersion,
    machineID: '00000000000040008000000000000001',
    operatingSystem: 'linux',
    osImage: 'Mesh Workshop sandbox (one Node.js process)',
    systemUUID: '00000000-0000-4000-8000-000000000001',
  },
});

const conditions = (now: string): NonNullable<NonNullable<Node['status']>['conditions']> =>
  (
    [
      ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
      ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
      ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
      ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
    ] as const
  ).map(([type, status, reason, message]) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  }));
