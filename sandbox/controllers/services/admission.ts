// What a Service gets from the cluster when it is written: its ClusterIP and its NodePorts.

import type { ServicePort, ServiceSpec } from 'kubernetes-types/core/v1.js';
import type { AdmissionPlugin } from '../../api/extension.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { NewObject } from '../../kube/object.ts';
import type { Service } from '../../kube/resources.ts';
import { StatusError } from '../../kube/status-error.ts';
import { freeIp, ipObjection } from './service-ips.ts';
import { freeNodePort, nodePortKey, nodePortObjection, takenNodePorts } from './node-ports.ts';

/** Allocates addresses and ports, carries them over updates that leave them out, and refuses what can't be had. */
export function serviceAdmission(cluster: Cluster): AdmissionPlugin {
  return {
    name: 'service-allocation',
    mutate({ type, object, old }) {
      if (type.group !== '' || type.resource !== 'services' || object === undefined) return;
      const service = object as NewObject & { spec?: ServiceSpec };
      if (service.spec === undefined) return;
      const before = (old as unknown as Service | undefined)?.spec;
      if (before !== undefined) carryOver(service.spec, before);
      const owner: Owner = {
        cluster,
        name: service.metadata.name ?? '',
        key: `${service.metadata.namespace ?? ''}/${service.metadata.name ?? ''}`,
      };
      assignIp(owner, service.spec, before);
      if (hasNodePorts(service.spec)) assignNodePorts(owner, service.spec);
      else if (before !== undefined && hasNodePorts(before)) dropNodePorts(service.spec, before);
    },
  };
}

interface Owner {
  readonly cluster: Cluster;
  readonly name: string;
  readonly key: string;
}

const hasIp = ({ type = 'ClusterIP' }: ServiceSpec): boolean => type !== 'ExternalName';
const hasNodePorts = ({ type, allocateLoadBalancerNodePorts = true }: ServiceSpec): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts);

/** `kubectl replace` of a manifest need not repeat what the cluster chose (patchAllocatedValues). */
function carryOver(spec: ServiceSpec, before: ServiceSpec): void {
  if (hasIp(spec) && hasIp(before)) {
    if ((spec.clusterIP ?? '') === '' && before.clusterIP !== undefined && spec.clusterIPs === undefined) {
      spec.clusterIP = before.clusterIP;
      if (before.clusterIPs !== undefined) spec.clusterIPs = [...before.clusterIPs];
    }
  }
  if (!hasNodePorts(spec) || !hasNodePorts(before)) return;
  const known = new Map((before.ports ?? []).map((port) => [portKey(port), port.nodePort]));
  const asked = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort));
  for (const port of spec.ports ?? []) {
    const nodePort = known.get(portKey(port));
    if (port.nodePort === undefined && nodePort !== undefined && !asked.has(nodePort))
      port.nodePort = nodePort;
  }
}

const portKey = ({ port, protocol = 'TCP' }: ServicePort): string => `${port}/${protocol}`;

function assignIp({ cluster, name, key }: Owner, spec: ServiceSpec, before: ServiceSpec | undefined): void {
  if (!hasIp(spec)) {
    if (before !== undefined && hasIp(before)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    return;
  }
  const asked = spec.clusterIP ?? spec.clusterIPs?.[0] ?? '';
  const kept = before !== undefined && hasIp(before) ? (before.clusterIP ?? '') : '';
  if (kept !== '' && asked !== kept) {
    throw invalid(name, 'spec.clusterIPs[0]', goStrings([asked]), 'may not change once set');
  }
  const ip = asked === '' ? freeIp(cluster, key) : asked;
  if (ip === undefined) {
    throw new StatusError('InternalError', `failed to allocate a serviceIP: range is full`);
  }
  const objection = ip === 'None' || ip === kept ? undefined : ipObjection(cluster, ip, key);
  if (objection !== undefined) throw invalid(name, 'spec.clusterIPs', goStrings([ip]), objection);
  spec.clusterIP = ip;
  spec.clusterIPs = [ip];
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
  spec.internalTrafficPolicy ??= 'Cluster';
}

function assignNodePorts({ cluster, name, key }: Owner, spec: ServiceSpec): void {
  const taken = takenNodePorts(cluster, key);
  const ports = spec.ports ?? [];
  for (const [index, { nodePort, protocol = 'TCP' }] of ports.entries()) {
    if (nodePort === undefined || nodePort === 0) continue;
    const objection = nodePortObjection(taken, { port: nodePort, protocol });
    if (objection !== undefined) {
      throw invalid(name, `spec.ports[${index}].nodePort`, String(nodePort), objection);
    }
    taken.add(nodePortKey({ port: nodePort, protocol }));
  }
  for (const port of ports) {
    if (port.nodePort !== undefined && port.nodePort !== 0) continue;
    const { protocol = 'TCP' } = port;
    const free = freeNodePort(taken, protocol);
    if (free === undefined) {
      throw new StatusError('InternalError', 'failed to allocate a nodePort: range is full');
    }
    port.nodePort = free;
    taken.add(nodePortKey({ port: free, protocol }));
  }
  spec.externalTrafficPolicy ??= 'Cluster';
}

/** A change of type gives the ports back; a port the client chose in the same write stays, and is refused as a mistake. */
function dropNodePorts(spec: ServiceSpec, before: ServiceSpec): void {
  const known = new Set((before.ports ?? []).map(({ nodePort }) => nodePort));
  for (const port of spec.ports ?? []) if (known.has(port.nodePort)) delete port.nodePort;
  if (spec.externalTrafficPolicy === before.externalTrafficPolicy) delete spec.externalTrafficPolicy;
}

const goStrings = (values: readonly string[]): string =>
  `[]string{${values.map((value) => JSON.stringify(value)).join(', ')}}`;

function invalid(name: string, field: string, value: string, why: string): StatusError {
  const message = `Invalid value: ${value}: ${why}`;
  return new StatusError('Invalid', `Service "${name}" is invalid: ${field}: ${message}`, {
    name,
    kind: 'Service',
    causes: [{ reason: 'FieldValueInvalid', message, field }],
  });
}
