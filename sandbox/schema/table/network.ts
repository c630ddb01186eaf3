import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import type { Ingress, IngressClass, NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import type { Endpoints, Service } from '../../kube/resources.ts';
import { age, orNone, printer, type Served } from './printer.ts';
import { labelsText, selectorText } from './selector.ts';

export const servicePrinter = printer<Service>(
  ['Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Selector:wide'],
  (service, now) => [
    service.spec?.type ?? '',
    orNone(service.spec?.clusterIPs?.[0] ?? service.spec?.clusterIP),
    externalIp(service),
    orNone(portsText(service)),
    age(service, now),
    labelsText(service.spec?.selector),
  ],
);

function externalIp({ spec, status }: Service): string {
  const listed = spec?.externalIPs ?? [];
  if (spec?.type === 'ExternalName') return spec.externalName ?? '';
  if (spec?.type !== 'LoadBalancer') return orNone(listed.join(','));
  const balanced = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '');
  const all = [...new Set(balanced.filter((address) => address !== ''))].toSorted();
  return all.length + listed.length === 0 ? '<pending>' : [...all, ...listed].join(',');
}

const portsText = ({ spec }: Service): string =>
  (spec?.ports ?? [])
    .map(({ port, nodePort, protocol }) =>
      nodePort === undefined || nodePort === 0 ? `${port}/${protocol}` : `${port}:${nodePort}/${protocol}`,
    )
    .join(',');

export const endpointsPrinter = printer<Endpoints>(['Endpoints', 'Age'], (object, now) => {
  const addresses = (object.subsets ?? []).flatMap(({ addresses: list = [], ports = [] }) =>
    ports.length === 0
      ? list.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => list.map(({ ip }) => hostPort(ip, port))),
  );
  return [firstThree(addresses, '<none>'), age(object, now)];
});

const hostPort = (ip: string, port: number): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;

export const endpointSlicePrinter = printer<Served<EndpointSlice>>(
  ['AddressType', 'Ports', 'Endpoints', 'Age'],
  (object, now) => [
    object.addressType,
    firstThree(
      (object.ports ?? []).map(({ port }) => `${port ?? '*'}`),
      '<unset>',
    ),
    firstThree(
      object.endpoints.flatMap(({ addresses }) => addresses),
      '<unset>',
    ),
    age(object, now),
  ],
);

function firstThree(texts: readonly string[], none: string): string {
  if (texts.length === 0) return none;
  const shown = texts.slice(0, 3).join(',');
  return texts.length > 3 ? `${shown} + ${texts.length - 3} more...` : shown;
}

export const ingressPrinter = printer<Served<Ingress>>(
  ['Class', 'Hosts', 'Address', 'Ports', 'Age'],
  (object, now) => [
    orNone(object.spec?.ingressClassName),
    hostsText(
      (object.spec?.rules ?? []).flatMap(({ host }) => (host === undefined || host === '' ? [] : [host])),
    ),
    (object.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '').join(','),
    (object.spec?.tls ?? []).length > 0 ? '80, 443' : '80',
    age(object, now),
  ],
);

function hostsText(hosts: readonly string[]): string {
  if (hosts.length === 0) return '*';
  return hosts.length > 3 ? `${hosts.slice(0, 3).join(',')} + ${hosts.length - 3} more...` : hosts.join(',');
}

export const ingressClassPrinter = printer<Served<IngressClass>>(
  ['Controller', 'Parameters', 'Age'],
  (object, now) => {
    const parameters = object.spec?.parameters;
    const group = parameters?.apiGroup;
    return [
      object.spec?.controller ?? '',
      parameters === undefined
        ? '<none>'
        : `${parameters.kind}${group === undefined ? '' : `.${group}`}/${parameters.name}`,
      age(object, now),
    ];
  },
);

export const networkPolicyPrinter = printer<Served<NetworkPolicy>>(['Pod-Selector', 'Age'], (object, now) => [
  selectorText(object.spec?.podSelector),
  age(object, now),
]);
