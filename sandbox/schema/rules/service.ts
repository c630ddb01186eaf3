// Rules of services (pkg/apis/core/validation, ValidateService). Whether an address or node port is free is for the
// allocator to say.

import { isIP } from 'node:net';
import type { ServicePort, ServiceSpec } from 'kubernetes-types/core/v1.js';
import type { AnyObject } from '../../kube/object.ts';
import { duplicate, forbidden, invalid, required } from '../cause.ts';
import { at } from '../json.ts';
import { type Causes, each, labels, named, portNumber, unique } from './check.ts';
import { GoValue } from './go-value.ts';
import { dnsLabel, dnsSubdomain } from './names.ts';
import { portReference } from './probe.ts';

export function serviceRules(object: AnyObject, old: AnyObject | undefined): Causes {
  const spec = specOf(object);
  return [
    ...portsRules('spec.ports', spec),
    ...labels('spec.selector', spec.selector),
    ...(spec.type === 'ExternalName' ? externalNameRules(spec) : addressRules(spec)),
    ...trafficRules(spec),
    ...(old === undefined ? [] : sameAddress(spec, specOf(old))),
  ];
}

const specOf = (object: AnyObject): ServiceSpec => object['spec'] ?? {};

function portsRules(field: string, spec: ServiceSpec): Causes {
  const { ports = [], type, clusterIP } = spec;
  const needsPorts = type !== 'ExternalName' && clusterIP !== 'None';
  if (ports.length === 0) return needsPorts ? [required(field)] : [];
  return [
    ...each(field, ports, (path, port) => portRules(path, port, spec)),
    ...unique(
      ports,
      ({ name }) => name,
      (index) => `${at(field, index)}.name`,
    ),
    ...samePortTwice(field, ports),
    ...sameNodePortTwice(field, ports),
  ];
}

function portRules(field: string, port: ServicePort, { ports = [], type, clusterIP }: ServiceSpec): Causes {
  const isNameless = port.name === undefined || port.name === '';
  return [
    ...(ports.length > 1 && isNameless ? [required(`${field}.name`)] : []),
    ...named(`${field}.name`, port.name, dnsLabel),
    ...portNumber(`${field}.port`, port.port),
    ...(clusterIP === 'None' ? [] : portReference(`${field}.targetPort`, port.targetPort)),
    ...((type === 'ClusterIP' || type === 'ExternalName') && (port.nodePort ?? 0) !== 0
      ? [forbidden(`${field}.nodePort`, `may not be used when \`type\` is '${type}'`)]
      : nodePortRules(`${field}.nodePort`, port.nodePort)),
  ];
}

/** The cluster's node ports; kind's and kubeadm's default. */
const nodePorts = { first: 30_000, last: 32_767 };

function nodePortRules(field: string, port: number | undefined): Causes {
  if (port === undefined || port === 0 || (port >= nodePorts.first && port <= nodePorts.last)) return [];
  const range = `The range of valid ports is ${nodePorts.first}-${nodePorts.last}`;
  return [invalid(field, port, `provided port is not in the valid range. ${range}`)];
}

function samePortTwice(field: string, ports: readonly ServicePort[]): Causes {
  const seen = new Set<string>();
  return ports.flatMap(({ protocol = 'TCP', port }, index) => {
    const key = `${protocol}/${port}`;
    if (seen.has(key)) return [duplicate(at(field, index), goPort(protocol, port))];
    seen.add(key);
    return [];
  });
}

const goPort = (protocol: string, port: number): GoValue =>
  new GoValue(
    `core.ServicePort{Name:"", Protocol:"${protocol}", AppProtocol:(*string)(nil), Port:${port}, ` +
      'TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
  );

function sameNodePortTwice(field: string, ports: readonly ServicePort[]): Causes {
  const seen = new Set<string>();
  return ports.flatMap(({ protocol = 'TCP', nodePort = 0 }, index) => {
    const key = `${protocol}/${nodePort}`;
    if (nodePort === 0) return [];
    if (seen.has(key)) return [duplicate(`${at(field, index)}.nodePort`, nodePort)];
    seen.add(key);
    return [];
  });
}

function externalNameRules({ externalName = '', clusterIP, clusterIPs = [] }: ServiceSpec): Causes {
  return [
    ...(clusterIPs.length > 0 || (clusterIP ?? '') !== ''
      ? [forbidden('spec.clusterIPs', 'may not be set for ExternalName services')]
      : []),
    ...(externalName === ''
      ? [required('spec.externalName')]
      : named('spec.externalName', externalName.replace(/\.$/, ''), dnsSubdomain)),
  ];
}

function addressRules({ type, clusterIP = '', clusterIPs = [], externalIPs = [] }: ServiceSpec): Causes {
  const causes = clusterIPs
    .filter((address) => address !== 'None')
    .flatMap((address, index) => ipRules(at('spec.clusterIPs', index), address));
  if (clusterIP !== '' && clusterIPs.length > 0 && clusterIPs[0] !== clusterIP) {
    causes.push(
      invalid('spec.clusterIPs', new GoValue(goStrings(clusterIPs)), 'first value must match `clusterIP`'),
    );
  }
  if (clusterIP === 'None' && (type === 'LoadBalancer' || type === 'NodePort')) {
    causes.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`));
  }
  return [...causes, ...each('spec.externalIPs', externalIPs, ipRules)];
}

const ipRules = (field: string, address: string): Causes =>
  isIP(address) > 0
    ? []
    : [invalid(field, address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];

const goStrings = (list: readonly string[]): string =>
  `[]string{${list.map((text) => JSON.stringify(text)).join(', ')}}`;

function trafficRules({ type, externalTrafficPolicy, externalIPs = [] }: ServiceSpec): Causes {
  const isExternal = type === 'NodePort' || type === 'LoadBalancer' || externalIPs.length > 0;
  return externalTrafficPolicy === undefined || isExternal
    ? []
    : [
        invalid(
          'spec.externalTrafficPolicy',
          externalTrafficPolicy,
          'may only be set for externally-accessible services',
        ),
      ];
}

function sameAddress(next: ServiceSpec, old: ServiceSpec): Causes {
  const [after = '', before = ''] = [next.clusterIP, old.clusterIP];
  const isFixed = next.type !== 'ExternalName' && old.type !== 'ExternalName' && before !== '';
  return isFixed && after !== before
    ? [invalid('spec.clusterIPs[0]', new GoValue(goStrings([after])), 'may not change once set')]
    : [];
}
