// Routes of the Gateway API, which a learner may write in place of a VirtualService. The mesh says in their status what
// it does not take; here it is said with what there is instead.

import { closest } from '../../closest.ts';
import type { Cause, Diagnosis, Rung } from './diagnosis.ts';
import { hostOf, nameOf, type Scene } from './scene.ts';
import { namespaceOf, type Scope } from './scope.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';
import type {
  Condition,
  HttpRouteObject,
  KubeGateway,
  ObjectReference,
  ParentReference,
} from '../../../sandbox/mesh/gateway-api/resources.ts';

export type Route = HttpRouteObject & AnyObject;

export function gatewayApi({ scene, namespaces }: Scope): Diagnosis | undefined {
  const routes = scene.of('HTTPRoute').filter((route) => namespaces.includes(namespaceOf(route)));
  for (const route of routes as readonly Route[]) {
    const found = unknownParent(scene, route) ?? refused(scene, route) ?? notProgrammed(scene, route);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isGateway = ({ group = 'gateway.networking.k8s.io', kind = 'Gateway' }: ParentReference): boolean =>
  kind === 'Gateway' && group === 'gateway.networking.k8s.io';

const parentsOf = (route: Route): readonly ParentReference[] =>
  (route.spec?.parentRefs ?? []).filter(isGateway);

const gatewayNamed = (
  scene: Scene,
  { name, namespace }: ParentReference,
  own: string,
): KubeGateway | undefined =>
  scene.picture.gatewayApi.gateways.find(
    ({ metadata }) => metadata.name === name && metadata.namespace === (namespace ?? own),
  );

/** Nobody writes a status for it. */
function unknownParent(scene: Scene, route: Route): Diagnosis | undefined {
  const own = namespaceOf(route);
  const absent = parentsOf(route).find((parent) => gatewayNamed(scene, parent, own) === undefined);
  if (absent === undefined) return undefined;
  const { gateways } = scene.picture.gatewayApi;
  const known = gateways.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
  const meant =
    gateways.find(({ metadata }) => metadata.name === absent.name) ??
    gateways.find(({ metadata }) => closest(absent.name, [metadata.name]) !== undefined) ??
    (gateways.length === 1 ? gateways[0] : undefined);
  const has = known.length === 0 ? 'there is none at all' : `there is ${known.join(', ')}`;
  const isIstios = scene.of('Gateway').some(({ metadata }) => metadata.name === absent.name);
  const but = isIstios
    ? `; ${absent.name} is a Gateway of Istio's API, and routes name those of their own`
    : '';
  return diagnosis('valid', 'parent-unknown', {
    text: `${nameOf(route)} names the Gateway ${absent.name} as its parent, and namespace ${absent.namespace ?? own} has no such Gateway of the Gateway API; ${has}${but}.`,
    fix: meant === undefined ? 'make a Gateway of gateway.networking.k8s.io/v1' : parentRef(meant, own),
    evidence: [`parentRefs: ${JSON.stringify(route.spec?.parentRefs)}`],
  });
}

const parentRef = ({ metadata }: KubeGateway, own: string): string =>
  `parentRefs: [{ name: ${metadata.name}${metadata.namespace === own ? '' : `, namespace: ${metadata.namespace ?? ''}`} }]`;

function refused(scene: Scene, route: Route): Diagnosis | undefined {
  for (const { parentRef: parent, conditions = [] } of route.status?.parents ?? []) {
    const condition = conditions.find(
      ({ type, status }) => ['Accepted', 'ResolvedRefs'].includes(type) && status === 'False',
    );
    if (condition !== undefined) return refusal(scene, route, parent, condition);
  }
  return undefined;
}

function refusal(scene: Scene, route: Route, parent: ParentReference, condition: Condition): Diagnosis {
  const evidence = [`${condition.type} False, ${condition.reason}: ${condition.message}`];
  const gateway = gatewayNamed(scene, parent, namespaceOf(route));
  const listeners = gateway?.spec.listeners ?? [];
  const taken = `${nameOf(route)} is not taken by Gateway ${parent.name}`;
  switch (condition.reason) {
    case 'NoMatchingParent': {
      const names = listeners.map(({ name, port }) => `${name} (port ${port})`).join(', ');
      return diagnosis('valid', 'parent-unknown', {
        text: `${taken}: it asks for ${parent.sectionName === undefined ? `port ${parent.port ?? ''}` : `the listener ${parent.sectionName}`}, and the Gateway has ${names}.`,
        fix: `parentRefs: [{ name: ${parent.name}, sectionName: ${listeners[0]?.name ?? ''} }]`,
        evidence,
      });
    }
    case 'NoMatchingListenerHostname': {
      const letIn = listeners.map(({ hostname = 'every host' }) => hostname).join(', ');
      return diagnosis('accepted', 'host-not-at-gateway', {
        text: `${taken}: it is for ${(route.spec?.hostnames ?? []).join(', ')}, and the Gateway lets in ${letIn} only.`,
        fix: `hostnames: ["${letIn.split(', ')[0] ?? ''}"] in ${nameOf(route)}, or another hostname in the listener`,
        evidence,
      });
    }
    case 'NotAllowedByListeners':
      return diagnosis('accepted', 'not-allowed', {
        text: `${taken}: its listeners allow no HTTPRoutes from namespace ${namespaceOf(route)}.`,
        fix: `allowedRoutes: { namespaces: { from: All } } in the listener of Gateway ${parent.name}`,
        evidence,
      });
    case 'BackendNotFound':
    case 'RefNotPermitted':
      return backend(scene, route, condition.reason, evidence);
    default:
      return diagnosis('accepted', 'differs', {
        text: `${taken}: ${condition.message}.`,
        fix: `kubectl -n ${namespaceOf(route)} describe httproute ${route.metadata.name}`,
        evidence,
      });
  }
}

function backend(
  scene: Scene,
  route: Route,
  reason: 'BackendNotFound' | 'RefNotPermitted',
  evidence: readonly string[],
): Diagnosis {
  const own = namespaceOf(route);
  const references = (route.spec?.rules ?? []).flatMap(({ backendRefs = [] }) => backendRefs);
  const services = new Set(scene.of('Service').map(hostOf));
  const isMeant = ({ name, namespace = own }: ObjectReference): boolean =>
    reason === 'RefNotPermitted'
      ? namespace !== own
      : !services.has(`${name}.${namespace}.svc.cluster.local`);
  const { name, namespace = own } = references.find(isMeant) ?? { name: 'its backend' };
  if (reason === 'RefNotPermitted') {
    const spec = `from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: ${own} }], to: [{ group: "", kind: Service }]`;
    return diagnosis('accepted', 'grant-missing', {
      text: `${nameOf(route)} sends to Service ${name} of namespace ${namespace}, and that namespace does not let routes of ${own} in: it has no ReferenceGrant for them.`,
      fix: `a ReferenceGrant in namespace ${namespace} with spec: { ${spec} }`,
      evidence,
    });
  }
  const near = scene.of('Service', namespace).map(({ metadata }) => metadata.name);
  const elsewhere = scene.of('Service').find(({ metadata }) => metadata.name === name);
  const similar = closest(name, near) ?? (near.length === 1 ? near[0] : undefined);
  const fix = similar ?? elsewhere?.metadata.name;
  const inOther = similar === undefined && elsewhere !== undefined;
  return diagnosis('valid', 'host-unknown', {
    text: `${nameOf(route)} sends to Service ${name}, and namespace ${namespace} has no such Service; there is ${near.join(', ') || 'none'}.`,
    fix: `backendRefs: [{ name: ${fix ?? 'the name of a Service'}${inOther ? `, namespace: ${elsewhere.metadata.namespace ?? ''}` : ''} }]`,
    evidence,
  });
}

/** The route is taken by a Gateway that does nothing. */
function notProgrammed(scene: Scene, route: Route): Diagnosis | undefined {
  const own = namespaceOf(route);
  const gateway = parentsOf(route)
    .flatMap((parent) => gatewayNamed(scene, parent, own) ?? [])
    .find(({ status }) => !isTrue(status?.conditions, 'Programmed'));
  if (gateway === undefined) return undefined;
  const { gatewayClassName } = gateway.spec;
  const classes = scene.picture.gatewayApi.classes.map(({ metadata }) => metadata.name);
  const name = `Gateway ${gateway.metadata.name}`;
  if (!classes.includes(gatewayClassName)) {
    return diagnosis('accepted', 'not-programmed', {
      text: `${name} has the class ${gatewayClassName}, and nobody here makes gateways of that class; there is ${classes.join(', ') || 'none'}.`,
      fix: `gatewayClassName: ${classes.find((each) => each === 'istio') ?? classes[0] ?? 'istio'}`,
      evidence: [`gatewayClassName: ${gatewayClassName}`],
    });
  }
  const found = gateway.status?.conditions?.find(({ type }) => type === 'Programmed');
  return diagnosis('accepted', 'not-programmed', {
    text: `${name} is not programmed, so nothing listens for ${nameOf(route)}: ${found?.message ?? 'the mesh has said nothing of it yet'}.`,
    fix: `kubectl -n ${gateway.metadata.namespace ?? ''} describe gateways.gateway.networking.k8s.io ${gateway.metadata.name}`,
    evidence: [
      `listeners: ${gateway.spec.listeners.map(({ port, protocol }) => `${port} ${protocol}`).join(', ')}`,
      ...(found === undefined ? [] : [`Programmed ${found.status}, ${found.reason}: ${found.message}`]),
    ],
  });
}

const isTrue = (conditions: readonly Condition[] = [], wanted: string): boolean =>
  conditions.some(({ type, status }) => type === wanted && status === 'True');

const diagnosis = (
  rung: Rung,
  cause: Cause,
  words: Pick<Diagnosis, 'text' | 'fix' | 'evidence'>,
): Diagnosis => ({ rung, cause, ...words });
