// The older Endpoints object, which `kubectl describe service` and many clients still read.

import type { EndpointAddress, EndpointSubset } from 'kubernetes-types/core/v1.js';
import type { Service } from '../../kube/resources.ts';
import { type Backend, type BackendPort, hostnameOf } from './backends.ts';
import { podReference } from './slices.ts';

/** One subset per combination of ports. Pods on their way out are left out, unless not-ready ones are published. */
export function subsetsOf(service: Service, backends: readonly Backend[]): EndpointSubset[] {
  const publish = service.spec?.publishNotReadyAddresses === true;
  const groups = new Map<string, Group>();
  for (const backend of backends) {
    if (backend.terminating && !publish) continue;
    const key = JSON.stringify(backend.ports);
    const group = groups.get(key) ?? { ports: backend.ports, ready: [], notReady: [] };
    groups.set(key, group);
    (backend.serving ? group.ready : group.notReady).push(addressOf(backend, service));
  }
  return [...groups.values()].map(subsetOf);
}

interface Group {
  readonly ports: readonly BackendPort[];
  readonly ready: EndpointAddress[];
  readonly notReady: EndpointAddress[];
}

// Empty lists are left out on the wire.
function subsetOf({ ports, ready, notReady }: Group): EndpointSubset {
  const subset: EndpointSubset = {};
  if (ready.length > 0) subset.addresses = ready;
  if (notReady.length > 0) subset.notReadyAddresses = notReady;
  if (ports.length > 0) subset.ports = ports.map(withoutEmptyName);
  return subset;
}

function addressOf({ pod, ip }: Backend, service: Service): EndpointAddress {
  const hostname = hostnameOf(pod, service);
  return {
    ip,
    ...(hostname === undefined ? {} : { hostname }),
    ...(pod.spec?.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: podReference(pod),
  };
}

const withoutEmptyName = ({ name, ...port }: BackendPort): Omit<BackendPort, 'name'> & { name?: string } =>
  name === '' ? port : { name, ...port };
