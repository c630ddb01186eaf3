import type { Findings } from './findings.ts';
import type { Message } from './message.ts';
import { emptySelector, fqdnMistake, namespacedHost, selectorMistakes } from './names.ts';
import { serverTls } from './server-tls.ts';
import { connectionPool } from './traffic-policy.ts';
import {
  addressMistake,
  isHttp,
  isTls,
  portMistake,
  protocolMistake,
  unixPathMistake,
  unixPrefix,
} from './values.ts';
import { destination } from './virtual-service/destinations.ts';
import { portNameMistake } from './workload-entry.ts';

export function sidecar(findings: Findings, spec: Message, namespace: string): void {
  const selector = spec.child('workloadSelector');
  const mistakes = selector === undefined ? [] : selectorMistakes(selector, 'labels');
  const ingress = spec.list('ingress');
  const egress = spec.list('egress');
  const isEmpty =
    ingress.length + egress.length === 0 &&
    !spec.has('outboundTrafficPolicy') &&
    !spec.has('inboundConnectionPool');
  if (mistakes.length > 0 || isEmpty) {
    findings.error(...(mistakes.length > 0 ? mistakes : ['sidecar: empty configuration provided']));
    return;
  }
  if (selector?.keys('labels').length === 0) {
    findings.warn(`sidecar: ${emptySelector}, will be applied to all services in namespace`);
  }
  ingressListeners(findings, ingress);
  connectionPool(findings, spec.child('inboundConnectionPool'));
  egressListeners(findings, egress, namespace);
  outboundPolicy(findings, spec.child('outboundTrafficPolicy'));
}

function ingressListeners(findings: Findings, listeners: readonly Message[]): void {
  const numbers = new Set<number>();
  for (const listener of listeners) {
    const port = listener.child('port');
    if (port === undefined) {
      findings.error('sidecar: port is required for ingress listeners');
      continue;
    }
    const number = port.number('number');
    if (port.number('targetPort') > 0) findings.error('targetPort has no impact on Sidecars');
    boundPort(findings, port, listener.text('bind'));
    if (numbers.has(number)) findings.error('sidecar: ports on IP bound listeners must be unique');
    numbers.add(number);
    defaultEndpoint(findings, listener.text('defaultEndpoint'));
    ingressTls(findings, listener.child('tls'), port.text('protocol'));
    const pool = listener.child('connectionPool');
    connectionPool(findings, pool);
    if (pool?.has('http') === true && !isHttp(port.text('protocol'))) {
      findings.warn(
        `sidecar: HTTP connection pool settings are configured for port ${number} (${JSON.stringify(port.text('name'))}) but its protocol is not HTTP (${port.text('protocol')}); only TCP settings will apply`,
      );
    }
  }
}

function boundPort(findings: Findings, port: Message, bind: string): void {
  findings.error(
    port.text('name') === '' ? undefined : portNameMistake(port.text('name')),
    protocolMistake(port.text('protocol')),
    portMistake(port.number('number')),
    bind === '' ? undefined : addressMistake(bind),
  );
}

function defaultEndpoint(findings: Findings, endpoint: string): void {
  if (endpoint === '') return;
  if (endpoint.startsWith(unixPrefix)) {
    findings.error(unixPathMistake(endpoint.slice(unixPrefix.length)));
    return;
  }
  const [, inBrackets, plain, port = ''] = /^(?:\[([^\]]*)\]|([^:]*)):(.*)$/.exec(endpoint) ?? [];
  const host = inBrackets ?? plain;
  if (host === undefined) findings.error(`address ${endpoint}: missing port in address`);
  else if (!['', '127.0.0.1', '0.0.0.0', '::1', '::'].includes(host)) {
    findings.error(
      'sidecar: defaultEndpoint must be of form 127.0.0.1:<port>,0.0.0.0:<port>,[::1]:port,[::]:port,unix://filepath or unset',
    );
  }
  findings.error(
    /^[+-]?\d+$/.test(port)
      ? portMistake(Number(port))
      : `sidecar: defaultEndpoint port (${port}) is not a number: strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`,
  );
}

function ingressTls(findings: Findings, tls: Message | undefined, protocol: string): void {
  if (tls === undefined) return;
  const mode = tls.text('mode');
  findings.error(
    tls.texts('subjectAltNames').length > 0
      ? 'sidecar: subjectAltNames is not supported in ingress tls'
      : undefined,
    tls.flag('httpsRedirect') ? 'sidecar: httpsRedirect is not supported' : undefined,
    tls.text('credentialName') === '' ? undefined : 'sidecar: credentialName is not currently supported',
    ['ISTIO_MUTUAL', 'AUTO_PASSTHROUGH'].includes(mode)
      ? `configuration is invalid: cannot set mode to ${mode} in sidecar ingress tls`
      : undefined,
    isTls(protocol) ? undefined : 'server cannot have TLS settings for non HTTPS/TLS ports',
  );
  serverTls(findings, tls);
}

function egressListeners(findings: Findings, listeners: readonly Message[], namespace: string): void {
  const numbers = new Set<number>();
  const sockets = new Set<string>();
  for (const [index, listener] of listeners.entries()) {
    const port = listener.child('port');
    if (port === undefined) {
      if (index !== listeners.length - 1) {
        findings.error(
          'sidecar: the egress listener with empty port should be the last listener in the list',
        );
      }
    } else egressPort(findings, listener, port, { numbers, sockets });
    const hosts = listener.texts('hosts');
    if (hosts.length === 0) findings.error('sidecar: egress listener must contain at least one host');
    egressHosts(findings, hosts, namespace);
  }
}

function egressPort(
  findings: Findings,
  listener: Message,
  port: Message,
  { numbers, sockets }: { readonly numbers: Set<number>; readonly sockets: Set<string> },
): void {
  const number = port.number('number');
  const bind = listener.text('bind');
  if (port.number('targetPort') > 0) findings.error('targetPort has no impact on Sidecars');
  if (number !== 0) {
    boundPort(findings, port, bind);
    if (numbers.has(number)) findings.error('sidecar: ports on IP bound listeners must be unique');
    numbers.add(number);
    return;
  }
  findings.error(
    port.text('name') === '' ? undefined : portNameMistake(port.text('name')),
    protocolMistake(port.text('protocol')),
    bind.startsWith(unixPrefix)
      ? unixPathMistake(bind.slice(unixPrefix.length))
      : 'sidecar: ports with 0 value must have a unix domain socket bind address',
    listener.text('captureMode') === 'IPTABLES'
      ? 'sidecar: captureMode must be DEFAULT/NONE for unix domain socket listeners'
      : undefined,
    sockets.has(bind) ? 'sidecar: unix domain socket values for listeners must be unique' : undefined,
  );
  sockets.add(bind);
}

function egressHosts(findings: Findings, hosts: readonly string[], namespace: string): void {
  const known = new Map<string, Set<string>>();
  for (const host of hosts) {
    const slash = host.indexOf('/');
    if (slash >= 0) {
      const place = host.slice(0, slash) === '.' ? namespace : host.slice(0, slash);
      const service = host.slice(slash + 1);
      const others = known.get(place) ?? new Set();
      known.set(place, others);
      const isDuplicate = service === '*' ? others.size > 0 : others.has(service) || others.has('*');
      if (isDuplicate) findings.warn(`duplicated egress host: ${host}`);
      others.add(service);
    }
    namespacedHost(findings, host, false);
  }
  if (known.get('*')?.has('*') === true && known.size !== 1) {
    findings.warn('`*/*` host select all resources, no other hosts can be added');
  }
}

function outboundPolicy(findings: Findings, policy: Message | undefined): void {
  const proxy = policy?.child('egressProxy');
  if (policy === undefined || proxy === undefined) return;
  // Without a mode protobuf reads REGISTRY_ONLY.
  if (policy.text('mode') !== 'ALLOW_ANY') {
    findings.error('sidecar: egress_proxy must be set only with ALLOW_ANY outbound_traffic_policy mode');
    return;
  }
  findings.error(fqdnMistake(proxy.text('host')));
  if (proxy.has('port')) destination(findings, proxy);
  else findings.error('sidecar: egress_proxy port must be non-nil');
}
