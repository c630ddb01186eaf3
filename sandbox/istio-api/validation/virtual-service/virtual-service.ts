import { isIP } from 'node:net';
import { exportTo } from '../export-to.ts';
import type { Findings } from '../findings.ts';
import { isJwtClaim } from '../headers.ts';
import type { Message } from '../message.ts';
import { gatewayDomainMistake, hostsOverlap, wildcardDomainMistake } from '../names.ts';
import { gatewayNames } from './gateway-names.ts';
import { httpRoute } from './http-route.ts';
import { tcpRoute, tlsRoute } from './l4-routes.ts';
import { unreachableRules } from './unreachable.ts';

export function virtualService(findings: Findings, spec: Message, namespace: string): void {
  const hosts = spec.texts('hosts');
  const gateways = spec.texts('gateways');
  const isDelegate = hosts.length === 0;
  if (isDelegate) delegate(findings, spec);
  gatewayNames(findings, gateways);
  // With `mesh` among them, Istio checks hosts as the mesh needs them.
  const isForGateway = gateways.length > 0 && !gateways.includes('mesh');
  if (!isForGateway) noJwtClaims(findings, spec, gateways);
  if (hostsAreValid(findings, spec, hosts, isForGateway)) duplicates(findings, hosts);

  const http = spec.list('http');
  const tls = spec.list('tls');
  const tcp = spec.list('tcp');
  if (http.length + tls.length + tcp.length === 0) {
    findings.error('http, tcp or tls must be provided in virtual service');
  }
  for (const route of http) httpRoute(findings, route, isDelegate);
  for (const route of tls) tlsRoute(findings, route, { hosts, isMesh: gateways.includes('mesh') });
  for (const route of tcp) tcpRoute(findings, route);
  exportTo(findings, spec, { namespace });
  unreachableRules(findings, http, 'http');
  unreachableRules(findings, tcp, 'tcp');
  unreachableRules(findings, tls, 'tls');
}

function delegate(findings: Findings, spec: Message): void {
  if (spec.texts('gateways').length > 0) {
    findings.error('delegate virtual service must have no gateways specified');
  }
  for (const kind of ['tls', 'tcp']) {
    if (spec.list(kind).length > 0) {
      findings.error(`delegate virtual service must have no ${kind} route specified`);
    }
  }
}

function noJwtClaims(findings: Findings, spec: Message, gateways: readonly string[]): void {
  const matches = spec.list('http').flatMap((route) => route.list('match'));
  const names = matches.flatMap((match) =>
    ['headers', 'withoutHeaders'].flatMap((field) => match.keys(field)),
  );
  for (const name of names.filter(isJwtClaim)) {
    findings.error(
      `JWT claim based routing (key: ${name}) is only supported for gateway, found no gateways: [${gateways.join(' ')}]`,
    );
  }
}

function hostsAreValid(
  findings: Findings,
  spec: Message,
  hosts: readonly string[],
  isForGateway: boolean,
): boolean {
  const hasSni = spec
    .list('tls')
    .some((route) => route.list('match').some((match) => match.texts('sniHosts').length > 0));
  const mistakes = hosts.map((host) => {
    const mistake = isForGateway ? gatewayDomainMistake(hasSni, host) : wildcardDomainMistake(host);
    if (mistake !== undefined) return isIP(host) > 0 ? undefined : mistake;
    return host === '*' && !isForGateway
      ? 'wildcard host * is not allowed for virtual services bound to the mesh gateway'
      : undefined;
  });
  findings.error(...mistakes);
  return mistakes.every((mistake) => mistake === undefined);
}

function duplicates(findings: Findings, hosts: readonly string[]): void {
  for (const [index, host] of hosts.entries()) {
    for (const other of hosts.slice(index + 1)) {
      if (hostsOverlap(host, other)) {
        findings.error(`duplicate hosts in virtual service: ${host} & ${other}`);
      }
    }
  }
}
