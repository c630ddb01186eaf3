// A service as the mesh sees it: a Kubernetes Service, or one host of a ServiceEntry.

import { domainSuffix } from '../host.ts';
import { protocolOf, type Protocol } from '../protocol.ts';
import type { Service } from '../../kube/resources.ts';
import type { WorkloadAddress } from '../service-entry/workload-entry.ts';

export interface ServicePort {
  /** Its endpoints stand under it: a Kubernetes port's name, a ServiceEntry port's number. */
  readonly key: string;
  readonly name: string;
  readonly port: number;
  /** A number, or the name of a container port. */
  readonly targetPort: number | string;
  readonly protocol: Protocol;
  /** The client's own TLS goes through it: without an address the service is told by the server name. */
  readonly tls?: boolean;
}

export interface MeshService {
  /** Tells the claims to one host name apart: `Service/ns/name`, `ServiceEntry/ns/name/host`. */
  readonly key: string;
  /** `name.namespace.svc.cluster.local`; of a ServiceEntry any host, wildcards too. */
  readonly hostname: string;
  /** Of a ServiceEntry the host. */
  readonly name: string;
  readonly namespace: string;
  readonly createdAt: string;
  readonly registry: 'Kubernetes' | 'External';
  /** MESH_EXTERNAL: its endpoints are not part of the mesh, so nobody speaks mutual TLS to them. */
  readonly external: boolean;
  /** How sidecars find its hosts. Gateways have no connection to follow: they find those of ORIGINAL_DST by EDS. */
  readonly discovery: 'EDS' | 'STRICT_DNS' | 'LOGICAL_DNS' | 'ORIGINAL_DST';
  /** Addresses it is called by; a ServiceEntry's may be CIDR blocks. Empty for a headless service. */
  readonly addresses: readonly string[];
  /** What stands before `svc.cluster.local` in the host name, if that is how it ends: it has short names then. */
  readonly local: { readonly name: string; readonly namespace: string } | undefined;
  readonly headless: boolean;
  readonly ports: readonly ServicePort[];
  /** Undefined: it selects no pods. */
  readonly selector: Readonly<Record<string, string>> | undefined;
  /** Endpoints that a ServiceEntry lists. */
  readonly listed: readonly WorkloadAddress[];
  /** Identities that its object names. */
  readonly accounts: readonly string[];
  readonly exportTo: readonly string[];
}

/** Undefined for `type: ExternalName`, which is but another name. */
export function meshServiceOf(object: Service): MeshService | undefined {
  const { name, namespace = '', creationTimestamp, annotations } = object.metadata;
  const { spec } = object;
  if (spec === undefined || spec.type === 'ExternalName') return undefined;
  const headless = spec.clusterIP === undefined || spec.clusterIP === 'None' || spec.clusterIP === '';
  const hasSelector = spec.selector !== undefined && Object.keys(spec.selector).length > 0;
  return {
    key: `Service/${namespace}/${name}`,
    hostname: `${name}.${namespace}.${domainSuffix}`,
    name,
    namespace,
    createdAt: creationTimestamp,
    registry: 'Kubernetes',
    external: false,
    discovery: headless ? 'ORIGINAL_DST' : 'EDS',
    addresses: headless ? [] : (spec.clusterIPs ?? [spec.clusterIP ?? '']),
    local: { name, namespace },
    headless,
    ports: (spec.ports ?? []).map((port) => ({
      key: port.name ?? '',
      name: port.name ?? '',
      port: port.port,
      targetPort: port.targetPort ?? port.port,
      protocol: protocolOf(port),
    })),
    selector: hasSelector ? spec.selector : undefined,
    listed: [],
    accounts: [],
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
