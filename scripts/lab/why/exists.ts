// The first rung: what the lab has made is there, and in its place.

import { closest } from '../../closest.ts';
import type { Diagnosis } from './diagnosis.ts';
import { changesOf } from './differences.ts';
import { wayTo, type IntendedObject } from './intended.ts';
import { nameOf, specOf, type Scene, type Terminal } from './scene.ts';
import { namespaceOf, type Scope } from './scope.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

export function exists(scope: Scope): Diagnosis | undefined {
  return strayNamespace(scope) ?? absentNamespace(scope) ?? absentObject(scope);
}

const looked = new Set([
  'Namespace',
  'Service',
  'Deployment',
  'VirtualService',
  'DestinationRule',
  'Gateway',
  'ServiceEntry',
  'Sidecar',
  'HTTPRoute',
]);

/** A command without `-n` goes to the namespace that the kubeconfig names. */
function strayNamespace({ scene }: Scope): Diagnosis | undefined {
  const { terminal } = scene.question;
  const { aim } = scene;
  if (terminal?.namespace === undefined || aim.kind !== 'command' || /\s(?:-n|--namespace)\b/.test(aim.line))
    return undefined;
  return {
    rung: 'exists',
    cause: 'elsewhere',
    text: `The lab's kubeconfig was given the namespace ${terminal.namespace}, so kubectl without -n looks there and not in default, as the lab's commands expect.`,
    fix: `kubectl --kubeconfig ${terminal.own} config set-context --current --namespace=default`,
    evidence: [`kubeconfig: ${terminal.own}`],
  };
}

function absentNamespace({ scene, namespaces }: Scope): Diagnosis | undefined {
  const absent = namespaces.find((name) => scene.namespace(name) === undefined);
  if (absent === undefined) return undefined;
  const own = scene.intended.find(
    ({ object }) => namespaceOf(object) === absent && object.kind === 'Namespace',
  );
  const others = scene.of('Namespace').map(({ metadata }) => metadata.name);
  const similar = closest(absent, others);
  return (
    elsewhere(scene.question.terminal, `Namespace ${absent}`) ?? {
      rung: 'exists',
      cause: 'missing',
      text: `Namespace ${absent} does not exist${similar === undefined ? '' : `, but ${similar} does`}; all of this step happens in it.`,
      fix: own === undefined ? `kubectl create namespace ${absent}` : wayTo(own),
      evidence: [`namespaces: ${others.join(', ')}`, ...terminalLine(scene.question.terminal)],
    }
  );
}

function absentObject({ scene, namespaces }: Scope): Diagnosis | undefined {
  for (const intended of scene.intended) {
    const { object } = intended;
    if (!looked.has(object.kind) || !namespaces.includes(namespaceOf(object))) continue;
    const live = scene.find(object);
    const twin = twinOf(scene, intended, live);
    if (twin !== undefined) return wrongNamespace(scene, intended, twin);
    if (live === undefined && !hasOtherName(scene, object) && !hasOtherApi(scene, object))
      return missing(scene, intended);
  }
  return undefined;
}

/** The same object in another namespace, where the lab has none. */
function twinOf(
  scene: Scene,
  { object, step }: IntendedObject,
  live: AnyObject | undefined,
): AnyObject | undefined {
  const isAsWanted = live !== undefined && changesOf(live, object).length === 0;
  if (isAsWanted || (live !== undefined && step !== scene.question.step) || object.kind === 'Namespace')
    return undefined;
  return scene
    .of(object.kind)
    .find(
      (other) =>
        other.metadata.name === object.metadata.name &&
        namespaceOf(other) !== namespaceOf(object) &&
        scene.wanted(other) === undefined &&
        changesOf(other, object).length === 0,
    );
}

function wrongNamespace(
  scene: Scene,
  { object, command, isAnswer }: IntendedObject,
  twin: AnyObject,
): Diagnosis {
  const [there, here] = [namespaceOf(twin), namespaceOf(object)];
  const kind = object.kind.toLowerCase();
  return {
    rung: 'exists',
    cause: 'wrong-namespace',
    text: `${nameOf(object)} is in namespace ${there}, and the lab's is in ${here}: ${meaningThere(object, there)}.`,
    fix: `kubectl -n ${there} delete ${kind} ${object.metadata.name}${isAnswer ? `, and apply yours with namespace: ${here}` : ` && ${command}`}`,
    evidence: [
      `kubectl get ${kind} -A: ${scene
        .of(object.kind)
        .map((other) => `${namespaceOf(other)}/${other.metadata.name}`)
        .join(', ')}`,
    ],
  };
}

function meaningThere(object: AnyObject, namespace: string): string {
  const { host, hosts = [] } = specOf(object);
  const short = [...hosts, host].find((name) => name !== undefined && !/[.*]/.test(name));
  return short === undefined
    ? 'names without a namespace in it mean others there'
    : `there, its host ${short} means ${short}.${namespace}.svc.cluster.local`;
}

/** A learner may have given it another name: the same kind for the same hosts will do. */
function hasOtherName(scene: Scene, object: AnyObject): boolean {
  const wanted = hostsOf(object);
  return (
    wanted.length > 0 &&
    scene
      .of(object.kind, object.metadata.namespace)
      .some(
        (other) => scene.wanted(other) === undefined && hostsOf(other).some((host) => wanted.includes(host)),
      )
  );
}

/** Or written it with the Gateway API: a route in place of the rule, a Gateway of that API in place of Istio's. */
function hasOtherApi(scene: Scene, { kind, metadata }: AnyObject): boolean {
  if (kind !== 'VirtualService' && kind !== 'Gateway') return false;
  return scene.of('HTTPRoute', metadata.namespace).some((route) => scene.wanted(route) === undefined);
}

function hostsOf(object: AnyObject): readonly string[] {
  if (!['VirtualService', 'DestinationRule'].includes(object.kind)) return [];
  const { host, hosts = [] } = specOf(object);
  return host === undefined ? hosts : [host];
}

function missing(scene: Scene, intended: IntendedObject): Diagnosis {
  const { object } = intended;
  const { terminal } = scene.question;
  const { kind } = object;
  const namespace = namespaceOf(object);
  const others = scene.of(kind, namespace).map(({ metadata }) => metadata.name);
  return (
    elsewhere(terminal, nameOf(object)) ?? {
      rung: 'exists',
      cause: 'missing',
      text: `${nameOf(object)} does not exist in namespace ${namespace}${others.length === 0 ? '' : ` (there is ${others.join(', ')})`}: ${withoutIt[kind] ?? 'the step needs it'}.`,
      fix: wayTo(intended),
      evidence: [
        `kubectl -n ${namespace} get ${kind.toLowerCase()}: ${others.length === 0 ? 'nothing' : others.join(', ')}`,
        ...terminalLine(terminal),
      ],
    }
  );
}

const withoutIt: Readonly<Record<string, string>> = {
  VirtualService: 'without the rule, requests go to any pod of the Service, or nowhere at a gateway',
  DestinationRule: 'without it no subset has a name that rules can send to',
  Gateway: 'without it the ingress gateway listens on no port for these hosts',
  Service: 'without it the name does not resolve',
  Deployment: 'without it there are no pods',
};

/** Says so only where it is certain; whoever has not set KUBECONFIG at all may work here and nowhere else. */
function elsewhere(terminal: Terminal | undefined, what: string): Diagnosis | undefined {
  if (terminal?.kubeconfig === undefined || isOwn(terminal)) return undefined;
  return {
    rung: 'exists',
    cause: 'elsewhere',
    text: `${what} is not in the lab's cluster, and kubectl in this terminal talks to another one: KUBECONFIG is ${terminal.kubeconfig}, and the lab's is ${terminal.own}.`,
    fix: `export KUBECONFIG=${terminal.own}, then repeat the step's commands`,
    evidence: [`KUBECONFIG=${terminal.kubeconfig}`, 'kubectl config current-context shows where it goes'],
  };
}

/** Of several files the first that names a context decides. */
const isOwn = ({ kubeconfig = '', own }: Terminal): boolean => kubeconfig.split(':').find(Boolean) === own;

const terminalLine = (terminal: Terminal | undefined): readonly string[] =>
  terminal === undefined || terminal.kubeconfig !== undefined
    ? []
    : [
        `made in a terminal of your own? KUBECONFIG is not set in this one, so kubectl talks to another cluster: export KUBECONFIG=${terminal.own}`,
      ];
