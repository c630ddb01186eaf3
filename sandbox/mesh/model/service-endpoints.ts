import type { LbEndpoint } from '../../envoy/config.ts';
import type { EndpointSlice } from '../../kube/resources.ts';
import type { Labels, Workload } from '../kube/workload.ts';
import type { MeshService, ServicePort } from '../kube/service.ts';
import type { WorkloadAddress } from '../service-entry/workload-entry.ts';

export interface MeshEndpoint {
  readonly address: string;
  readonly port: number;
  readonly labels: Labels;
  readonly mtls: boolean;
  readonly envoy: LbEndpoint;
}

/** A service's ready endpoints by the key of its port. */
export type ServiceEndpoints = ReadonlyMap<string, readonly MeshEndpoint[]>;

export function slicedEndpoints(
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
        list.push(meshEndpoint(address, port, pod, 1));
        byPort.set(name, list);
      }
    }
  }
  return byPort;
}

/** Endpoints that no slice names: of a ServiceEntry, and WorkloadEntries behind a Kubernetes Service. */
export function listedEndpoints(service: MeshService, members: readonly WorkloadAddress[]): ServiceEndpoints {
  return new Map(
    service.ports.map((port) => [
      port.key,
      members.flatMap((member) => {
        const number = portAt(member, port);
        return number === undefined || member.address === ''
          ? []
          : [meshEndpoint(member.address, number, member, member.weight)];
      }),
    ]),
  );
}

/** A named target port is one that the member has a number for. */
function portAt({ ports }: WorkloadAddress, { name, targetPort }: ServicePort): number | undefined {
  return ports[name] ?? (typeof targetPort === 'number' ? targetPort : ports[targetPort]);
}

export function joined(parts: readonly ServiceEndpoints[]): ServiceEndpoints {
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return first;
  const names = new Set(parts.flatMap((part) => [...part.keys()]));
  return new Map([...names].map((name) => [name, parts.flatMap((part) => part.get(name) ?? [])]));
}

interface Behind {
  readonly labels: Labels;
  readonly identity: string;
  readonly mtls: boolean;
}

function meshEndpoint(
  address: string,
  port: number,
  behind: Behind | undefined,
  weight: number,
): MeshEndpoint {
  const metadata = behind && {
    filter_metadata: {
      ...(behind.mtls && { 'envoy.transport_socket_match': { tlsMode: 'istio' } }),
      istio: { workload: behind.identity },
    },
  };
  return {
    address,
    port,
    labels: behind?.labels ?? {},
    mtls: behind?.mtls ?? false,
    envoy: {
      endpoint: { address: { socket_address: { address, port_value: port } } },
      health_status: 'HEALTHY',
      ...(metadata && { metadata }),
      load_balancing_weight: weight,
    },
  };
}
