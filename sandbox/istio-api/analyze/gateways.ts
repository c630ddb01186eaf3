// Gateways: the pods they are for, their certificates and ports, and each other (IST0101, 0138, 0145, 0161, 0162).

import { X509Certificate } from 'node:crypto';
import { hasLabels, type Labels } from '../../mesh/kube/workload.ts';
import { fieldsOf, nameOf, selectorText, specOf, type Resources } from './resources.ts';
import type { AnyObject } from '../../kube/object.ts';
import type { Message } from './message.ts';

export const gatewayMessages = (resources: Resources): Message[] =>
  resources.of('Gateway').flatMap((gateway) => {
    const selector = selectorOf(gateway);
    const pod = resources.of('Pod').find(({ metadata }) => hasLabels(metadata.labels ?? {}, selector));
    if (pod === undefined) return [notFound(gateway, 'selector', selectorText(selector))];
    return [
      ...credentials(gateway, pod.metadata.namespace ?? '', resources),
      ...ports(gateway, resources),
      ...duplicateCertificates(gateway, resources),
      ...conflicts(gateway, resources),
    ];
  });

const notFound = (object: AnyObject, what: string, name: string): Message => ({
  code: 'IST0101',
  level: 'Error',
  object,
  text: `Referenced ${what} not found: ${JSON.stringify(name)}`,
});

interface Server {
  readonly port?: { readonly number?: number };
  readonly hosts?: readonly string[];
  readonly bind?: string;
  readonly tls?: {
    readonly credentialName?: string;
    readonly serverCertificate?: string;
    readonly privateKey?: string;
  };
}

const selectorOf = (gateway: AnyObject): Labels => (specOf(gateway)['selector'] ?? {}) as Labels;
const serversOf = (gateway: AnyObject): readonly Server[] => fieldsOf(gateway, 'servers');

/** Secrets stand beside the gateway's pods, not beside the Gateway. */
function credentials(gateway: AnyObject, namespace: string, resources: Resources): Message[] {
  return serversOf(gateway).flatMap(({ tls }): Message[] => {
    const name = tls?.credentialName ?? '';
    if (name === '') return [];
    const secret = resources
      .of('Secret')
      .find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    if (secret === undefined) return [notFound(gateway, 'credentialName', name)];
    if (isCertificate(secret)) return [];
    const text = `The credential referenced by the Gateway ${gateway.metadata.name} in namespace ${namespace} is invalid, which can cause the traffic not to work as expected.`;
    return [{ code: 'IST0161', level: 'Error', object: gateway, text }];
  });
}

function isCertificate(secret: AnyObject): boolean {
  const { data = {} } = secret as { data?: Readonly<Record<string, string>> };
  const [certificate, key] = [data['tls.crt'] ?? data['cert'], data['tls.key'] ?? data['key']];
  if (certificate === undefined || key === undefined) return false;
  try {
    return new X509Certificate(Buffer.from(certificate, 'base64')).subject !== undefined;
  } catch {
    return false;
  }
}

interface ServicePort {
  readonly port?: number;
  readonly targetPort?: number | string;
}

function ports(gateway: AnyObject, resources: Resources): Message[] {
  const selector = selectorOf(gateway);
  const pods = resources.of('Pod').filter(({ metadata }) => hasLabels(metadata.labels ?? {}, selector));
  const open = new Set(
    resources.of('Service').flatMap((service) => {
      const own = (specOf(service)['selector'] ?? {}) as Labels;
      const selects = pods.some(
        ({ metadata }) =>
          metadata.namespace === service.metadata.namespace && hasLabels(metadata.labels ?? {}, own),
      );
      if (!selects) return [];
      return (fieldsOf(service, 'ports') as readonly ServicePort[]).flatMap(({ port, targetPort }) => [
        port,
        Number(targetPort ?? port),
      ]);
    }),
  );
  return serversOf(gateway).flatMap(({ port }): Message[] => {
    if (port?.number === undefined || open.has(port.number)) return [];
    const text = `The gateway is listening on a target port (port ${port.number}) that is not defined in the Service associated with its workload instances (Pod selector ${selectorText(selector)}). If you need to access the gateway port through the gateway Service, it will not be available.`;
    return [{ code: 'IST0162', level: 'Warning', object: gateway, text }];
  });
}

function duplicateCertificates(gateway: AnyObject, resources: Resources): Message[] {
  const others = resources
    .of('Gateway')
    .filter((other) => other !== gateway && hasLabels(selectorOf(other), selectorOf(gateway)));
  return others.flatMap((other) => {
    const shared = serversOf(gateway).some(({ tls }) =>
      serversOf(other).some(
        ({ tls: theirs }) => certificateOf(tls) !== '' && certificateOf(tls) === certificateOf(theirs),
      ),
    );
    if (!shared) return [];
    const text = `Duplicate certificate in multiple gateways [${nameOf(gateway)} ${nameOf(other)}] may cause 404s if clients re-use HTTP2 connections.`;
    return [{ code: 'IST0138', level: 'Warning', object: gateway, text }];
  });
}

function certificateOf({
  credentialName = '',
  serverCertificate = '',
  privateKey = '',
}: Server['tls'] = {}): string {
  if (credentialName !== '') return `secret ${credentialName}`;
  return serverCertificate === '' || privateKey === '' ? '' : `files ${serverCertificate} ${privateKey}`;
}

/** Several with one selector (or pods in common), port and host. */
function conflicts(gateway: AnyObject, resources: Resources): Message[] {
  const selector = selectorOf(gateway);
  return serversOf(gateway).flatMap(({ port, hosts = [], bind = '' }): Message[] => {
    const others = resources
      .of('Gateway')
      .filter(
        (other) =>
          other !== gateway &&
          sharePods(selector, selectorOf(other), resources) &&
          serversOf(other).some(
            (server) =>
              server.port?.number === port?.number &&
              (server.bind ?? '') === bind &&
              server.hosts?.some((host) => hosts.includes(host)),
          ),
      );
    if (others.length === 0) return [];
    const names = others.map(nameOf).toSorted().join(',');
    const text = `Conflict with gateways ${names} (workload selector ${selectorText(selector)}, port ${port?.number ?? 0}, hosts ${hosts.join(',')}).`;
    return [{ code: 'IST0145', level: 'Error', object: gateway, text }];
  });
}

function sharePods(a: Labels, b: Labels, resources: Resources): boolean {
  if (selectorText(a) === selectorText(b)) return true;
  if (!hasLabels(a, b) && !hasLabels(b, a)) return false;
  return resources
    .of('Pod')
    .some(({ metadata: { labels = {} } }) => hasLabels(labels, a) && hasLabels(labels, b));
}
