import { domainSuffix } from '../host.ts';
import type { Destination } from '../kube/virtual-service.ts';
import { isGranted } from './grants.ts';
import type { GatewayApiWorld, ObjectReference, Problem } from './resources.ts';

export interface Backend {
  /** Without a host nothing is found there: the share of the requests gets a 500. Undefined: the whole route is invalid. */
  readonly destination: Destination | undefined;
  readonly problem: Problem | undefined;
}

/** Grants are asked for by routes of gateways only. `from` is the route's namespace. */
export function backendOf(
  reference: ObjectReference,
  from: string,
  world: GatewayApiWorld,
  needsGrant: boolean,
): Backend {
  const { group = '', kind = 'Service', name, namespace = from, port } = reference;
  if (
    needsGrant &&
    namespace !== from &&
    !isGranted({ group, kind, name }, { kind: 'HTTPRoute', namespace: from }, namespace, world.grants)
  ) {
    return nowhere(
      'RefNotPermitted',
      `backendRef ${name}/${namespace} not accessible to a HTTPRoute in namespace "${from}" (missing a ReferenceGrant?)`,
    );
  }
  const isHostname = group === 'networking.istio.io' && kind === 'Hostname';
  if (!isHostname && (group !== '' || kind !== 'Service')) {
    return nowhere('InvalidKind', `referencing unsupported backendRef: group "${group}" kind "${kind}"`);
  }
  if (port === undefined) return refused('port is required in backendRef');
  if (isHostname) return { destination: { host: name, port: { number: port } }, problem: undefined };
  if (name.includes('.')) {
    return refused('serviceName invalid; the name of the Service must be used, not the hostname.');
  }
  const host = `${name}.${namespace}.${domainSuffix}`;
  const missing = world.service(namespace, name) === undefined;
  return {
    destination: { host, port: { number: port } },
    problem: missing ? { reason: 'BackendNotFound', message: `backend(${host}) not found` } : undefined,
  };
}

const nowhere = (reason: string, message: string): Backend => ({
  destination: { host: '' },
  problem: { reason, message },
});

const refused = (message: string): Backend => ({
  destination: undefined,
  problem: { reason: 'InvalidDestination', message },
});
