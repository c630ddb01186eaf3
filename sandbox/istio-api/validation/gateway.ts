import type { Findings } from './findings.ts';
import type { Message } from './message.ts';
import { isDnsLabel, namespacedHost } from './names.ts';
import { serverTls } from './server-tls.ts';
import {
  addressMistake,
  isHttp,
  isKnownProtocol,
  isTls,
  portMistake,
  unixPathMistake,
  unixPrefix,
} from './values.ts';

export function gateway(findings: Findings, spec: Message, name: string): void {
  if (!isDnsLabel(name)) findings.error(`invalid gateway name: ${JSON.stringify(name)}`);
  const servers = spec.list('servers');
  if (servers.length === 0) findings.error('gateway must have at least one server');
  for (const each of servers) server(findings, each);

  const names = new Set<string>();
  for (const each of servers) {
    const port = each.child('port');
    if (port === undefined) continue;
    const portName = port.text('name');
    if (names.has(portName)) {
      findings.error(`port names in servers must be unique: duplicate name ${portName}`);
    }
    names.add(portName);
    if (!isHttp(port.text('protocol')) && each.child('tls')?.flag('httpsRedirect')) {
      findings.warn('tls.httpsRedirect should only be used with http servers');
    }
  }
}

function server(findings: Findings, each: Message): void {
  const hosts = each.texts('hosts');
  if (hosts.length === 0) findings.error('server config must contain at least one host');
  for (const host of hosts) namespacedHost(findings, host, true);
  const port = each.child('port');
  const tls = each.child('tls');
  const bind = each.text('bind');
  const portMistakes = serverPortMistakes(port, bind);
  findings.error(...portMistakes, ...bindMistakes(port, bind));
  serverTls(findings, tls);
  if (portMistakes.length > 0) return;

  const protocol = port?.text('protocol') ?? '';
  if (isTls(protocol) && tls === undefined) {
    findings.error('server must have TLS settings for HTTPS/TLS protocols');
  } else if (!isTls(protocol) && tls !== undefined) {
    if (!isHttp(protocol)) findings.error('server cannot have TLS settings for non HTTPS/TLS ports');
    else if (!isRedirectOnly(tls)) {
      findings.error('server cannot have TLS settings for plain text HTTP ports');
    }
  }
}

function serverPortMistakes(port: Message | undefined, bind: string): string[] {
  if (port === undefined) return ['port is required'];
  const number = port.number('number');
  const protocol = port.text('protocol');
  const mistakes = [
    isKnownProtocol(protocol)
      ? undefined
      : `invalid protocol ${JSON.stringify(protocol)}, supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP`,
    number > 0 || !bind.startsWith(unixPrefix) ? portMistake(number) : undefined,
    port.number('targetPort') > 0 ? 'targetPort has no impact on Gateways' : undefined,
    port.text('name') === '' ? `port name must be set: ${printed(port)}` : undefined,
  ];
  return mistakes.filter((mistake) => mistake !== undefined);
}

function bindMistakes(port: Message | undefined, bind: string): (string | undefined)[] {
  if (bind === '') return [];
  if (!bind.startsWith(unixPrefix)) return [addressMistake(bind)];
  return [
    unixPathMistake(bind.slice(unixPrefix.length)),
    port !== undefined && port.number('number') !== 0
      ? `port number must be 0 for unix domain socket: ${printed(port)}`
      : undefined,
  ];
}

/** A port as protobuf prints it. */
const printed = (port: Message): string =>
  [
    ...(port.number('number') === 0 ? [] : [`number:${port.number('number')}`]),
    ...['protocol', 'name'].flatMap((field) =>
      port.text(field) === '' ? [] : [`${field}:${JSON.stringify(port.text(field))}`],
    ),
  ].join(' ');

/** `tls: {httpsRedirect: true}`: nothing that a plain port could not do. */
const isRedirectOnly = (tls: Message): boolean =>
  ['', 'PASSTHROUGH', 'AUTO_PASSTHROUGH'].includes(tls.text('mode')) &&
  ['caCertificates', 'privateKey', 'serverCertificate'].every((field) => tls.text(field) === '');
