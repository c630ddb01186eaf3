// networking.istio.io ServiceEntry: each of its hosts is a service of its own.

import { domainSuffix } from '../host.ts';
import { workloadAddressOf, type WorkloadAddress, type WorkloadEntrySpec } from './workload-entry.ts';
import type { CustomObject } from '../../kube/resources.ts';
import type { MeshService, ServicePort } from '../kube/service.ts';
import type { Protocol } from '../protocol.ts';

export function servicesOfEntry(object: CustomObject): MeshService[] {
  const { name, namespace = '', creationTimestamp } = object.metadata;
  const spec = (object.spec ?? {}) as Spec;
  const discovery = discoveries[spec.resolution ?? 'NONE'] ?? 'ORIGINAL_DST';
  const selector = spec.workloadSelector?.labels;
  return [...new Set((spec.hosts ?? []).map((host) => host.toLowerCase()))].map((hostname) => ({
    key: `ServiceEntry/${namespace}/${name}/${hostname}`,
    hostname,
    name: hostname,
    namespace,
    createdAt: creationTimestamp,
    registry: 'External',
    external: spec.location !== 'MESH_INTERNAL',
    discovery,
    addresses: (spec.addresses ?? []).map(singleAddress),
    local: localNames(hostname),
    headless: false,
    ports: (spec.ports ?? []).map(portOf),
    selector: selector !== undefined && Object.keys(selector).length > 0 ? selector : undefined,
    listed: listedEndpoints(spec, hostname, namespace),
    accounts: spec.subjectAltNames ?? [],
    exportTo: spec.exportTo ?? [],
  }));
}

interface Spec {
  readonly hosts?: readonly string[];
  readonly addresses?: readonly string[];
  readonly ports?: readonly Port[];
  readonly location?: 'MESH_EXTERNAL' | 'MESH_INTERNAL';
  readonly resolution?: string;
  readonly endpoints?: readonly WorkloadEntrySpec[];
  readonly workloadSelector?: { readonly labels?: Readonly<Record<string, string>> };
  readonly subjectAltNames?: readonly string[];
  readonly exportTo?: readonly string[];
}

interface Port {
  readonly number: number;
  readonly name?: string;
  readonly protocol?: string;
  readonly targetPort?: number;
}

const discoveries: Readonly<Record<string, MeshService['discovery']>> = {
  NONE: 'ORIGINAL_DST',
  STATIC: 'EDS',
  DNS: 'STRICT_DNS',
  DNS_ROUND_ROBIN: 'LOGICAL_DNS',
};

function portOf({ number, name = '', protocol = '', targetPort = 0 }: Port): ServicePort {
  const written = protocol.toUpperCase();
  return {
    key: String(number),
    name,
    port: number,
    targetPort: targetPort > 0 ? targetPort : number,
    protocol: protocols[written] ?? 'TCP',
    ...((written === 'HTTPS' || written === 'TLS') && { tls: true }),
  };
}

const protocols: Readonly<Record<string, Protocol>> = {
  HTTP: 'HTTP',
  HTTP2: 'HTTP2',
  GRPC: 'GRPC',
  'GRPC-WEB': 'GRPC',
  UDP: 'UDP',
};

/** Found by DNS and without endpoints, the host itself is what is looked up. */
function listedEndpoints(spec: Spec, hostname: string, namespace: string): WorkloadAddress[] {
  const { endpoints = [], workloadSelector, resolution = '' } = spec;
  const byHost = endpoints.length === 0 && workloadSelector === undefined && resolution.startsWith('DNS');
  return (byHost ? [{ address: hostname }] : endpoints).map((entry) => workloadAddressOf(entry, namespace));
}

/** A block of one address is that address. */
const singleAddress = (address: string): string => address.replace(/\/32$/u, '');

function localNames(hostname: string): MeshService['local'] {
  if (!hostname.endsWith(`.${domainSuffix}`)) return undefined;
  const [name, namespace, ...more] = hostname.slice(0, -domainSuffix.length - 1).split('.');
  const isService = name !== undefined && namespace !== undefined && more.length === 0;
  return isService && !name.startsWith('*') ? { name, namespace } : undefined;
}
