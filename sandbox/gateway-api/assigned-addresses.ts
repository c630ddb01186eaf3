import type { Cluster } from '../kube/cluster.ts';
import { services } from '../kube/resources.ts';
import { gatewayServices, serviceOf } from '../mesh/gateway-api/addresses.ts';
import type { KubeGateway } from '../mesh/gateway-api/resources.ts';

export interface AssignedAddresses {
  /** Host names of the Services that were asked for. */
  readonly hostnames: readonly string[];
  /** `host:port` of the Services' ports that are there. */
  readonly services: readonly string[];
  readonly addresses: readonly { readonly type: string; readonly value: string }[];
  /** What is not as it was asked for. */
  readonly warnings: readonly string[];
  /** Nothing is wrong but that an external address is not there yet. */
  readonly allUsable: boolean;
}

/** Where a gateway can be reached: external addresses first, else the Services' own names. */
export function assignedAddresses(gateway: KubeGateway, cluster: Cluster): AssignedAddresses {
  const hostnames = gatewayServices(gateway);
  const found: string[] = [];
  const internal: string[] = [];
  const external: string[] = [];
  const warnings: string[] = [];
  let allUsable = true;
  for (const hostname of hostnames) {
    const named = serviceOf(hostname);
    const service = named && cluster.get(services, named.namespace, named.name);
    if (service === undefined) {
      warnings.push(`hostname "${hostname}" not found`);
      allUsable = false;
      continue;
    }
    for (const { port } of gateway.spec.listeners) {
      if (service.spec?.ports?.some((each) => each.port === port) === true) found.push(`${hostname}:${port}`);
      else {
        warnings.push(`port ${port} not found for hostname "${hostname}"`);
        allUsable = false;
      }
    }
    const given = (service.status?.loadBalancer?.ingress ?? []).flatMap(
      ({ ip, hostname: name }) => ip ?? name ?? [],
    );
    external.push(...given);
    if (service.spec?.type !== 'LoadBalancer') internal.push(hostname);
    else if (given.length === 0) warnings.push(`address pending for hostname "${hostname}"`);
  }
  const reachable = internal.filter((hostname) => found.some((entry) => entry.startsWith(`${hostname}:`)));
  return {
    hostnames,
    services: [...new Set(found)].toSorted(),
    addresses: (external.length > 0 ? external : reachable).map((value) => ({
      type: /^[\d.]+$/u.test(value) ? 'IPAddress' : 'Hostname',
      value,
    })),
    warnings: [...new Set(warnings)],
    allUsable,
  };
}
