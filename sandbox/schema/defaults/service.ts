// Kubernetes' defaults of services, and what an update takes over from the object it replaces
// (pkg/apis/core/v1/defaults.go, pkg/registry/core/service). Addresses and node ports are allocated elsewhere.

import type { ServicePort, ServiceSpec } from 'kubernetes-types/core/v1.js';
import type { AnyObject, NewObject } from '../../kube/object.ts';
import type { Service } from '../../kube/resources.ts';

/** In place. */
export function defaultService(object: NewObject, old: AnyObject | undefined): void {
  const spec = (object['spec'] ??= {}) as ServiceSpec;
  spec.type ??= 'ClusterIP';
  spec.sessionAffinity ??= 'None';
  if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig = {
      clientIP: { timeoutSeconds: 10_800, ...spec.sessionAffinityConfig?.clientIP },
    };
  }
  for (const port of spec.ports ?? []) {
    port.protocol ??= 'TCP';
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '')
      port.targetPort = port.port;
  }
  const before = (old as unknown as Service | undefined)?.spec;
  if (before !== undefined) takeOver(spec, before);
  defaultTraffic(spec);
  if (old === undefined) object['status'] ??= { loadBalancer: {} };
}

function defaultTraffic(spec: ServiceSpec): void {
  if (spec.type === 'ExternalName') return;
  spec.internalTrafficPolicy ??= 'Cluster';
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
  if (hasNodePorts(spec) || (spec.externalIPs ?? []).length > 0) spec.externalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
  if (spec.clusterIP !== undefined && spec.clusterIP !== '') spec.clusterIPs ??= [spec.clusterIP];
  else if (spec.clusterIPs?.[0] !== undefined) spec.clusterIP = spec.clusterIPs[0];
}

/** A client that leaves out what was allocated keeps it, as long as the type still wants it. */
function takeOver(spec: ServiceSpec, before: ServiceSpec): void {
  if (spec.type === 'ExternalName') {
    dropUnchanged(spec, before, [
      'clusterIP',
      'clusterIPs',
      'ipFamilies',
      'ipFamilyPolicy',
      'internalTrafficPolicy',
    ]);
  } else if (before.type !== 'ExternalName') {
    if (spec.clusterIP === undefined || spec.clusterIP === '')
      keep(spec, before, ['clusterIP', 'clusterIPs']);
    keep(spec, before, ['ipFamilies', 'ipFamilyPolicy']);
  }
  if (hasNodePorts(spec)) {
    if (hasNodePorts(before)) keepNodePorts(spec, before);
    return;
  }
  dropUnchanged(spec, before, [
    'externalTrafficPolicy',
    'healthCheckNodePort',
    'allocateLoadBalancerNodePorts',
  ]);
  for (const port of spec.ports ?? []) {
    if (port.nodePort !== undefined && samePort(before, port)?.nodePort === port.nodePort)
      delete port.nodePort;
  }
}

function keepNodePorts(spec: ServiceSpec, before: ServiceSpec): void {
  for (const port of spec.ports ?? []) {
    const found = samePort(before, port)?.nodePort;
    if ((port.nodePort ?? 0) === 0 && found !== undefined) port.nodePort = found;
  }
}

const samePort = ({ ports = [] }: ServiceSpec, { port, protocol }: ServicePort): ServicePort | undefined =>
  ports.find((other) => other.port === port && other.protocol === protocol);

const hasNodePorts = ({ type }: ServiceSpec): boolean => type === 'NodePort' || type === 'LoadBalancer';

function keep(spec: ServiceSpec, before: ServiceSpec, names: readonly (keyof ServiceSpec)[]): void {
  for (const name of names) {
    if (spec[name] === undefined && before[name] !== undefined) {
      Object.assign(spec, { [name]: structuredClone(before[name]) });
    }
  }
}

function dropUnchanged(spec: ServiceSpec, before: ServiceSpec, names: readonly (keyof ServiceSpec)[]): void {
  for (const name of names) {
    if (JSON.stringify(spec[name]) === JSON.stringify(before[name])) delete spec[name];
  }
}
