// Namespaces and pods without a sidecar, port names, and selectors that select nothing.

import { protocolOf } from '../../mesh/protocol.ts';
import { fieldsOf, specOf, type Resources } from './resources.ts';
import type { Labels } from '../../mesh/kube/workload.ts';
import type { AnyObject } from '../../kube/object.ts';
import type { Message } from './message.ts';

export const workloadMessages = (resources: Resources): Message[] => [
  ...resources.of('Namespace').flatMap(namespaceMessages),
  ...resources.of('Pod').flatMap((pod) => podMessages(pod, resources)),
  ...resources.of('Service').flatMap(portNames),
  ...resources.of('Gateway').flatMap((gateway) => gatewaySelector(gateway, resources)),
  ...policies.flatMap((kind) => resources.of(kind)).flatMap((policy) => policySelector(policy, resources)),
  ...sidecarConflicts(resources),
];

const system = new Set([
  'istio-system',
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
]);

function namespaceMessages(object: AnyObject): Message[] {
  const { name, labels = {} } = object.metadata;
  const injection = labels['istio-injection'];
  const revision = labels['istio.io/rev'];
  if (injection !== undefined && revision !== undefined) {
    const text = `The namespace has more than one injection label (istio-injection and istio.io/rev); istio-injection takes effect.`;
    return [{ code: 'IST0123', level: 'Warning', object, text }];
  }
  if (system.has(name) || injection !== undefined || revision !== undefined) return [];
  const text = `The namespace is not enabled for Istio injection. Run 'kubectl label namespace ${name} istio-injection=enabled' to enable it, or 'kubectl label namespace ${name} istio-injection=disabled' to explicitly mark it as not needing injection.`;
  return [{ code: 'IST0102', level: 'Info', object, text }];
}

function podMessages(object: AnyObject, resources: Resources): Message[] {
  const { name, namespace, labels = {}, annotations = {} } = object.metadata;
  const owner = resources.of('Namespace').find(({ metadata }) => metadata.name === namespace);
  const wanted = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  if (owner?.metadata.labels?.['istio-injection'] !== 'enabled' || wanted === 'false') return [];
  const containers = [...fieldsOf(object, 'containers'), ...fieldsOf(object, 'initContainers')];
  if (containers.some((container) => container['name'] === 'istio-proxy')) return [];
  const text = `The pod ${namespace ?? ''}/${name} is missing the Istio proxy. This can often be resolved by restarting or redeploying the workload.`;
  return [{ code: 'IST0103', level: 'Warning', object, text }];
}

function portNames(object: AnyObject): Message[] {
  const { namespace } = object.metadata;
  if (system.has(namespace ?? '')) return [];
  return fieldsOf(object, 'ports').flatMap(({ name = '', port, appProtocol, protocol, targetPort }) => {
    const declared = {
      port: Number(port),
      name: String(name),
      ...(protocol !== undefined && { protocol: protocol as string }),
      ...(appProtocol !== undefined && { appProtocol: appProtocol as string }),
    };
    if (protocolOf(declared) !== 'unknown') return [];
    const text = `Port name ${declared.name} (port: ${declared.port}, targetPort: ${String(targetPort ?? port)}) doesn't follow the naming convention of Istio port.`;
    return [{ code: 'IST0118', level: 'Info', object, text } as const];
  });
}

function gatewaySelector(object: AnyObject, resources: Resources): Message[] {
  const selector = (specOf(object)['selector'] ?? {}) as Labels;
  if (Object.keys(selector).length === 0 || resources.hasPods(selector, undefined)) return [];
  const written = Object.entries(selector).map(([name, value]) => `${name}=${value}`);
  const text = `Referenced selector not found: "${written.join(',')}"`;
  return [{ code: 'IST0101', level: 'Error', object, text }];
}

const policies = ['AuthorizationPolicy', 'RequestAuthentication', 'PeerAuthentication', 'Telemetry'];

function policySelector(object: AnyObject, resources: Resources): Message[] {
  const { namespace } = object.metadata;
  const { matchLabels = {} } = (specOf(object)['selector'] ?? {}) as { matchLabels?: Labels };
  const written = Object.entries(matchLabels).map(([name, value]) => `${name}=${value}`);
  const scope = namespace === 'istio-system' ? undefined : namespace;
  if (written.length === 0 || resources.hasPods(matchLabels, scope)) return [];
  const text = `No matching workloads for this resource with the following labels: ${written.join(',')}`;
  return [{ code: 'IST0127', level: 'Warning', object, text }];
}

function sidecarConflicts(resources: Resources): Message[] {
  const byNamespace = new Map<string, AnyObject[]>();
  for (const object of resources.of('Sidecar')) {
    const { labels = {} } = (specOf(object)['workloadSelector'] ?? {}) as { labels?: Labels };
    const { namespace = '' } = object.metadata;
    if (Object.keys(labels).length === 0)
      byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), object]);
  }
  return [...byNamespace].flatMap(([namespace, objects]) => {
    if (objects.length < 2) return [];
    const names = objects.map(({ metadata }) => metadata.name).join(',');
    const text = `The Sidecars [${names}] in namespace ${JSON.stringify(namespace)} have no workload selector. This can lead to undefined behavior.`;
    return objects.map((object): Message => ({ code: 'IST0111', level: 'Error', object, text }));
  });
}
