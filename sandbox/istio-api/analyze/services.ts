// Ports of services: their names (IST0118, IST0150), and what several services say of one Deployment's (IST0116,
// IST0137); a ServiceEntry's TCP ports without addresses (IST0134).

import { hasLabels, type Labels } from '../../mesh/kube/workload.ts';
import { protocolOf } from '../../mesh/protocol.ts';
import { fieldsOf, groupedBy, nameOf, specOf, systemNamespaces, type Resources } from './resources.ts';
import type { AnyObject } from '../../kube/object.ts';
import type { Message } from './message.ts';

export const serviceMessages = (resources: Resources): Message[] => [
  ...resources.of('Service').flatMap(portNames),
  ...resources.of('Deployment').flatMap((deployment) => ambiguousPorts(deployment, resources)),
  ...resources.of('ServiceEntry').flatMap(missingAddresses),
];

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
  readonly targetPort?: number | string;
}

const portsOf = (service: AnyObject): readonly Port[] => fieldsOf(service, 'ports');

function portNames(object: AnyObject): Message[] {
  const { namespace, labels = {} } = object.metadata;
  if (systemNamespaces.has(namespace ?? '') || labels['gateway.istio.io/managed'] !== undefined) return [];
  const isAlias = specOf(object)['type'] === 'ExternalName';
  return portsOf(object).flatMap(
    ({ name = '', port = 0, appProtocol, protocol, targetPort = 0 }): Message[] => {
      const declared = {
        port,
        name,
        ...(protocol !== undefined && { protocol }),
        ...(appProtocol !== undefined && { appProtocol }),
      };
      if (protocolOf(declared) !== 'unknown' && !(isAlias && name === 'tcp')) return [];
      if (isAlias) {
        const text =
          'Port name for ExternalName service is invalid. Proxy may prevent tcp named ports and unmatched traffic for ports serving TCP protocol from being forwarded correctly';
        return [{ code: 'IST0150', level: 'Warning', object, text }];
      }
      const text = `Port name ${name} (port: ${port}, targetPort: ${targetPort}) doesn't follow the naming convention of Istio port.`;
      return [{ code: 'IST0118', level: 'Info', object, text }];
    },
  );
}

function ambiguousPorts(object: AnyObject, resources: Resources): Message[] {
  const { namespace, name } = object.metadata;
  const { template = {} } = specOf(object) as { template?: { metadata?: { labels?: Labels } } };
  const labels = template.metadata?.labels ?? {};
  if (!resources.injects(namespace ?? '', labels)) return [];
  const services = resources.of('Service').filter((service) => {
    const selector = (specOf(service)['selector'] ?? {}) as Labels;
    const isOfNamespace = service.metadata.namespace === namespace;
    return isOfNamespace && Object.keys(selector).length > 0 && hasLabels(labels, selector);
  });
  const uses = services.flatMap((service) =>
    portsOf(service).map(({ port = 0, protocol = 'TCP', targetPort }) => ({
      service: nameOf(service),
      port,
      protocol,
      target: String(targetPort || port),
    })),
  );
  const found: Message[] = [];
  for (const [port, own] of groupedBy(uses, (use) => use.port)) {
    if (new Set(own.map(({ protocol }) => protocol)).size < 2) continue;
    const names = own.map(({ service }) => service).toSorted();
    const text = `This deployment ${name} is associated with multiple services using port ${port} but different protocols: [${names.join(' ')}]`;
    found.push({ code: 'IST0116', level: 'Warning', object, text });
  }
  for (const [target, own] of groupedBy(uses, (use) => use.target)) {
    const byPort = new Map(own.map((use) => [use.port, use.service]));
    if (byPort.size < 2) continue;
    const names = [...byPort.values()].toSorted();
    const numbers = [...byPort.keys()].toSorted((a, b) => a - b);
    const text = `This deployment ${name} is associated with multiple services [${names.join(' ')}] using targetPort "${target}" but different ports: [${numbers.join(' ')}].`;
    found.push({ code: 'IST0137', level: 'Warning', object, text });
  }
  return found;
}

function missingAddresses(object: AnyObject): Message[] {
  if (specOf(object)['addresses'] !== undefined) return [];
  const hasTcp = portsOf(object).some(({ protocol = '' }) => ['', 'TCP'].includes(protocol.toUpperCase()));
  if (!hasTcp) return [];
  const text = 'ServiceEntry addresses are required for this protocol.';
  return [{ code: 'IST0134', level: 'Warning', object, text }];
}
