import type { LbEndpoint } from '../../envoy/config.ts';
import type { EndpointSlice } from '../../kube/resources.ts';
import type { Labels, Workload } from '../kube/workload.ts';

export interface MeshEndpoint {
  readonly address: string;
  readonly port: number;
  readonly labels: Labels;
  readonly mtls: boolean;
  readonly envoy: LbEndpoint;
}

/** A service's ready endpoints by the name of its port. */
export type ServiceEndpoints = ReadonlyMap<string, readonly MeshEndpoint[]>;

export function serviceEndpoints(
  slices: Iterable<EndpointSlice>,
  workload: (namespace: string, podName: string) => Workload | undefined,
): ServiceEndpoints {
  const byPort = new Map<string, MeshEndpoint[]>();
  for (const slice of slices) {
    const namespace = slice.metadata.namespace ?? '';
    for (const { addresses, conditions, targetRef } of slice.endpoints) {
      const [address] = addresses;
      // An unknown state counts as ready (discovery.k8s.io/v1 EndpointConditions).
      if (address === undefined || conditions?.ready === false) continue;
      const pod = targetRef?.kind === 'Pod' ? workload(namespace, targetRef.name ?? '') : undefined;
      for (const { name = '', port } of slice.ports ?? []) {
        if (port === undefined) continue;
        const list = byPort.get(name) ?? [];
        list.push(meshEndpoint(address, port, pod));
        byPort.set(name, list);
      }
    }
  }
  return byPort;
}

function meshEndpoint(address: string, port: number, pod: Workload | undefined): MeshEndpoint {
  const metadata = pod && {
    filter_metadata: {
      ...(pod.mtls && { 'envoy.transport_socket_match': { tlsMode: 'istio' } }),
      istio: { workload: pod.identity },
    },
  };
  return {
    address,
    port,
    labels: pod?.labels ?? {},
    mtls: pod?.mtls ?? false,
    envoy: {
      endpoint: { address: { socket_address: { address, port_value: port } } },
      health_status: 'HEALTHY',
      load_balancing_weight: 1,
      ...(metadata && { metadata }),
    },
  };
}
