import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../sandbox/clock/clock.ts';
import {
  endpointSlices,
  services,
  type EndpointSlice,
  type Service,
} from '../../../sandbox/kube/resources.ts';
import { createNetwork, type AttachedPod, type Network } from '../../../sandbox/network/create-network.ts';
import { watchNetwork } from '../../../sandbox/network/watch-network.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemoryCluster } from '../kubelet/memory-cluster.ts';

const open = (): { cluster: MemoryCluster; network: Network; pod: AttachedPod; stop: () => void } => {
  const clock = new ManualClock();
  const cluster = new MemoryCluster(() => clock.now());
  const network = createNetwork({ clock, random: seededRandom(1) });
  const stop = watchNetwork(cluster, network);
  return {
    cluster,
    network,
    stop,
    pod: network.attach({ namespace: 'shop', name: 'a', serviceAccount: 'a' }),
  };
};

const addService = (cluster: MemoryCluster, spec: Service['spec'], name = 'web'): Service =>
  cluster.create(services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop' },
    spec,
  });

const addSlice = (
  cluster: MemoryCluster,
  endpoints: EndpointSlice['endpoints'],
  labels = {},
): EndpointSlice =>
  cluster.create(endpointSlices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      labels: { 'kubernetes.io/service-name': 'web', ...labels },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints,
  });

const ports = [{ name: 'http', port: 80, nodePort: 30_000 }];

describe('the network follows', () => {
  it('a service from its creation to its deletion', async () => {
    const { cluster, network, pod } = open();
    const service = addService(cluster, { clusterIP: '10.200.1.9', ports });
    expect(await pod.resolve('web')).toEqual(['10.200.1.9']);
    expect(network.hasNodePort(30_000)).toBe(true);
    cluster.update(services, { ...service, spec: { clusterIP: '10.200.1.9', ports: [{ port: 80 }] } });
    expect(network.hasNodePort(30_000)).toBe(false);
    cluster.delete(services, 'shop', 'web');
    await expect(pod.resolve('web')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('the readiness of its endpoints', async () => {
    const { cluster, pod } = open();
    pod.listen(8080, (socket) => socket.end());
    addService(cluster, { clusterIP: '10.200.1.9', ports });
    const connect = async (): Promise<string> => {
      try {
        (await pod.connect({ ip: '10.200.1.9', port: 80 })).destroy();
        return 'connected';
      } catch (error) {
        return String((error as NodeJS.ErrnoException).code);
      }
    };
    expect(await connect()).toBe('ECONNREFUSED');
    const slice = addSlice(cluster, [{ addresses: [pod.ip], conditions: { ready: true } }]);
    expect(await connect()).toBe('connected');
    const gone = { ready: false, serving: false, terminating: true };
    cluster.update(endpointSlices, { ...slice, endpoints: [{ addresses: [pod.ip], conditions: gone }] });
    expect(await connect()).toBe('ECONNREFUSED');
    cluster.delete(endpointSlices, 'shop', 'web-1');
    addSlice(cluster, [{ addresses: [pod.ip] }]);
    expect(await connect()).toBe('connected');
  });

  it.each([
    ['headless', { clusterIP: 'None', clusterIPs: ['None'], ports }, ['10.10.0.2']],
    ['ExternalName', { type: 'ExternalName', externalName: 'other.shop.svc.cluster.local' }, ['10.200.1.8']],
  ] as const)('a service that is %s', async (_, spec, addresses) => {
    const { cluster, pod } = open();
    addService(cluster, structuredClone(spec) as Service['spec']);
    addService(cluster, { clusterIP: '10.200.1.8', ports: [{ port: 80 }] }, 'other');
    addSlice(cluster, [{ addresses: [pod.ip] }]);
    expect(await pod.resolve('web')).toEqual(addresses);
  });

  it('nothing any more once it was stopped', async () => {
    const { cluster, pod, stop } = open();
    stop();
    addService(cluster, { clusterIP: '10.200.1.9', ports });
    await expect(pod.resolve('web')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});
