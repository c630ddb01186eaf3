import type { ConsistentHash } from '../kube/destination-rule.ts';
import type { Destination } from '../kube/virtual-service.ts';
import type { Labels } from '../kube/workload.ts';

/** For whom a VirtualService's routes are made. */
export interface RouteContext {
  /** The port served: the service's on sidecars, the Gateway server's as written on gateways. */
  readonly listenPort: number;
  /** `mesh`, or the Gateway's `namespace/name`. */
  readonly gateway: string;
  readonly proxyLabels: Labels;
  readonly proxyNamespace: string;
  /** The service that a host of type ExternalName stands for; any other host is itself. */
  readonly hostOf: (host: string) => string;
  /** Port of a destination that names none. */
  readonly portOf: (host: string) => number;
  readonly hashOf: (destination: Destination) => ConsistentHash | undefined;
}

/** A reference of the Gateway API to what is no backend has no host: its cluster is one that nobody has. */
export const clusterOf = (
  { host, subset = '', port }: Destination,
  { portOf, hostOf }: RouteContext,
): string =>
  host === '' ? 'UnknownService' : outboundCluster(hostOf(host), port?.number ?? portOf(host), subset);

export const outboundCluster = (host: string, port: number, subset = ''): string =>
  `outbound|${port}|${subset}|${host}`;
