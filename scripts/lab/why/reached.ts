// The fourth rung: the rule is in the proxy of whoever calls. The pod has a proxy, the rule is meant for it, no other
// rule stands before it, and it has come.

import { closest } from '../../closest.ts';
import { findRoute, type FoundRoute } from '../checks/route-config.ts';
import { expectedConfig } from './expected-config.ts';
import { clustersOf, type Hop } from './follow.ts';
import type { Diagnosis } from './diagnosis.ts';
import { hasProxy } from '../../cluster/containers.ts';
import { nameOf, workloadOf, type Scene } from './scene.ts';
import { namespaceOf, type Scope } from './scope.ts';
import {
  virtualServiceOf,
  type HttpMatch,
  type HttpRoute,
} from '../../../sandbox/mesh/kube/virtual-service.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

export function reached(scope: Scope): Diagnosis | undefined {
  return noLabel(scope) ?? noSidecar(scope) ?? notForMesh(scope) ?? shadowedRule(scope) ?? notYet(scope);
}

const label = 'istio-injection';

/** A namespace that the lab has brought into the mesh, and that does not ask for sidecars. */
function noLabel({ scene, namespaces }: Scope): Diagnosis | undefined {
  for (const name of injectedNamespaces(scene, namespaces)) {
    const labels = scene.namespace(name)?.metadata.labels ?? {};
    if (labels[label] === 'enabled') continue;
    const typed = closest(label, Object.keys(labels));
    const has =
      labels[label] !== undefined
        ? `its label ${label} is ${labels[label]}, not enabled`
        : `it has no label ${label}${typed === undefined ? '' : `, but one called ${typed}`}`;
    return {
      rung: 'reached',
      cause: 'no-sidecar',
      text: `Namespace ${name} does not ask for sidecars: ${has}. Its pods get no proxy, and what has no proxy follows no rule.`,
      fix: `kubectl label namespace ${name} ${label}=enabled --overwrite && kubectl -n ${name} rollout restart deployment`,
      evidence: [`labels of ${name}: ${shownLabels(labels)}`],
    };
  }
  return undefined;
}

const injectedNamespaces = (scene: Scene, namespaces: readonly string[]): readonly string[] =>
  namespaces.filter((name) =>
    scene.intended.some(
      ({ object }) =>
        object.kind === 'Namespace' &&
        object.metadata.name === name &&
        object.metadata.labels?.[label] === 'enabled',
    ),
  );

const shownLabels = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

function noSidecar({ scene, namespaces }: Scope): Diagnosis | undefined {
  const pod = injectedNamespaces(scene, namespaces)
    .flatMap((namespace) => scene.pods(namespace, {}))
    .find((each) => !hasProxy(each));
  if (pod === undefined) return undefined;
  const { name, namespace = '', labels = {}, annotations = {} } = pod.metadata;
  const refuses = [labels, annotations].some((each) => each['sidecar.istio.io/inject'] === 'false');
  const containers = (pod.spec?.containers ?? []).map((container) => container.name);
  const base = {
    rung: 'reached',
    cause: 'no-sidecar',
    evidence: [`containers of pod ${name}: ${containers.join(', ')}`],
  } as const;
  return refuses
    ? {
        ...base,
        text: `Pod ${name} has no sidecar: sidecar.istio.io/inject is "false" on it.`,
        fix: `remove sidecar.istio.io/inject from the template of Deployment ${workloadOf(pod)}`,
      }
    : {
        ...base,
        text: `Pod ${name} has no sidecar: it is older than the label of its namespace, and a proxy is added when a pod is created, never later.`,
        fix: `kubectl -n ${namespace} rollout restart deployment ${workloadOf(pod)}`,
      };
}

function notForMesh({ scene, namespaces }: Scope): Diagnosis | undefined {
  for (const { object, lab } of pairs(scene, namespaces)) {
    const { gateways } = virtualServiceOf(object);
    if (!virtualServiceOf(lab).gateways.includes('mesh') || gateways.includes('mesh')) continue;
    return {
      rung: 'reached',
      cause: 'not-for-caller',
      text: `${nameOf(object)} is for ${gateways.join(', ')} only. A rule that names gateways is not used by sidecars unless mesh is among them.`,
      fix: 'remove gateways, or add mesh to it',
      evidence: [`gateways: ${gateways.join(', ')}`],
    };
  }
  return undefined;
}

/** VirtualServices of the cluster beside the lab's version. */
function pairs(
  scene: Scene,
  namespaces: readonly string[],
): readonly { readonly object: AnyObject; readonly lab: AnyObject }[] {
  return scene
    .of('VirtualService')
    .filter((object) => namespaces.includes(namespaceOf(object)))
    .flatMap((object) => {
      const lab = scene.wanted(object)?.object;
      return lab === undefined ? [] : [{ object, lab }];
    });
}

/** Within one VirtualService the first rule that fits is taken. */
function shadowedRule({ scene, namespaces }: Scope): Diagnosis | undefined {
  for (const object of scene.of('VirtualService')) {
    if (!namespaces.includes(namespaceOf(object))) continue;
    const { http } = virtualServiceOf(object);
    const found = shadowIn(http);
    const lab = scene.wanted(object);
    if (
      found === undefined ||
      (lab !== undefined && shadowIn(virtualServiceOf(lab.object).http) !== undefined)
    )
      continue;
    const [first, hidden] = [ruleName(http, found.first), ruleName(http, found.hidden)];
    const takes =
      http[found.first]?.match === undefined ? 'has no match, so it fits every request' : found.why;
    return {
      rung: 'reached',
      cause: 'shadowed',
      text: `In ${nameOf(object)} ${hidden} is never reached: ${first} stands above it and ${takes}. Rules are tried from top to bottom, and the first that fits is taken.`,
      fix: `move ${hidden} above ${first} in spec.http`,
      evidence: http.map((_, index) => `${index + 1}. ${ruleName(http, index)}: ${matchText(http[index])}`),
    };
  }
  return undefined;
}

const ruleName = (http: readonly HttpRoute[], index: number): string => {
  const name = http[index]?.name;
  return name === undefined ? `rule ${index + 1}` : `the rule ${name}`;
};

const matchText = (route: HttpRoute | undefined): string =>
  route?.match === undefined ? 'every request' : JSON.stringify(route.match);

function shadowIn(
  http: readonly HttpRoute[],
): { readonly first: number; readonly hidden: number; readonly why: string } | undefined {
  for (const [hidden, { match: wanted }] of http.entries()) {
    for (const [first, { match }] of http.slice(0, hidden).entries()) {
      const covering = (match ?? [{}]).find((each) => (wanted ?? [{}]).every((other) => covers(each, other)));
      if (covering !== undefined) {
        const prefix = covering.uri?.prefix;
        const why =
          prefix === undefined ? 'fits every request' : `takes every path that begins with ${prefix}`;
        return { first, hidden, why };
      }
    }
  }
  return undefined;
}

/** Whether whatever fits `other` fits `match` too; only path prefixes are compared. */
function covers(match: HttpMatch, other: HttpMatch): boolean {
  const { uri, name: _name, ...rest } = match;
  if (Object.keys(rest).length > 0) return false;
  if (uri === undefined) return true;
  if (uri.prefix === '/') return true;
  const path = other.uri?.exact ?? other.uri?.prefix;
  return uri.prefix !== undefined && path?.startsWith(uri.prefix) === true;
}

/** The cluster has a rule, and the proxy still does something else. */
function notYet({ scene, hops }: Scope): Diagnosis | undefined {
  const hasRoutes = scene.of('HTTPRoute').length > 0;
  const expected = expectedConfig(scene.picture.objects);
  for (const hop of hops.filter(({ isRouter }) => !isRouter || !hasRoutes)) {
    for (const { proxy, found } of hop.routes) {
      const setsRetries = hasRetries(scene, hop);
      const due = summary(findRoute(expected(proxy), hop.request), setsRetries);
      const has = summary(found, setsRetries);
      if (due === has) continue;
      return behind(scene, hop, proxy.pod.metadata.name, has, due);
    }
  }
  return undefined;
}

/** What a proxy tries again by default differs from version to version. */
const hasRetries = (scene: Scene, { request }: Hop): boolean =>
  scene
    .of('VirtualService')
    .map(virtualServiceOf)
    .some(
      ({ hosts, http }) => hosts.includes(request.host) && http.some(({ retries }) => retries !== undefined),
    );

function behind(scene: Scene, hop: Hop, pod: string, has: string, due: string): Diagnosis {
  const rule = scene
    .of('VirtualService')
    .find((object) => virtualServiceOf(object).hosts.includes(hop.request.host));
  const what = rule === undefined ? 'what the cluster has' : nameOf(rule);
  return {
    rung: 'reached',
    cause: 'not-yet',
    text: `${what} has not come to the proxy of ${hop.caller} yet: for ${hop.request.host} it still has ${has}, and is due to have ${due}.`,
    fix: 'look again in a moment; if it stays so: kubectl -n istio-system logs deploy/istiod',
    evidence: [`pod ${pod}: ${has}`, `by the objects of the cluster: ${due}`],
  };
}

/** What decides about a request, in words; timeouts and retries as Envoy writes them. */
function summary(found: FoundRoute, withRetries: boolean): string {
  if (!('route' in found)) return 'no route';
  const { route, redirect, direct_response: direct } = found.route;
  if (redirect !== undefined) return 'a redirect';
  if (direct !== undefined) return `an answer of its own, ${direct.status ?? ''}`;
  const weights = route?.weighted_clusters?.clusters.map(
    ({ name, weight = 0 }) => `${weight} to ${clusterName(name)}`,
  );
  const to = weights?.toSorted().join(', ') ?? clustersOf(found.route).map(clusterName).join(', ');
  if (!withRetries) return to;
  const retries = route?.retry_policy;
  const retried =
    retries === undefined ? 'no retries' : `${retries.num_retries ?? 1} retries on ${retries.retry_on ?? ''}`;
  return `${to} with ${retried}`;
}

/** `outbound|80|version-v1|catalog.shop.svc.cluster.local` → `version-v1 of catalog`. */
export function clusterName(cluster: string): string {
  const [, , subset = '', host = cluster] = cluster.split('|');
  const service = host.split('.')[0] ?? host;
  return subset === '' ? service : `${subset} of ${service}`;
}
