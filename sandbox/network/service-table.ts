// Services and the endpoints behind them, indexed the way connections and DNS ask for them.

import type { Random } from '../clock/clock.ts';
import type { Address } from './network.ts';

/** A Service, as far as the network is concerned. */
export interface ServiceRoute {
  readonly namespace: string;
  readonly name: string;
  /** Empty for headless and ExternalName services. */
  readonly clusterIps: readonly string[];
  /** A DNS alias. */
  readonly externalName?: string;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly nodePort?: number }[];
}

/** An EndpointSlice, as far as the network is concerned. */
export interface EndpointGroup {
  readonly namespace: string;
  /** The slice's own name. */
  readonly name: string;
  readonly service: string;
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  readonly endpoints: readonly {
    readonly ip: string;
    readonly ready: boolean;
    /** Terminating, but still answering: used when nothing is ready. */
    readonly draining: boolean;
    readonly hostname?: string;
  }[];
}

/** One port of a service, as a destination. */
export interface ServicePort {
  readonly service: ServiceRoute;
  readonly portName: string;
}

/** One object at a time; the cost of a change does not grow with the number of services. */
export interface ServiceFeed {
  setService(service: ServiceRoute): void;
  removeService(namespace: string, name: string): void;
  setEndpoints(group: EndpointGroup): void;
  removeEndpoints(namespace: string, name: string): void;
}

export interface ServiceTable extends ServiceFeed {
  find(namespace: string, name: string): ServiceRoute | undefined;
  /** True when a service owns the address, on whatever port. */
  owns(clusterIp: string): boolean;
  at(clusterIp: string, port: number): ServicePort | undefined;
  atNodePort(nodePort: number): ServicePort | undefined;
  /** One of the port's ready endpoints, by chance; undefined when there is none. */
  pick(port: ServicePort, random: Random): Address | undefined;
  /** Addresses of all ready endpoints, or of those with this hostname. */
  addresses(namespace: string, name: string, hostname?: string): readonly string[];
}

export function createServiceTable(): ServiceTable {
  const services = new Map<string, ServiceRoute>();
  const byAddress = new Map<string, ServicePort>();
  const addressOwners = new Map<string, ServiceRoute>();
  const byNodePort = new Map<number, ServicePort>();
  const groupOwners = new Map<string, string>();
  const groups = new Map<string, Map<string, EndpointGroup>>();
  // Computed on first use, dropped when a slice of the service changes.
  const targets = new Map<string, Map<string, readonly Address[]>>();

  const forget = (service: ServiceRoute): void => {
    services.delete(key(service));
    for (const ip of service.clusterIps) {
      addressOwners.delete(ip);
      for (const { port } of service.ports) byAddress.delete(`${ip}:${port}`);
    }
    for (const { nodePort } of service.ports) if (nodePort !== undefined) byNodePort.delete(nodePort);
  };

  const removeEndpoints = (namespace: string, name: string): void => {
    const owner = groupOwners.get(`${namespace}/${name}`);
    if (owner === undefined) return;
    groupOwners.delete(`${namespace}/${name}`);
    const rest = groups.get(owner);
    rest?.delete(name);
    if (rest?.size === 0) groups.delete(owner);
    targets.delete(owner);
  };

  const targetsOf = (service: string, portName: string): readonly Address[] => {
    let byPort = targets.get(service);
    if (byPort === undefined) {
      byPort = new Map();
      targets.set(service, byPort);
    }
    let found = byPort.get(portName);
    if (found === undefined) {
      found = collectTargets([...(groups.get(service)?.values() ?? [])], portName);
      byPort.set(portName, found);
    }
    return found;
  };

  return {
    setService: (service) => {
      const old = services.get(key(service));
      if (old !== undefined) forget(old);
      services.set(key(service), service);
      for (const ip of service.clusterIps) {
        addressOwners.set(ip, service);
        for (const { name, port } of service.ports)
          byAddress.set(`${ip}:${port}`, { service, portName: name });
      }
      for (const { name, nodePort } of service.ports) {
        if (nodePort !== undefined) byNodePort.set(nodePort, { service, portName: name });
      }
    },
    removeService: (namespace, name) => {
      const service = services.get(`${namespace}/${name}`);
      if (service !== undefined) forget(service);
    },
    setEndpoints: (group) => {
      removeEndpoints(group.namespace, group.name);
      const owner = `${group.namespace}/${group.service}`;
      groupOwners.set(`${group.namespace}/${group.name}`, owner);
      const siblings = groups.get(owner) ?? new Map<string, EndpointGroup>();
      groups.set(owner, siblings.set(group.name, group));
      targets.delete(owner);
    },
    removeEndpoints,
    find: (namespace, name) => services.get(`${namespace}/${name}`),
    owns: (clusterIp) => addressOwners.has(clusterIp),
    at: (clusterIp, port) => byAddress.get(`${clusterIp}:${port}`),
    atNodePort: (nodePort) => byNodePort.get(nodePort),
    pick: ({ service, portName }, random) => {
      const choices = targetsOf(key(service), portName);
      return choices[Math.floor(random() * choices.length)];
    },
    addresses: (namespace, name, hostname) => {
      const found = new Set<string>();
      for (const group of groups.get(`${namespace}/${name}`)?.values() ?? []) {
        for (const endpoint of group.endpoints) {
          if (endpoint.ready && (hostname === undefined || endpoint.hostname === hostname))
            found.add(endpoint.ip);
        }
      }
      return [...found];
    },
  };
}

const key = (service: { readonly namespace: string; readonly name: string }): string =>
  `${service.namespace}/${service.name}`;

/** kube-proxy's choice: ready endpoints, and where there are none, those that terminate but still serve (KEP-1669). */
function collectTargets(groups: readonly EndpointGroup[], portName: string): readonly Address[] {
  const ready: Address[] = [];
  const draining: Address[] = [];
  for (const group of groups) {
    const port = group.ports.find(({ name }) => name === portName)?.port;
    if (port === undefined) continue;
    for (const endpoint of group.endpoints) {
      if (endpoint.ready) ready.push({ ip: endpoint.ip, port });
      else if (endpoint.draining) draining.push({ ip: endpoint.ip, port });
    }
  }
  return ready.length > 0 ? ready : draining;
}
