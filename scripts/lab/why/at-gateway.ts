// Requests from outside: is the gateway's port open, and does a rule hold there for the request's host?

import type { Diagnosis } from './diagnosis.ts';
import { nameOf, type Scene } from './scene.ts';
import { namespaceOf, type Scope } from './scope.ts';
import { intersection, isSubsetOf } from '../../../sandbox/mesh/host.ts';
import { gatewayOf, type Gateway, type GatewayServer } from '../../../sandbox/mesh/kube/gateway.ts';
import type { Pod } from '../../../sandbox/kube/resources.ts';
import { hasLabels, type Labels } from '../../../sandbox/mesh/kube/workload.ts';
import { virtualServiceOf } from '../../../sandbox/mesh/kube/virtual-service.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

export function atGateway(scope: Scope): Diagnosis | undefined {
  const hop = scope.hops.find(({ isRouter }) => isRouter);
  const [pod] = hop?.pods ?? [];
  if (hop === undefined || pod === undefined) return undefined;
  const ingress = ingressOf(scope.scene, pod.metadata);
  return closedPort(scope, ingress) ?? hostNotServed(scope, ingress, hop.request.host);
}

/** The ingress gateway: its pods' labels, and the ports of its Service with where they lead to. */
interface Ingress {
  readonly labels: Labels;
  readonly targets: ReadonlyMap<number, number>;
}

function ingressOf(scene: Scene, { namespace = '', labels = {} }: Pod['metadata']): Ingress {
  const service = scene
    .of('Service', namespace)
    .find(({ spec }) => spec?.selector !== undefined && hasLabels(labels, spec.selector));
  const ports = service?.spec?.ports ?? [];
  return {
    labels,
    targets: new Map(ports.map(({ port, targetPort }) => [port, Number(targetPort ?? port)])),
  };
}

const opens = (gateway: Gateway, ingress: Ingress): boolean =>
  hasLabels(ingress.labels, gateway.selector) &&
  gateway.servers.some((server) => isHttpDoor(server, ingress));

/** localhost leads to the port 80 of the Service. A port that the Service does not have is opened as it is written. */
function isHttpDoor({ port: { number, protocol } }: GatewayServer, { targets }: Ingress): boolean {
  const leadsTo = (port: number): number => targets.get(port) ?? port;
  return leadsTo(number) === leadsTo(80) && ['HTTP', 'HTTP2', 'GRPC'].includes(protocol.toUpperCase());
}

/** A Gateway that opens nothing where localhost leads to, though the lab's does, or no other does. */
function closedPort({ scene, namespaces }: Scope, ingress: Ingress): Diagnosis | undefined {
  const all = scene.of('Gateway').map((object) => ({ object, gateway: gatewayOf(object) }));
  const isAllClosed = !all.some(({ gateway }) => opens(gateway, ingress));
  const own = all.find(({ object, gateway }) => {
    const lab = scene.wanted(object);
    const isExpected = lab === undefined ? isAllClosed : opens(gatewayOf(lab.object), ingress);
    return namespaces.includes(namespaceOf(object)) && !opens(gateway, ingress) && isExpected;
  });
  if (own === undefined) return undefined;
  const { object, gateway } = own;
  const base = { rung: 'accepted', cause: 'port-closed', evidence: gatewayLines(scene) } as const;
  const { labels } = ingress;
  if (hasLabels(labels, gateway.selector)) {
    const [server] = gateway.servers;
    return {
      ...base,
      text: `${nameOf(object)} opens port ${server?.port.number ?? 'none'} (${server?.port.protocol ?? 'no protocol'}) of the ingress gateway, and localhost leads to its port 80, for HTTP.`,
      fix: 'port: { number: 80, name: http, protocol: HTTP }',
    };
  }
  const lab = scene.wanted(object);
  const wanted = lab === undefined ? { istio: labels['istio'] ?? '' } : gatewayOf(lab.object).selector;
  const theirs = Object.fromEntries(Object.keys(wanted).map((name) => [name, labels[name] ?? '']));
  return {
    ...base,
    text: `${nameOf(object)} opens no port of the ingress gateway: it selects pods with ${shownLabels(gateway.selector)}, and the gateway's have ${shownLabels(theirs)}.`,
    fix: `selector: { ${shownLabels(wanted, ': ')} }`,
  };
}

const shownLabels = (labels: Labels, sign = '='): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}${sign}${value}`)
    .join(', ');

const gatewayLines = (scene: Scene): readonly string[] =>
  scene.of('Gateway').map((object) => {
    const { key, selector, servers } = gatewayOf(object);
    const doors = servers.map(
      ({ port, hosts }) => `port ${port.number} ${port.protocol} for ${hosts.join(' ')}`,
    );
    return `Gateway ${key}: selector ${shownLabels(selector)}; ${doors.join('; ')}`;
  });

/** Hosts of a rule and of its gateways, as far as they agree. */
interface Served {
  readonly rule: readonly string[];
  readonly gateway: readonly string[];
  readonly gateways: readonly string[];
}

function servedBy(object: AnyObject, world: readonly AnyObject[], ingress: Ingress): Served {
  const { hosts, gateways } = virtualServiceOf(object);
  const doors = world
    .filter(({ kind }) => kind === 'Gateway')
    .map(gatewayOf)
    .filter((gateway) => gateways.includes(gateway.key) && opens(gateway, ingress));
  const served = doors.flatMap(({ servers }) => servers.flatMap((server) => server.hosts));
  return {
    rule: hosts,
    gateway: served.map((host) => host.replace(/^.*\//u, '')),
    gateways: doors.map(({ name }) => name),
  };
}

const covers = ({ rule, gateway }: Served, host: string): boolean =>
  intersection(rule, gateway).some((each) => isSubsetOf(host, each));

/** A rule that would hold for the request if its hosts, or those of its gateway, were what the lab has. */
function hostNotServed(
  { scene, namespaces, wanted }: Scope,
  ingress: Ingress,
  host: string,
): Diagnosis | undefined {
  for (const object of scene.of('VirtualService')) {
    if (!namespaces.includes(namespaceOf(object))) continue;
    const lab = scene.wanted(object)?.object;
    const now = servedBy(object, scene.picture.objects, ingress);
    const asked = lab === undefined ? undefined : servedBy(lab, wanted, ingress);
    const should =
      asked === undefined
        ? now.gateways.length > 0 && scene.of('VirtualService').length === 1
        : covers(asked, host);
    if (!should || covers(now, host)) continue;
    return hostDiagnosis(scene, object, host, now, asked);
  }
  return undefined;
}

function hostDiagnosis(
  scene: Scene,
  object: AnyObject,
  host: string,
  now: Served,
  asked: Served | undefined,
): Diagnosis {
  const gateway = now.gateways[0] ?? '';
  const base = {
    rung: 'accepted',
    cause: 'host-not-at-gateway',
    evidence: [`${nameOf(object)}: hosts ${now.rule.join(', ')}`, ...gatewayLines(scene)],
  } as const;
  if (now.gateway.some((each) => isSubsetOf(host, each))) {
    const isLetIn = intersection(now.rule, now.gateway).length > 0;
    const but = isLetIn ? '' : `, which Gateway ${gateway} does not let in`;
    return {
      ...base,
      text: `${nameOf(object)} is for the host ${now.rule.join(', ')}${but}, and the request has the host ${host}: this rule is not for it.`,
      fix: `hosts: [${(asked?.rule ?? [host]).map(quoted).join(', ')}] in ${nameOf(object)}`,
    };
  }
  return {
    ...base,
    text: `Gateway ${gateway} lets in requests for ${now.gateway.join(', ') || 'no host'} only, and this one has the host ${host}; ${nameOf(object)} is for ${now.rule.join(', ')}.`,
    fix: `hosts: [${(asked?.gateway ?? [host]).map(quoted).join(', ')}] in Gateway ${gateway}`,
  };
}

const quoted = (host: string): string => (host.startsWith('*') ? `'${host}'` : host);
