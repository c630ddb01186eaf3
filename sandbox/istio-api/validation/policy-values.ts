// Values in AuthorizationPolicies (Istio: pkg/config/security).

import { isIP } from 'node:net';
import { Findings } from './findings.ts';
import { isCidr } from './values.ts';

export const emptyValueMistake = (field: string, values: readonly string[]): string | undefined =>
  values.includes('') ? `empty value not allowed, found in ${field}` : undefined;

export const ipListMistakes = (values: readonly string[]): string[] =>
  values.flatMap((value) => {
    if (!value.includes('/')) return isIP(value) > 0 ? [] : [`bad IP address (${value})`];
    return isCidr(value)
      ? []
      : [`bad CIDR range (${value}): netip.ParsePrefix(${JSON.stringify(value)}): invalid prefix`];
  });

export const portListMistakes = (values: readonly string[]): string[] =>
  values.flatMap((value) => {
    if (/^\d+$/.test(value)) return Number(value) <= 65_535 ? [] : [`bad port (${value}): <nil>`];
    return [`bad port (${value}): strconv.ParseUint: parsing ${JSON.stringify(value)}: invalid syntax`];
  });

export function serviceAccountMistake(field: string, values: readonly string[]): string | undefined {
  if (values.length > 16) return 'may not have more than 16 values';
  return values.map((value) => accountMistake(field, value)).find((mistake) => mistake !== undefined);
}

function accountMistake(field: string, value: string): string | undefined {
  if (value === '') return `empty value not allowed, found in ${field}`;
  if (value.includes('*')) return `wildcard not allowed, found in ${field}`;
  const form = "expected format 'serviceAccount' or 'namespace/serviceAccount', found";
  const [namespace, account, ...rest] = value.split('/');
  const quoted = JSON.stringify(value);
  if (rest.length > 0) return `${form} ${quoted} in ${field}`;
  if (value.length > 320) return `value cannot exceed 320 characters, found ${quoted} in ${field}`;
  if (namespace === '') return `${form} empty namespace ${quoted} in ${field}`;
  return account === '' ? `${form} empty serviceAccount ${quoted} in ${field}` : undefined;
}

export const pathTemplateMistake = (field: string, paths: readonly string[]): string | undefined =>
  paths.map((path) => templateMistake(field, path)).find((mistake) => mistake !== undefined);

function templateMistake(field: string, path: string): string | undefined {
  const isTemplate = path.includes('{*}') || path.includes('{**}');
  const trimmed = path.replaceAll(/^\/+|\/+$/g, '');
  const invalid = (why: string): string =>
    `invalid or unsupported path ${trimmed}, found in ${field}. ${why}`;
  let hadRest = false;
  for (const part of trimmed.split('/')) {
    if (part === '{*}' || part === '{**}') {
      if (hadRest) return invalid('{**} is not the last operator');
      hadRest = part === '{**}';
    } else if (/[{}]/.test(part)) {
      return invalid("Contains '{' or '}' beyond a supported path template");
    } else if (isTemplate && !/^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/.test(part)) {
      return invalid(`Contains segment ${part} with invalid string literal`);
    }
  }
  return undefined;
}

/** A condition's key and its values. */
export function attributeMistake(key: string, values: readonly string[]): string | undefined {
  const empty = emptyValueMistake(key, values);
  if (empty !== undefined) return empty;
  if (
    ['request.headers', 'request.auth.claims', 'experimental.envoy.filters.'].some((each) =>
      key.startsWith(each),
    )
  ) {
    return mapKeyMistake(key);
  }
  if (['source.ip', 'remote.ip', 'destination.ip'].includes(key)) return joined(ipListMistakes(values));
  if (key === 'destination.port') return joined(portListMistakes(values));
  if (key === 'source.serviceAccount') return serviceAccountMistake(key, values);
  if (freeAttributes.has(key)) return undefined;
  if (key === 'destination.namespace') return `attribute ${key} is replaced by the metadata.namespace`;
  if (key.startsWith('destination.labels')) return `attribute ${key} is replaced by the workload selector`;
  return key === 'destination.name' || key === 'destination.user'
    ? `deprecated attribute ${key}: only supported in v1alpha1`
    : `unknown attribute: ${key}`;
}

const freeAttributes = new Set([
  'source.namespace',
  'source.principal',
  'request.auth.principal',
  'request.auth.audiences',
  'request.auth.presenter',
  'connection.sni',
]);

function mapKeyMistake(key: string): string | undefined {
  const open = key.indexOf('[');
  return key.endsWith(']') && open > 0 && open < key.length - 2
    ? undefined
    : `bad key (${key}): should have format a[b]`;
}

function joined(mistakes: readonly string[]): string | undefined {
  if (mistakes.length === 0) return undefined;
  const findings = new Findings();
  findings.listed(...mistakes);
  return findings.message;
}
