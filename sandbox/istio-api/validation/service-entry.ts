import { isIP } from 'node:net';
import { exportTo } from './export-to.ts';
import type { Findings } from './findings.ts';
import type { Message } from './message.ts';
import {
  emptySelector,
  fqdnMistake,
  labels,
  partialWildcardMistake,
  selectorMistakes,
  wildcardDomainMistake,
} from './names.ts';
import { isHttp, isTls, portMistake, protocolMistake, subnetMistake } from './values.ts';
import { endpointPorts, portNameMistake, workloadEntry } from './workload-entry.ts';

export function serviceEntry(findings: Findings, spec: Message, namespace: string): void {
  const selector = spec.child('workloadSelector');
  if (selector !== undefined && !selectorIsUsable(findings, selector)) return;
  if (selector !== undefined && spec.has('endpoints')) {
    findings.error('only one of WorkloadSelector or Endpoints is allowed in Service Entry');
  }
  const hosts = spec.texts('hosts');
  if (hosts.length === 0) findings.error('service entry must have at least one host');
  for (const host of hosts) {
    findings.error(host === '*' ? `invalid host ${host}` : wildcardDomainMistake(host));
    if (host !== '*') findings.warn(partialWildcardMistake(host));
  }
  const resolution = spec.text('resolution') || 'NONE';
  addresses(findings, spec, resolution);
  const names = ports(findings, spec);
  endpoints(findings, spec, resolution, names);
  const protocols = spec.list('ports').map((port) => port.text('protocol'));
  if (
    resolution !== 'NONE' &&
    hosts.length > 1 &&
    protocols.some((protocol) => !isHttp(protocol) && !isTls(protocol))
  ) {
    findings.error('multiple hosts provided with non-HTTP, non-TLS ports');
  }
  exportTo(findings, spec, { namespace, mayBeNone: true });
}

/** With a wrong selector Istio looks no further. */
function selectorIsUsable(findings: Findings, selector: Message): boolean {
  const mistakes = selectorMistakes(selector, 'labels');
  findings.error(...mistakes);
  if (mistakes.length === 0 && selector.keys('labels').length === 0) {
    findings.warn(`service entry: ${emptySelector}, will be applied to all services in namespace`);
  }
  return mistakes.length === 0;
}

function addresses(findings: Findings, spec: Message, resolution: string): void {
  const texts = spec.texts('addresses');
  findings.error(...texts.map(subnetMistake));
  if (texts.some((text) => text.includes('/')) && !['NONE', 'STATIC'].includes(resolution)) {
    findings.error('CIDR addresses are allowed only for NONE/STATIC resolution types');
  }
}

function ports(findings: Findings, spec: Message): ReadonlySet<string> {
  const names = new Set<string>();
  const numbers = new Set<number>();
  for (const port of spec.list('ports')) {
    const name = port.text('name');
    const number = port.number('number');
    const targetPort = port.number('targetPort');
    findings.error(
      names.has(name) ? `service entry port name ${JSON.stringify(name)} already defined` : undefined,
      numbers.has(number) ? `service entry port ${number} already defined` : undefined,
      targetPort === 0 ? undefined : portMistake(targetPort),
      portNameMistake(name),
      protocolMistake(port.text('protocol')),
      portMistake(number),
    );
    names.add(name);
    numbers.add(number);
  }
  return names;
}

function endpoints(
  findings: Findings,
  spec: Message,
  resolution: string,
  portNames: ReadonlySet<string>,
): void {
  const all = spec.list('endpoints');
  if (resolution === 'NONE') {
    if (all.length > 0) findings.error('no endpoints should be provided for resolution type none');
    if (spec.has('workloadSelector')) {
      findings.warn('workloadSelector should not be set when resolution mode is NONE');
    }
  } else if (resolution === 'STATIC') {
    for (const endpoint of all) workloadEntry(findings, endpoint, portNames);
  } else if (resolution.startsWith('DNS')) byName(findings, spec, resolution, portNames);
  else findings.error(`unsupported resolution type ${resolution}`);
}

function byName(findings: Findings, spec: Message, resolution: string, portNames: ReadonlySet<string>): void {
  const all = spec.list('endpoints');
  const hosts = spec.texts('hosts');
  if (all.length === 0) {
    for (const host of hosts) {
      if (fqdnMistake(host) === undefined) continue;
      findings.error(`hosts must be FQDN if no endpoints are provided for resolution mode ${resolution}`);
    }
  }
  if (resolution === 'DNS_ROUND_ROBIN' && all.length > 1) {
    findings.error(`there must only be 0 or 1 endpoint for resolution mode ${resolution}`);
  }
  for (const endpoint of all) {
    const address = endpoint.text('address');
    if (isIP(address) === 0 && fqdnMistake(address) !== undefined) {
      findings.error(`endpoint address ${JSON.stringify(address)} is not a valid FQDN or an IP address`);
    }
    labels(findings, endpoint, 'labels');
    endpointPorts(findings, endpoint, portNames);
  }
  const hasTcp = spec.list('ports').some((port) => isTcp(port.text('protocol')));
  if (spec.texts('addresses').length > 0 && hasTcp && hosts.length > 1) {
    findings.warn(
      'service entry can not have more than one host specified simultaneously with address and tcp port',
    );
  }
}

const isTcp = (protocol: string): boolean =>
  ['tcp', 'https', 'tls', 'mongo', 'redis', 'mysql'].includes(protocol.toLowerCase());
