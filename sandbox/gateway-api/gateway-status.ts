import type { Clock } from '../clock/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import { secrets } from '../kube/resources.ts';
import { ignoredAddresses } from '../mesh/gateway-api/addresses.ts';
import type { KnownListener } from '../mesh/gateway-api/listeners.ts';
import { isGranted } from '../mesh/gateway-api/grants.ts';
import type { KubeGateway, ListenerStatus, Problem, ReferenceGrant } from '../mesh/gateway-api/resources.ts';
import type { TranslatedGateway } from '../mesh/gateway-api/translate.ts';
import { assignedAddresses, type AssignedAddresses } from './assigned-addresses.ts';
import { conditions } from './conditions.ts';

/** Addresses stay once they were there, as Istio leaves them. */
export function gatewayStatus(
  { gateway, listeners }: TranslatedGateway,
  grants: readonly ReferenceGrant[],
  cluster: Cluster,
  clock: Clock,
): NonNullable<KubeGateway['status']> {
  const assigned = assignedAddresses(gateway, cluster);
  const ignored = ignoredAddresses(gateway);
  const { generation } = gateway.metadata;
  const findings = [
    {
      type: 'Accepted',
      reason: 'Accepted',
      message: 'Resource accepted',
      problem: ignored.length === 0 ? undefined : unsupportedAddress(ignored),
    },
    {
      type: 'Programmed',
      reason: 'Programmed',
      message: `Resource programmed, assigned to service(s) ${enumeration(assigned.services)}`,
      problem: notProgrammed(assigned),
    },
  ];
  const addresses = assigned.addresses.length > 0 ? assigned.addresses : (gateway.status?.addresses ?? []);
  return {
    ...(addresses.length > 0 && { addresses }),
    conditions: conditions(findings, gateway.status?.conditions, generation, clock),
    listeners: listeners.map(({ known, attachedRoutes }) =>
      listenerStatus(known, attachedRoutes, tlsProblem(gateway, known.listener, grants, cluster), clock),
    ),
  };
}

const unsupportedAddress = (ignored: readonly string[]): Problem => ({
  reason: 'UnsupportedAddress',
  message: `only Hostname is supported, ignoring [${ignored.join(' ')}]`,
});

function notProgrammed({ hostnames, services, warnings, allUsable }: AssignedAddresses): Problem | undefined {
  if (hostnames.length === 0) {
    return { reason: 'UnsupportedAddress', message: 'Failed to assign to any requested addresses' };
  }
  if (warnings.length === 0) return undefined;
  const why = warnings.join('; ');
  return {
    reason: allUsable ? 'AddressNotAssigned' : 'AddressNotUsable',
    message:
      services.length === 0
        ? `Failed to assign to any requested addresses: ${why}`
        : `Assigned to service(s) ${enumeration(services)}, but failed to assign to all requested addresses: ${why}`,
  };
}

function enumeration(items: readonly string[]): string {
  if (items.length < 3) return items.join(' and ');
  return `${items.slice(0, -1).join(', ')}, and ${items.at(-1) ?? ''}`;
}

function listenerStatus(
  { gateway, listener, supportedKinds, kindsKnown }: KnownListener,
  attachedRoutes: number,
  tls: Problem | undefined,
  clock: Clock,
): ListenerStatus {
  const message = 'No errors found';
  const findings = [
    { type: 'Accepted', reason: 'Accepted', message, problem: unsupportedProtocol(listener) },
    { type: 'Conflicted', reason: 'NoConflicts', message, status: 'False' as const },
    {
      type: 'Programmed',
      reason: 'Programmed',
      message,
      problem: tls ? { reason: 'Invalid', message: 'Bad TLS configuration' } : notExecuted(listener),
    },
    {
      type: 'ResolvedRefs',
      reason: 'ResolvedRefs',
      message,
      problem: kindsKnown ? tls : { reason: 'InvalidRouteKinds', message: 'Invalid route kinds' },
    },
  ];
  const old = gateway.status?.listeners?.find(({ name }) => name === listener.name);
  return {
    attachedRoutes,
    conditions: conditions(findings, old?.conditions, gateway.metadata.generation, clock),
    name: listener.name,
    supportedKinds,
  };
}

/** Nothing listens there, with a real Istio either. */
function unsupportedProtocol({ protocol }: KnownListener['listener']): Problem | undefined {
  if (protocol === 'HTTP' || protocol === 'HTTPS') return undefined;
  return { reason: 'UnsupportedProtocol', message: whyUnsupported(protocol) };
}

function whyUnsupported(protocol: string): string {
  if (protocol === 'TCP' || protocol === 'TLS')
    return `protocol "${protocol}" is supported, but only when PILOT_ENABLE_ALPHA_GATEWAY_API=true is configured`;
  if (protocol === 'HBONE') return 'protocol "HBONE" is only supported for waypoint proxies';
  const upper = protocol.toUpperCase();
  const hint = ['HTTP', 'HTTPS', 'TLS', 'TCP', 'HBONE'].includes(upper)
    ? `. hint: "${upper}" (uppercase) may be supported`
    : '';
  return `protocol "${protocol}" is unsupported${hint}`;
}

/** The sandbox's own: with a real Istio such a listener is programmed. */
function notExecuted({ protocol }: KnownListener['listener']): Problem | undefined {
  if (protocol !== 'HTTPS') return undefined;
  const message = `This sandbox does not execute ${protocol} listeners: nothing listens on this port`;
  return { reason: 'Pending', message };
}

function tlsProblem(
  { metadata }: KubeGateway,
  { tls }: KnownListener['listener'],
  grants: readonly ReferenceGrant[],
  cluster: Cluster,
): Problem | undefined {
  if (tls === undefined || tls.mode === 'Passthrough') return undefined;
  const [reference, ...more] = tls.certificateRefs ?? [];
  const reason = 'InvalidCertificateRef';
  if (reference === undefined || more.length > 0) {
    return { reason, message: 'exactly 1 certificateRefs should be present for TLS termination' };
  }
  const { group = '', kind = 'Secret', name, namespace = metadata.namespace ?? '' } = reference;
  if (group !== '' || kind !== 'Secret') {
    return {
      reason,
      message: `invalid certificate reference ${group}/${kind}/${name}, only secret is allowed`,
    };
  }
  if (cluster.get(secrets, namespace, name) === undefined) {
    return {
      reason,
      message: `invalid certificate reference /Secret/${name}, secret ${namespace}/${name} not found`,
    };
  }
  const from = { kind: 'Gateway', namespace: metadata.namespace ?? '' } as const;
  if (namespace === from.namespace || isGranted({ group, kind, name }, from, namespace, grants))
    return undefined;
  return {
    reason: 'RefNotPermitted',
    message: `certificateRef ${name}/${namespace} not accessible to a Gateway in namespace "${from.namespace}" (missing a ReferenceGrant?)`,
  };
}
