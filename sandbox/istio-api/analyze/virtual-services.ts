// What VirtualServices refer to: gateways, hosts, ports, subsets (IST0101, IST0112), and each other (IST0109, IST0132).

import { intersection, resolveGatewayName, resolveHost } from '../../mesh/host.ts';
import { virtualServiceOf, type Destination } from '../../mesh/kube/virtual-service.ts';
import { fieldsOf, specOf, type Resources } from './resources.ts';
import type { AnyObject } from '../../kube/object.ts';
import type { Message } from './message.ts';

export const virtualServiceMessages = (resources: Resources): Message[] => [
  ...resources
    .of('VirtualService')
    .flatMap((object) => [
      ...gatewayMessages(object, resources),
      ...destinationsOf(object).flatMap((destination) => destinationMessages(object, destination, resources)),
    ]),
  ...conflicts(resources),
];

const error = (code: string, object: AnyObject, text: string): Message => ({
  code,
  level: 'Error',
  object,
  text,
});

function gatewayMessages(object: AnyObject, resources: Resources): Message[] {
  const { namespace = '' } = object.metadata;
  const written = (specOf(object)['gateways'] ?? []) as readonly string[];
  return written
    .filter((name) => name !== 'mesh')
    .flatMap((name) => {
      const key = resolveGatewayName(name, namespace);
      const gateway = resources
        .of('Gateway')
        .find(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}` === key);
      if (gateway === undefined) return error('IST0101', object, `Referenced gateway not found: "${name}"`);
      const served = fieldsOf(gateway, 'servers')
        .flatMap(({ hosts }) => (hosts ?? []) as readonly string[])
        .map((host) => host.replace(/^.*\//u, ''));
      const { hosts = [] } = specOf(object) as { hosts?: readonly string[] };
      return hosts
        .filter((host) => intersection([host], served).length === 0)
        .map((host): Message => ({
          code: 'IST0132',
          level: 'Warning',
          object,
          text: `one or more host [${host}] defined in VirtualService ${namespace}/${object.metadata.name} not found in Gateway ${key}.`,
        }));
    });
}

interface Routed {
  readonly route?: readonly { readonly destination?: Destination }[];
  readonly mirror?: Destination;
  readonly mirrors?: readonly { readonly destination?: Destination }[];
}

function destinationsOf(object: AnyObject): Destination[] {
  return ['http', 'tcp', 'tls'].flatMap((protocol) =>
    (fieldsOf(object, protocol) as readonly Routed[]).flatMap(({ route = [], mirror, mirrors = [] }) =>
      [
        ...route.map(({ destination }) => destination),
        mirror,
        ...mirrors.map(({ destination }) => destination),
      ].filter((destination) => destination !== undefined),
    ),
  );
}

function destinationMessages(
  object: AnyObject,
  { host, subset = '', port }: Destination,
  resources: Resources,
): Message[] {
  const { namespace = '' } = object.metadata;
  const ports = resources.portsOf(host, namespace);
  if (ports === undefined) return [error('IST0101', object, `Referenced host not found: "${host}"`)];
  const found: Message[] = [];
  if (subset !== '' && !hasSubset(resolveHost(host, namespace), subset, resources)) {
    const text = `Referenced host+subset in destinationrule not found: "${host}+${subset}"`;
    found.push(error('IST0101', object, text));
  }
  const number = port?.number;
  if (number === undefined && ports.length > 1) {
    const text = `This VirtualService routes to a service "${host}" that exposes multiple ports [${ports.join(' ')}]. Specifying a port in the destination is required to disambiguate.`;
    found.push(error('IST0112', object, text));
  } else if (number !== undefined && !ports.includes(number)) {
    found.push(error('IST0101', object, `Referenced host:port not found: "${host}:${number}"`));
  }
  return found;
}

function hasSubset(host: string, subset: string, resources: Resources): boolean {
  return resources
    .of('DestinationRule')
    .some(
      (rule) =>
        resolveHost((specOf(rule)['host'] ?? '') as string, rule.metadata.namespace ?? '') === host &&
        fieldsOf(rule, 'subsets').some(({ name }) => name === subset),
    );
}

/** Two that sidecars would have to choose between. */
function conflicts(resources: Resources): Message[] {
  const byHost = new Map<string, AnyObject[]>();
  for (const object of resources.of('VirtualService')) {
    const { gateways, hosts } = virtualServiceOf(object);
    if (!gateways.includes('mesh')) continue;
    for (const host of hosts) byHost.set(host, [...(byHost.get(host) ?? []), object]);
  }
  return [...byHost].flatMap(([host, objects]) => {
    if (objects.length < 2) return [];
    const names = objects.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`).join(',');
    const text = `The VirtualServices ${names} associated with mesh gateway define the same host ${host} which can lead to undefined behavior. This can be fixed by merging the conflicting VirtualServices into a single resource.`;
    return objects.map((object) => error('IST0109', object, text));
  });
}
