// The fifth rung: where the proxy sends to, there are pods, and they are ready.

import type { Diagnosis } from './diagnosis.ts';
import type { Hop } from './follow.ts';
import { clusterName } from './reached.ts';
import { hostOf, nameOf, specOf, workloadOf, type Scene } from './scene.ts';
import { namespaceOf, type Scope } from './scope.ts';
import { podProblem } from '../../cluster/pods.ts';
import { resolveHost } from '../../../sandbox/mesh/host.ts';
import { hasLabels, type Labels } from '../../../sandbox/mesh/kube/workload.ts';
import type { Deployment, Pod, Service } from '../../../sandbox/kube/resources.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

export function endpoints(scope: Scope): Diagnosis | undefined {
  const { scene, hops } = scope;
  for (const cluster of [...clustersOf(hops), ...namedSubsets(scene)]) {
    const found = clusterProblem(scene, cluster);
    if (found !== undefined) return found;
  }
  return callerProblem(scope) ?? workloadProblem(scope);
}

interface SentTo {
  readonly name: string;
  readonly subset: string;
  readonly host: string;
}

function clustersOf(hops: readonly Hop[]): readonly SentTo[] {
  const called = hops.flatMap(({ routes, request }) =>
    routes.length === 0 ? [`outbound|||${request.host}`] : routes.flatMap(({ clusters }) => clusters),
  );
  return [...new Set(called)].map((name) => {
    const [, , subset = '', host = ''] = name.split('|');
    return { name, subset, host };
  });
}

/** Of a DestinationRule that a check looks at. */
function namedSubsets(scene: Scene): readonly SentTo[] {
  const { aim } = scene;
  if (aim.kind !== 'resource' || aim.target.kind !== 'DestinationRule') return [];
  const { name, namespace } = aim.target;
  const rules = scene.of('DestinationRule', namespace).filter(({ metadata }) => name === metadata.name);
  return rules.flatMap((rule) => {
    const { host = '', subsets = [] } = specOf(rule);
    const full = resolveHost(host, namespaceOf(rule));
    return subsets.map((subset) => ({
      name: `outbound||${subset.name}|${full}`,
      subset: subset.name,
      host: full,
    }));
  });
}

function clusterProblem(scene: Scene, { name, subset, host }: SentTo): Diagnosis | undefined {
  const service = scene.service(host);
  if (service === undefined) return undefined;
  const pods = scene.podsOf(service);
  if (pods.length === 0) return noPods(scene, service);
  const labels = subsetLabels(scene, host, subset);
  const chosen = pods.filter(({ metadata }) => hasLabels(metadata.labels ?? {}, labels.labels));
  if (chosen.length === 0) return emptySubset(scene, subset, service, labels, pods);
  if (chosen.every((pod) => podProblem(pod) !== undefined)) return notReady(scene, chosen, clusterName(name));
  return wrongTargetPort(service, chosen);
}

interface SubsetLabels {
  readonly rule: AnyObject | undefined;
  readonly labels: Labels;
}

function subsetLabels(scene: Scene, host: string, subset: string): SubsetLabels {
  if (subset === '') return { rule: undefined, labels: {} };
  for (const rule of scene.of('DestinationRule')) {
    const spec = specOf(rule);
    if (resolveHost(spec.host ?? '', namespaceOf(rule)) !== host) continue;
    const found = spec.subsets?.find(({ name }) => name === subset);
    if (found !== undefined) return { rule, labels: found.labels ?? {} };
  }
  return { rule: undefined, labels: {} };
}

/** No pod has what the Service selects: there is no Deployment, it is scaled to nothing, or labels differ. */
function noPods(scene: Scene, service: Service & AnyObject): Diagnosis {
  const namespace = service.metadata.namespace ?? '';
  const selector = service.spec?.selector ?? {};
  const selected = scene
    .of('Deployment', namespace)
    .find(({ spec }) => hasLabels(spec?.template.metadata?.labels ?? {}, selector));
  const wanted = scene.wanted(service)?.object as Service | undefined;
  const base = {
    rung: 'endpoints',
    cause: 'no-pods',
    evidence: [`pods in ${namespace}: ${podLabels(scene.pods(namespace, {})) || 'none'}`],
  } as const;
  if (selected !== undefined) {
    const { name } = selected.metadata;
    const isScaled = selected.spec?.replicas === 0;
    return {
      ...base,
      text: isScaled
        ? `Service ${service.metadata.name} has no pods: Deployment ${name} is scaled to 0.`
        : `Service ${service.metadata.name} has no pods: Deployment ${name} has made none${conditionOf(selected)}.`,
      fix: isScaled
        ? `kubectl -n ${namespace} scale deployment ${name} --replicas=1`
        : `kubectl -n ${namespace} describe deployment ${name}`,
    };
  }
  return {
    ...base,
    text: `Service ${service.metadata.name} selects pods with ${shown(selector)}, and no pod has that.`,
    fix:
      wanted?.spec?.selector === undefined
        ? 'selector: the labels of the pods'
        : `selector: { ${Object.entries(wanted.spec.selector)
            .map(([name, value]) => `${name}: ${value}`)
            .join(', ')} }`,
  };
}

function conditionOf({ status }: Deployment): string {
  const failed = status?.conditions?.find(
    ({ type, status: value }) => type === 'ReplicaFailure' && value === 'True',
  );
  return failed?.message === undefined ? '' : `: ${failed.message}`;
}

const shown = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

const podLabels = (pods: readonly Pod[]): string =>
  pods
    .map(({ metadata: { name, labels = {} } }) => {
      const own = Object.entries(labels).filter(([label]) => ['app', 'version'].includes(label));
      return `${name} (${own.map(([label, value]) => `${label}=${value}`).join(', ')})`;
    })
    .join(', ');

function emptySubset(
  scene: Scene,
  subset: string,
  service: Service,
  { rule, labels }: SubsetLabels,
  pods: readonly Pod[],
): Diagnosis {
  const missing = (name: string): boolean =>
    pods.every(({ metadata }) => metadata.labels?.[name] !== labels[name]);
  const label = Object.keys(labels).find(missing) ?? '';
  const lab = rule === undefined ? undefined : scene.wanted(rule)?.object;
  const asked =
    lab === undefined ? undefined : specOf(lab).subsets?.find(({ name }) => name === subset)?.labels;
  const there = [...new Set(pods.flatMap((pod) => pod.metadata.labels?.[label] ?? []))];
  return {
    rung: 'endpoints',
    cause: 'no-pods',
    text: `Subset ${subset} of ${rule === undefined ? service.metadata.name : nameOf(rule)} stands for pods with ${shown(labels)}, and no pod of Service ${service.metadata.name} has that${there.length === 0 ? '' : `; there are pods with ${there.map((value) => `${label}=${value}`).join(' and ')}`}.`,
    fix: `labels: { ${label}: ${asked?.[label] ?? there[0] ?? 'the label of the pods'} } for subset ${subset}, or deploy pods with ${shown(labels)}`,
    evidence: [`pods of Service ${service.metadata.name}: ${podLabels(pods)}`],
  };
}

function notReady(scene: Scene, pods: readonly Pod[], what: string): Diagnosis {
  const [pod] = pods;
  const warning = pod === undefined ? undefined : lastWarning(scene, pod);
  const stated = pod === undefined ? undefined : podProblem(pod);
  // "Not ready" says nothing; the event beside it does.
  const problem =
    stated?.endsWith('is not ready') === true && warning !== undefined ? `${stated}, ${warning}` : stated;
  const { name = '', namespace = '' } = pod?.metadata ?? {};
  const image = /image|pull/i.test(problem ?? '');
  const deployment = pod === undefined ? '' : workloadOf(pod);
  return {
    rung: 'endpoints',
    cause: 'not-ready',
    text: `No pod of ${what} is ready: pod ${name}: ${problem ?? 'unknown'}.`,
    fix: image
      ? `correct the image: kubectl -n ${namespace} get deployment ${deployment} -o jsonpath='{.spec.template.spec.containers[*].image}'`
      : `kubectl -n ${namespace} describe pod ${name}`,
    evidence: pods.map((each) => `${each.metadata.name}: ${podProblem(each) ?? 'ready'}`),
  };
}

function lastWarning(scene: Scene, { metadata }: Pod): string | undefined {
  const events = scene.of('Event', metadata.namespace ?? '') as readonly (AnyObject & {
    readonly type?: string;
    readonly message?: string;
    readonly involvedObject?: { readonly kind?: string; readonly name?: string };
  })[];
  return events.findLast(
    ({ type, involvedObject }) => type === 'Warning' && involvedObject?.name === metadata.name,
  )?.message;
}

/** Kubernetes lets a Service point to a port on which nobody listens. */
function wrongTargetPort(service: Service, pods: readonly Pod[]): Diagnosis | undefined {
  const declared = pods
    .flatMap(({ spec }) => spec?.containers ?? [])
    .filter(({ name }) => name !== 'istio-proxy')
    .flatMap(({ ports = [] }) => ports);
  if (declared.length === 0) return undefined;
  for (const { port, targetPort = port } of service.spec?.ports ?? []) {
    const isDeclared = declared.some(
      ({ name, containerPort }) => targetPort === containerPort || targetPort === name,
    );
    if (isDeclared) continue;
    const open = declared.map(({ containerPort }) => containerPort);
    return {
      rung: 'endpoints',
      cause: 'port-closed',
      text: `Service ${service.metadata.name} sends to port ${String(targetPort)} of its pods, and they listen on ${open.join(', ')}.`,
      fix: `targetPort: ${open[0] ?? ''}`,
      evidence: [`${hostOf(service)}: port ${port} → targetPort ${String(targetPort)}`],
    };
  }
  return undefined;
}

/** The pods that call, or whose objects are looked at. */
function callerProblem({ scene, hops }: Scope): Diagnosis | undefined {
  const hop = hops.find(({ pods }) => pods.every((pod) => podProblem(pod) !== undefined));
  if (hop === undefined || hop.caller === '') return undefined;
  if (hop.pods.length > 0) return notReady(scene, hop.pods, hop.caller);
  const deployment = scene.deployment(hop.namespace, hop.caller);
  return deployment === undefined ? undefined : deploymentProblem(scene, deployment);
}

/** Deployments of the lab that are not as many as they should be. */
function workloadProblem({ scene, namespaces }: Scope): Diagnosis | undefined {
  for (const { object } of scene.intended) {
    if (object.kind !== 'Deployment' || !namespaces.includes(namespaceOf(object))) continue;
    const deployment = scene.deployment(namespaceOf(object), object.metadata.name);
    const found = deployment === undefined ? undefined : deploymentProblem(scene, deployment);
    if (found !== undefined) return found;
  }
  return undefined;
}

function deploymentProblem(scene: Scene, deployment: Deployment & AnyObject): Diagnosis | undefined {
  const { name, namespace = '' } = deployment.metadata;
  const pods = scene.podsOfDeployment(namespace, name);
  const broken = pods.filter((pod) => podProblem(pod) !== undefined);
  if (broken.length > 0) return notReady(scene, broken, name);
  if (pods.length > 0) return undefined;
  const isScaled = deployment.spec?.replicas === 0;
  return {
    rung: 'endpoints',
    cause: 'no-pods',
    text: isScaled
      ? `Deployment ${name} is scaled to 0, so there are no pods.`
      : `Deployment ${name} has made no pod${conditionOf(deployment)}.`,
    fix: isScaled
      ? `kubectl -n ${namespace} scale deployment ${name} --replicas=1`
      : `kubectl -n ${namespace} describe deployment ${name}`,
    evidence: [`Deployment ${name}: ${deployment.spec?.replicas ?? 1} wanted, ${pods.length} pods`],
  };
}
