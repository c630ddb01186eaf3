// NodePorts: which are valid, which are taken, which comes next.

import type { Cluster } from '../../kube/cluster.ts';
import { services } from '../../kube/resources.ts';

const first = 30_000;
const last = 32_767;

// What the labs print in their text: only a Service that asks for one of these by number gets it.
const kept = new Set([30_000, 30_001, 30_002, 30_003, 30_004, 30_005, 30_443]);

export interface NodePortRequest {
  readonly port: number;
  readonly protocol: string;
}

/** Ports taken by Services other than `own` (`namespace/name`), as `port/protocol`. */
export function takenNodePorts(cluster: Cluster, own: string): Set<string> {
  const taken = new Set<string>();
  for (const { metadata, spec } of cluster.list(services)) {
    if (`${metadata.namespace ?? ''}/${metadata.name}` === own) continue;
    for (const { nodePort, protocol = 'TCP' } of spec?.ports ?? []) {
      if (nodePort !== undefined) taken.add(nodePortKey({ port: nodePort, protocol }));
    }
  }
  return taken;
}

export const nodePortKey = ({ port, protocol }: NodePortRequest): string => `${port}/${protocol}`;

/** Why this port can't be had, in Kubernetes' words. */
export function nodePortObjection(taken: ReadonlySet<string>, request: NodePortRequest): string | undefined {
  if (request.port < first || request.port > last) {
    return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
  }
  return taken.has(nodePortKey(request)) ? 'provided port is already allocated' : undefined;
}

/** The lowest free port that no lab relies on; undefined when there is none. */
export function freeNodePort(taken: ReadonlySet<string>, protocol: string): number | undefined {
  for (let port = first; port <= last; port += 1) {
    if (!kept.has(port) && !taken.has(nodePortKey({ port, protocol }))) return port;
  }
  return undefined;
}
