// Host names and labels (Istio: pkg/config/labels, pkg/config/host, pkg/config/validation/agent).

import { isIP } from 'node:net';
import type { Findings } from './findings.ts';
import type { Message } from './message.ts';

const label = '[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?';
const dnsLabel = new RegExp(`^${label}$`);
const wildcardLabel = new RegExp(`^(\\*|(\\*|\\*-)?${label})$`);
const qualifiedName = '(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const tagKey = new RegExp(`^(${label}(?:\\.${label})*/)?(${qualifiedName})$`);
const tagValue = new RegExp(`^(${qualifiedName})?$`);

export const isDnsLabel = (text: string): boolean => text.length <= 63 && dnsLabel.test(text);

const quote = (text: string): string => JSON.stringify(text);

/** A name such as `web.shop.svc.cluster.local`. */
export const fqdnMistake = (name: string): string | undefined => lengthMistake(name) ?? labelsMistake(name);

/** As `fqdnMistake`, but the first label may be or begin with `*`. */
export function wildcardDomainMistake(domain: string): string | undefined {
  const mistake = lengthMistake(domain);
  if (mistake !== undefined) return mistake;
  const [first = '', ...rest] = domain.split('.');
  if (first.length > 63 || !wildcardLabel.test(first)) return invalidLabel(domain, first);
  return rest.length === 0 ? undefined : labelsMistake(rest.join('.'));
}

/** A host of a VirtualService at a gateway; with TLS rules it may be a name that AUTO_PASSTHROUGH made. */
export function gatewayDomainMistake(isSni: boolean, domain: string): string | undefined {
  const mistake = lengthMistake(domain);
  if (mistake !== undefined || !isSni || !domain.startsWith('outbound_')) {
    return mistake ?? wildcardDomainMistake(domain);
  }
  const form = 'outbound_.<PORT>_._.<HOSTNAME>';
  const [, port, , host] = domain.split('_').map((part) => part.replaceAll(/^\.+|\.+$/g, ''));
  if (port === undefined || host === undefined) {
    return `domain name ${domain} invalid, should follow '${form}' format`;
  }
  const wrong = [/\d/.test(port) ? undefined : port, /[a-zA-Z]/.test(host) ? undefined : host].find(
    (part) => part !== undefined,
  );
  return wrong === undefined
    ? undefined
    : `domain name ${quote(domain)} invalid (label ${quote(wrong)} invalid). should follow ${form} format`;
}

const lengthMistake = (name: string): string | undefined => {
  if (name.length > 255) return `domain name ${quote(name)} too long (max 255)`;
  return name === '' ? 'empty domain name not allowed' : undefined;
};

function labelsMistake(domain: string): string | undefined {
  const parts = domain.split('.');
  const top = parts.at(-1) ?? '';
  if (/^[+-]?\d+$/.test(top)) {
    return `domain name ${quote(domain)} invalid (top level domain ${quote(top)} cannot be all-numeric)`;
  }
  // A trailing dot makes a name unambiguous.
  const checked = top === '' ? parts.slice(0, -1) : parts;
  const wrong = checked.find((each) => !isDnsLabel(each));
  return wrong === undefined ? undefined : invalidLabel(domain, wrong);
}

const invalidLabel = (domain: string, wrong: string): string =>
  `domain name ${quote(domain)} invalid (label ${quote(wrong)} invalid)`;

export const partialWildcardMistake = (host: string): string | undefined =>
  host.includes('*') && host.length !== 1 && !host.startsWith('*.')
    ? `partial wildcard ${quote(host)} not allowed`
    : undefined;

/** `host` (gateways only) or `namespace/host`. */
export function namespacedHost(findings: Findings, host: string, isGateway: boolean): void {
  const slash = host.indexOf('/');
  if (slash < 0) {
    if (isGateway) hostPart(findings, host, true);
    else findings.error('host must be of form namespace/dnsName');
    return;
  }
  const namespace = host.slice(0, slash);
  const name = host.slice(slash + 1);
  if (namespace === '' || name === '') {
    findings.error('config namespace and dnsName in host entry cannot be empty');
  }
  const special = isGateway ? ['*', '.'] : ['*', '.', '~'];
  if (!special.includes(namespace) && !isDnsLabel(namespace)) {
    findings.error(`invalid namespace value ${quote(namespace)} in ${isGateway ? 'gateway' : 'sidecar'}`);
  }
  hostPart(findings, name, isGateway);
}

function hostPart(findings: Findings, host: string, isGateway: boolean): void {
  if (host !== '*' && !host.includes('.')) findings.error('short names (non FQDN) are not allowed');
  const mistake = wildcardDomainMistake(host);
  // Istio says it twice for a Sidecar.
  if (!isGateway) findings.error(mistake);
  if (isIP(host) === 0) findings.error(mistake);
  findings.error(partialWildcardMistake(host));
}

const withoutStar = (host: string): string => host.slice(1);
const isWildcard = (host: string): boolean => host.startsWith('*');

/** Whether some name belongs to both. */
export function hostsOverlap(a: string, b: string): boolean {
  if (isWildcard(a) && isWildcard(b)) {
    return withoutStar(a).endsWith(withoutStar(b)) || withoutStar(b).endsWith(withoutStar(a));
  }
  if (isWildcard(a)) return b.endsWith(withoutStar(a));
  return isWildcard(b) ? a.endsWith(withoutStar(b)) : a === b;
}

/** Whether every name of `a` belongs to `b`. */
export function isHostWithin(a: string, b: string): boolean {
  if (!isWildcard(b)) return a === b && !isWildcard(a);
  const name = isWildcard(a) ? withoutStar(a) : a;
  return a.length >= (isWildcard(a) ? b.length : 0) && name.endsWith(withoutStar(b));
}

/** A map of labels. */
export function labels(findings: Findings, message: Message, name: string): void {
  for (const [key, value] of message.texted(name)) {
    const [, prefix = '', own = ''] = tagKey.exec(key) ?? [];
    if (!tagKey.test(key)) findings.listed(`invalid tag key: ${quote(key)}`);
    else if (prefix.length - 1 > 253) {
      findings.listed(`invalid tag key: ${quote(key)} (DNS prefix is too long)`);
    } else if (own.length > 63) findings.listed(`invalid tag key: ${quote(key)} (name is too long)`);
    if (!tagValue.test(value)) findings.listed(`invalid tag value: ${quote(value)}`);
  }
}

/** A selector with `matchLabels` (policies) or `labels` (Sidecar and the like). */
export function selectorMistakes(selector: Message, field: 'matchLabels' | 'labels'): string[] {
  return selector.texted(field).flatMap(([key, value]) => {
    const pair = quote(`${key}=${value}`);
    const mistakes = key === '' ? [`empty key is not supported in selector: ${pair}`] : [];
    if (pair.includes('*')) mistakes.push(`wildcard is not supported in selector: ${pair}`);
    return mistakes;
  });
}

export const emptySelector = 'workload selector specified without labels';
