// Fields of a pod that its containers may ask for (downward API).

import type { Pod } from '../../kube/resources.ts';
import { ConfigError } from './config-error.ts';

/** Addresses that are known before the pod's status is written. */
export interface PodAddresses {
  readonly podIp: string;
  readonly hostIp: string;
}

/** @throws ConfigError for a path that is none */
export function readField(pod: Pod, addresses: PodAddresses, path: string): string {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed !== null) {
    const map = keyed[1] === 'labels' ? pod.metadata.labels : pod.metadata.annotations;
    return map?.[keyed[2] ?? ''] ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
      return quoted(pod.metadata.labels);
    case 'metadata.annotations':
      return quoted(pod.metadata.annotations);
    case 'spec.nodeName':
      return pod.spec?.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec?.serviceAccountName ?? 'default';
    case 'status.podIP':
    case 'status.podIPs':
      return addresses.podIp;
    case 'status.hostIP':
    case 'status.hostIPs':
      return addresses.hostIp;
    default:
      throw new ConfigError(`unsupported fieldPath: ${path}`);
  }
}

const quoted = (map: Readonly<Record<string, string>> = {}): string =>
  Object.entries(map)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join('\n');
