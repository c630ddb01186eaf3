// A Kubernetes Service as the mesh sees it.

import { domainSuffix } from '../host.ts';
import { protocolOf, type Protocol } from '../protocol.ts';
import type { Service } from '../../kube/resources.ts';

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  /** A number, or the name of a container port. */
  readonly targetPort: number | string;
  readonly protocol: Protocol;
}

export interface MeshService {
  /** `name.namespace.svc.cluster.local`. */
  readonly hostname: string;
  readonly name: string;
  readonly namespace: string;
  readonly createdAt: string;
  /** Empty for a headless service. */
  readonly addresses: readonly string[];
  readonly headless: boolean;
  readonly ports: readonly ServicePort[];
  /** Undefined: it selects no pods. */
  readonly selector: Readonly<Record<string, string>> | undefined;
  readonly exportTo: readonly string[];
}

/** Undefined for a Service the mesh has no cluster for (`type: ExternalName`). */
export function meshServiceOf(object: Service): MeshService | undefined {
  const { name, namespace = '', creationTimestamp, annotations } = object.metadata;
  const { spec } = object;
  if (spec === undefined || spec.type === 'ExternalName') return undefined;
  const headless = spec.clusterIP === undefined || spec.clusterIP === 'None' || spec.clusterIP === '';
  const hasSelector = spec.selector !== undefined && Object.keys(spec.selector).length > 0;
  return {
    hostname: `${name}.${namespace}.${domainSuffix}`,
    name,
    namespace,
    createdAt: creationTimestamp,
    addresses: headless ? [] : (spec.clusterIPs ?? [spec.clusterIP ?? '']),
    headless,
    ports: (spec.ports ?? []).map((port) => ({
      name: port.name ?? '',
      port: port.port,
      targetPort: port.targetPort ?? port.port,
      protocol: protocolOf(port),
    })),
    selector: hasSelector ? spec.selector : undefined,
    exportTo: (annotations?.['networking.istio.io/exportTo'] ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  };
}

/** `exportTo` of any resource: `.` is its own namespace, `*` (the default) all, `~` none. */
export function isVisible(
  { exportTo, namespace }: { readonly exportTo: readonly string[]; readonly namespace: string },
  from: string,
): boolean {
  if (exportTo.length === 0 || exportTo.includes('*')) return true;
  if (exportTo.includes('~')) return false;
  return exportTo.includes(from) || (exportTo.includes('.') && namespace === from);
}
