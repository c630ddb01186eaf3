// TLS rules (chosen by server name) and TCP rules.

import { isIP } from 'node:net';
import type { Findings } from '../findings.ts';
import type { Message } from '../message.ts';
import { gatewayDomainMistake, isHostWithin, labels, wildcardDomainMistake } from '../names.ts';
import { portMistake, subnetMistake } from '../values.ts';
import { connectionDestinations } from './destinations.ts';
import { gatewayNames } from './gateway-names.ts';

export interface SniContext {
  readonly hosts: readonly string[];
  /** `mesh` is among the gateways by name. */
  readonly isMesh: boolean;
}

export function tlsRoute(findings: Findings, route: Message, context: SniContext): void {
  const matches = route.list('match');
  if (matches.length === 0) findings.error('TLS route must have at least one match condition');
  for (const match of matches) {
    const names = match.texts('sniHosts');
    if (names.length === 0) findings.error('TLS match must have at least one SNI host');
    for (const name of names) serverName(findings, name, context);
    l4Match(findings, match);
  }
  if (route.list('route').length === 0) findings.error('TLS route is required');
  connectionDestinations(findings, route.list('route'));
}

export function tcpRoute(findings: Findings, route: Message): void {
  findings.quietly(() => {
    for (const match of route.list('match')) l4Match(findings, match);
  });
  if (route.list('route').length === 0) findings.error('TCP route is required');
  connectionDestinations(findings, route.list('route'));
}

function serverName(findings: Findings, name: string, { hosts, isMesh }: SniContext): void {
  const mistake = isMesh ? wildcardDomainMistake(name) : gatewayDomainMistake(true, name);
  if (mistake !== undefined && isIP(name) > 0) {
    const quoted = JSON.stringify(name);
    findings.warn(
      `using an IP address (${quoted}) goes against SNI spec and most clients do not support this`,
    );
  } else if (mistake !== undefined) findings.error(mistake);
  else if (!hosts.some((host) => isHostWithin(name, host))) {
    const quoted = JSON.stringify(name);
    findings.error(
      `SNI host ${quoted} is not a compatible subset of any of the virtual service hosts: [${hosts.join(', ')}]`,
    );
  }
}

function l4Match(findings: Findings, match: Message): void {
  findings.error(...match.texts('destinationSubnets').map(subnetMistake));
  const port = match.number('port');
  if (port !== 0) findings.error(portMistake(port));
  labels(findings, match, 'sourceLabels');
  gatewayNames(findings, match.texts('gateways'));
}
