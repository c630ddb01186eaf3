// The second rung: what the objects name exists. istioctl's analysis finds most of it; what it has no code for, hosts
// that nobody has, is looked for here. What the lab itself leaves undefined at this step is no finding.

import { closest } from '../../closest.ts';
import type { Diagnosis } from './diagnosis.ts';
import { nameOf, specOf, type Scene } from './scene.ts';
import { namespaceOf, type Scope } from './scope.ts';
import { analyze } from '../../../sandbox/istio-api/analyze/analyze.ts';
import { messageLine, type Message } from '../../../sandbox/istio-api/analyze/message.ts';
import { isSubsetOf, resolveHost } from '../../../sandbox/mesh/host.ts';
import { virtualServiceOf } from '../../../sandbox/mesh/kube/virtual-service.ts';
import { keyOf, wayTo } from './intended.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

export function valid(scope: Scope): Diagnosis | undefined {
  return unknownHost(scope) ?? unknownReference(scope);
}

/** Findings of the cluster that its objects as the lab writes them would not have. */
export function newMessages({ scene, namespaces, wanted }: Scope): readonly Message[] {
  const known = new Set(analyze(wanted).map(identity));
  return analyze(scene.picture.objects).filter(
    (message) => namespaces.includes(namespaceOf(message.object)) && !known.has(identity(message)),
  );
}

const identity = ({ code, object, text }: Message): string => `${code} ${keyOf(object)} ${text}`;

/** Hosts that a rule is for: such a rule is never used, and no one says so. */
function unknownHost({ scene, namespaces, wanted }: Scope): Diagnosis | undefined {
  const known = new Set(namedHosts(wanted).map(({ object, host }) => `${keyOf(object)} ${host}`));
  const hosts = serviceHosts(scene.picture.objects);
  for (const { object, host, field } of namedHosts(scene.picture.objects)) {
    if (!namespaces.includes(namespaceOf(object)) || known.has(`${keyOf(object)} ${host}`)) continue;
    const full = resolveHost(host, namespaceOf(object));
    if (hosts.some((name) => isSubsetOf(name, full) || isSubsetOf(full, name))) continue;
    return hostDiagnosis(scene, object, host, `is for the host ${host}`, field);
  }
  return undefined;
}

/** Of rules for the mesh: a gateway's may have any host. */
function namedHosts(
  objects: readonly AnyObject[],
): readonly { readonly object: AnyObject; readonly host: string; readonly field: string }[] {
  return objects.flatMap((object) => {
    const spec = specOf(object);
    if (object.kind === 'DestinationRule') return [{ object, host: spec.host ?? '', field: 'host' }];
    if (object.kind !== 'VirtualService' || !(spec.gateways?.includes('mesh') ?? true)) return [];
    return (spec.hosts ?? []).map((host) => ({ object, host, field: 'hosts' }));
  });
}

const serviceHosts = (objects: readonly AnyObject[]): readonly string[] =>
  objects.flatMap((object) => {
    if (object.kind === 'Service') return `${object.metadata.name}.${namespaceOf(object)}.svc.cluster.local`;
    return object.kind === 'ServiceEntry' ? (specOf(object).hosts ?? []) : [];
  });

/** A host that no Service has: half a name, another namespace's, or a misspelt one. */
function hostDiagnosis(
  scene: Scene,
  object: AnyObject,
  host: string,
  says: string,
  field: string,
  evidence: readonly string[] = [],
): Diagnosis {
  const namespace = namespaceOf(object);
  const services = scene.of('Service').map(({ metadata }) => ({
    name: metadata.name,
    owner: metadata.namespace ?? '',
  }));
  const near = services.filter(({ owner }) => owner === namespace).map(({ name }) => name);
  const shown = [`Services in ${namespace}: ${near.length === 0 ? 'none' : near.join(', ')}`, ...evidence];
  const half = services.find(({ name, owner }) =>
    [`${name}.${owner}`, `${name}.${owner}.svc`].includes(host),
  );
  const subject = `${nameOf(object)} ${says}`;
  if (half !== undefined) {
    const full = `${half.name}.${half.owner}.svc.cluster.local`;
    return {
      rung: 'valid',
      cause: 'host-half-qualified',
      text: `${subject}. A host with a dot is taken as it is, and is never completed: no Service is called ${host}, its full name is ${full}.`,
      fix: `${field === 'hosts' ? `hosts: [${full}]` : `host: ${full}`}${half.owner === namespace ? `, or just ${half.name}` : ''}`,
      evidence: shown,
    };
  }
  const away = services.find(({ name, owner }) => name === host && owner !== namespace);
  const written = (name: string): string => (field === 'hosts' ? `hosts: [${name}]` : `host: ${name}`);
  if (away !== undefined) {
    const full = `${away.name}.${away.owner}.svc.cluster.local`;
    return {
      rung: 'valid',
      cause: 'host-unknown',
      text: `${subject}, which in namespace ${namespace} means ${resolveHost(host, namespace)}; the Service is in namespace ${away.owner}.`,
      fix: written(full),
      evidence: shown,
    };
  }
  const similar = closest(host.split('.')[0] ?? host, near);
  return {
    rung: 'valid',
    cause: 'host-unknown',
    text: `${subject}, and no Service has that name${similar === undefined ? '' : `; there is ${similar}`}.`,
    fix: similar === undefined ? `write the name of a Service: ${near.join(', ')}` : written(similar),
    evidence: shown,
  };
}

function unknownReference(scope: Scope): Diagnosis | undefined {
  for (const message of newMessages(scope)) {
    const found = message.object.kind === 'VirtualService' ? referenceOf(scope, message) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function referenceOf({ scene }: Scope, message: Message): Diagnosis | undefined {
  const { object, text } = message;
  const evidence = [messageLine(message)];
  const quoted = /: "(.*)"$/.exec(text)?.[1] ?? '';
  if (message.code === 'IST0112') return severalPorts(object, text, evidence);
  if (message.code !== 'IST0101') return undefined;
  if (text.startsWith('Referenced host not found'))
    return hostDiagnosis(scene, object, quoted, `sends to the host ${quoted}`, 'host', evidence);
  if (text.startsWith('Referenced host+subset')) {
    const [host = '', subset = ''] = quoted.split('+');
    return undefinedSubset(scene, object, host, subset, evidence);
  }
  if (text.startsWith('Referenced host:port')) return unknownPort(scene, object, quoted, evidence);
  if (text.startsWith('Referenced gateway')) return unknownGateway(scene, object, quoted, evidence);
  return undefined;
}

function undefinedSubset(
  scene: Scene,
  object: AnyObject,
  host: string,
  subset: string,
  evidence: readonly string[],
): Diagnosis {
  const full = resolveHost(host, namespaceOf(object));
  const rules = scene
    .of('DestinationRule')
    .filter((rule) => resolveHost(specOf(rule).host ?? '', namespaceOf(rule)) === full);
  const defined = rules.map((rule) => {
    const names = (specOf(rule).subsets ?? []).map(({ name }) => name);
    return { rule, names };
  });
  const names = defined.flatMap((each) => each.names);
  const has =
    defined.length === 0
      ? `no DestinationRule is for ${host}`
      : defined.map((each) => `${nameOf(each.rule)} has ${list(each.names)}`).join('; ');
  const used = subsetsTo(object, full);
  const asked = subsetsTo(scene.wanted(object)?.object, full).find((name) => !used.includes(name));
  const meant = asked ?? closest(subset, names);
  const lab = scene.intended.find(
    (intended) =>
      intended.object.kind === 'DestinationRule' &&
      resolveHost(specOf(intended.object).host ?? '', namespaceOf(intended.object)) === full &&
      (specOf(intended.object).subsets ?? []).some(({ name }) => name === subset),
  );
  return {
    rung: 'valid',
    cause: 'subset-undefined',
    text: `${nameOf(object)} sends to subset ${subset}; ${has}.`,
    fix:
      lab !== undefined
        ? wayTo(lab)
        : meant === undefined
          ? `add "- name: ${subset}" with its labels to the subsets of a DestinationRule for ${host}`
          : `subset: ${meant}`,
    evidence,
  };
}

/** Subsets of a service that a rule sends to. */
const subsetsTo = (object: AnyObject | undefined, host: string): readonly string[] =>
  (object === undefined ? [] : virtualServiceOf(object).http)
    .flatMap(({ route = [] }) => route)
    .flatMap(({ destination }) => (destination.host === host ? (destination.subset ?? []) : []));

const list = (names: readonly string[]): string =>
  names.length === 0
    ? 'no subsets'
    : names.length === 1
      ? (names[0] ?? '')
      : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

function unknownPort(
  scene: Scene,
  object: AnyObject,
  quoted: string,
  evidence: readonly string[],
): Diagnosis {
  const [host = '', port = ''] = quoted.split(/:(?=\d+$)/);
  const service = scene.service(resolveHost(host, namespaceOf(object)));
  const ports = (service?.spec?.ports ?? []).map((each) => String(each.port));
  return {
    rung: 'valid',
    cause: 'port-unknown',
    text: `${nameOf(object)} sends to port ${port} of ${host}; Service ${host} has ${ports.join(', ') || 'no port'}.`,
    fix: `port: { number: ${ports[0] ?? 80} }`,
    evidence,
  };
}

const severalPorts = (object: AnyObject, text: string, evidence: readonly string[]): Diagnosis => {
  const [, host = '', ports = ''] =
    /service "([^"]+)" that exposes multiple ports \[([^\]]+)\]/.exec(text) ?? [];
  return {
    rung: 'valid',
    cause: 'port-unknown',
    text: `${nameOf(object)} sends to ${host} without a port, and Service ${host} has several: ${ports.replaceAll(' ', ', ')}.`,
    fix: `port: { number: ${ports.split(' ')[0] ?? ''} }`,
    evidence,
  };
};

function unknownGateway(
  scene: Scene,
  object: AnyObject,
  name: string,
  evidence: readonly string[],
): Diagnosis {
  const namespace = namespaceOf(object);
  const gateways = scene.of('Gateway').map(({ metadata }) => ({
    written:
      metadata.namespace === namespace ? metadata.name : `${metadata.namespace ?? ''}/${metadata.name}`,
    name: metadata.name,
  }));
  const short = name.replace(/^.*\//, '');
  const meant =
    gateways.find((gateway) => gateway.name === short)?.written ??
    closest(
      name,
      gateways.map(({ written }) => written),
    ) ??
    (gateways.length === 1 ? gateways[0]?.written : undefined);
  const lab = scene.wanted(object);
  return {
    rung: 'valid',
    cause: 'gateway-unknown',
    text: `${nameOf(object)} is for the gateway ${name}, and there is no such Gateway in namespace ${name.includes('/') ? name.split('/')[0] : namespace}${gateways.length === 0 ? '' : `; there is ${gateways.map(({ written }) => written).join(', ')}`}.`,
    fix:
      meant !== undefined
        ? `gateways: [${meant}]`
        : lab === undefined
          ? 'make a Gateway of that name'
          : wayTo(lab),
    evidence,
  };
}
