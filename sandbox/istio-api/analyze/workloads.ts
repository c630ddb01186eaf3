// Namespaces and pods: injection (IST0102, 0103, 0123), the user that is the proxy's own (IST0144), and an image that only
// injection knows (IST0146, 0147).

import { type Labels, matchesSelector } from '../../controllers/label-selector.ts';
import { injectionSelectors } from '../../injection/webhooks.ts';
import { fieldsOf, specOf, systemNamespaces, type Resources } from './resources.ts';
import type { AnyObject } from '../../kube/object.ts';
import type { Level, Message } from './message.ts';

export const workloadMessages = (resources: Resources): Message[] => [
  ...resources.of('Namespace').flatMap(namespaceMessages),
  ...resources
    .of('Pod')
    .flatMap((pod) => [
      ...missingProxy(pod, resources),
      ...proxyUser(pod, pod),
      ...(hasAutoImage(pod) ? [autoImage(pod, 'IST0147', 'Error')] : []),
    ]),
  ...resources.of('Deployment').flatMap((deployment) => {
    const { template = {} } = specOf(deployment) as { template?: Partial<AnyObject> };
    const stays = hasAutoImage(template) && !isInjected(deployment, template.metadata?.labels, resources);
    return [
      ...proxyUser(deployment, template),
      ...(stays ? [autoImage(deployment, 'IST0146', 'Warning')] : []),
    ];
  }),
];

function namespaceMessages(object: AnyObject): Message[] {
  const { name, labels = {} } = object.metadata;
  if (systemNamespaces.has(name)) return [];
  const injection = labels['istio-injection'];
  const revision = labels['istio.io/rev'];
  if (injection === 'enabled' && revision !== undefined) {
    const both = `[istio-injection=${injection} istio.io/rev=${revision}]`;
    const text = `The namespace has more than one type of injection labels ${both}, which may lead to undefined behavior. Make sure only one injection label exists.`;
    return [{ code: 'IST0123', level: 'Warning', object, text }];
  }
  if (injection !== undefined || revision !== undefined) return [];
  const text = `The namespace is not enabled for Istio injection. Run 'kubectl label namespace ${name} istio-injection=enabled' to enable it, or 'kubectl label namespace ${name} istio-injection=disabled' to explicitly mark it as not needing injection.`;
  return [{ code: 'IST0102', level: 'Info', object, text }];
}

function missingProxy(object: AnyObject, resources: Resources): Message[] {
  const { name, namespace, labels = {}, annotations = {} } = object.metadata;
  const owner = resources.of('Namespace').find(({ metadata }) => metadata.name === namespace);
  const wanted = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  if (owner?.metadata.labels?.['istio-injection'] !== 'enabled' || wanted === 'false') return [];
  if (specOf(object)['hostNetwork'] === true) return [];
  const containers = [...fieldsOf(object, 'containers'), ...fieldsOf(object, 'initContainers')];
  if (containers.some((container) => container['name'] === 'istio-proxy')) return [];
  const text = `The pod ${namespace ?? ''}/${name} is missing the Istio proxy. This can often be resolved by restarting or redeploying the workload.`;
  return [{ code: 'IST0103', level: 'Warning', object, text }];
}

/** @param pod has the spec of a pod */
function proxyUser(object: AnyObject, pod: object): Message[] {
  if (object.metadata.namespace === 'istio-system') return [];
  const users = [specOf(pod), ...fieldsOf(pod, 'containers').filter(({ name }) => name !== 'istio-proxy')];
  const isProxys = ({ securityContext }: Record<string, unknown>): boolean =>
    (securityContext as { runAsUser?: number } | undefined)?.runAsUser === 1337;
  if (!users.some(isProxys)) return [];
  const text = 'User ID (UID) 1337 is reserved for the sidecar proxy.';
  return [{ code: 'IST0144', level: 'Warning', object, text }];
}

/** What a gateway's pods say in place of the image that injection gives them. @param pod has the spec of a pod */
const hasAutoImage = (pod: object): boolean =>
  fieldsOf(pod, 'containers').some(({ name, image }) => name === 'istio-proxy' && image === 'auto');

function autoImage(object: AnyObject, code: string, level: Level): Message {
  const text = `${object.kind} ${object.metadata.name} contains \`image: auto\` but does not match any Istio injection webhook selectors.`;
  return { code, level, object, text };
}

function isInjected({ metadata }: AnyObject, labels: Labels | undefined, resources: Resources): boolean {
  const owner = resources.of('Namespace').find(({ metadata: { name } }) => name === metadata.namespace);
  return injectionSelectors.some(
    ({ namespaceSelector, objectSelector }) =>
      matchesSelector(namespaceSelector, owner?.metadata.labels) && matchesSelector(objectSelector, labels),
  );
}
