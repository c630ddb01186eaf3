// WorkloadEntry, WorkloadGroup, and the endpoints of a ServiceEntry.

import { isIP } from 'node:net';
import { Findings } from './findings.ts';
import { strictNameMistake } from './headers.ts';
import type { Message } from './message.ts';
import { fqdnMistake, isDnsLabel, labels } from './names.ts';
import { portMistake, unixPathMistake, unixPrefix } from './values.ts';

/** `portNames`: those of the ServiceEntry it stands in, where it must have an address and not a name. */
export function workloadEntry(findings: Findings, entry: Message, portNames?: ReadonlySet<string>): void {
  const address = entry.text('address');
  if (address === '') {
    const network = entry.text('network');
    if (network === '') {
      findings.error('address is required');
      return;
    }
    findings.warn(`address is unset with network ${JSON.stringify(network)}`);
  }
  const isSocket = address.startsWith(unixPrefix);
  const quoted = JSON.stringify(address);
  if (isSocket) {
    findings.error(unixPathMistake(address.slice(unixPrefix.length)));
    if (entry.keys('ports').length > 0) {
      findings.error(`unix endpoint ${address} must not include ports`);
    }
  } else if (address !== '' && isIP(address) === 0) {
    if (portNames !== undefined) {
      findings.error(`endpoint address ${quoted} is not a valid IP address`);
    } else if (fqdnMistake(address) !== undefined) {
      findings.error(`endpoint address ${quoted} is not a valid FQDN or an IP address`);
    }
  }
  endpointPorts(findings, entry, portNames);
  labels(findings, entry, 'labels');
  if (isSocket && portNames !== undefined && portNames.size !== 1) {
    findings.error('exactly 1 service port required for unix endpoints');
  }
}

export function endpointPorts(findings: Findings, entry: Message, portNames?: ReadonlySet<string>): void {
  for (const [name, port] of entry.numbered('ports')) {
    if (portNames?.has(name) === false) {
      findings.error(`endpoint port ${port} is not defined by the service entry`);
    }
    findings.error(portNameMistake(name), portMistake(port));
  }
}

export const portNameMistake = (name: string): string | undefined =>
  isDnsLabel(name) ? undefined : `invalid port name: ${name}`;

export function workloadGroup(findings: Findings, spec: Message): void {
  if (!spec.has('template')) {
    findings.error('template is required');
    return;
  }
  const metadata = spec.child('metadata');
  if (metadata !== undefined) {
    const found = new Findings();
    labels(found, metadata, 'labels');
    if (found.errors.length > 0) {
      findings.error(`invalid labels: ${found.message}`);
      return;
    }
  }
  const probe = spec.child('probe');
  if (probe !== undefined) readinessProbe(findings, probe);
}

const probeNumbers = [
  'periodSeconds',
  'initialDelaySeconds',
  'timeoutSeconds',
  'successThreshold',
  'failureThreshold',
];

function readinessProbe(findings: Findings, probe: Message): void {
  findings.error(
    ...probeNumbers.map((name) => (probe.number(name) < 0 ? `${name} must be non-negative` : undefined)),
  );
  const http = probe.child('httpGet');
  const tcp = probe.child('tcpSocket');
  const exec = probe.child('exec');
  if (http !== undefined) {
    findings.error(
      portMistake(http.number('port')),
      ['', 'HTTP', 'HTTPS'].includes(http.text('scheme'))
        ? undefined
        : 'httpGet.scheme must be one of "HTTPS", "HTTP"',
      ...http.list('httpHeaders').map((header) => strictNameMistake(header.text('name'))),
    );
  } else if (tcp !== undefined) findings.error(portMistake(tcp.number('port')));
  else if (exec !== undefined) {
    if (exec.texts('command').length === 0) findings.error('exec.command is required');
  } else {
    const type = probe.has('grpc') ? '*v1alpha3.ReadinessProbe_Grpc' : '<nil>';
    findings.error(`unknown health check method ${type}`);
  }
}
