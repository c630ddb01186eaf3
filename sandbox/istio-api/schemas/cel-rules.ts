// The CEL rules of Istio's CustomResourceDefinitions, each with what it says of a value that has the schema's type.

import { parseGoDuration } from '../go-duration.ts';

export interface CelRule {
  /** In CEL, as a cluster's own API server evaluates it. */
  readonly rule: string;
  readonly message: string;
  /** The same in TypeScript. */
  readonly holds: (self: unknown) => boolean;
  /** Why CEL could not decide; undefined when it could. */
  readonly failure?: (self: unknown) => string | undefined;
}

const ofText = (holds: (self: string) => boolean) => (self: unknown) =>
  typeof self !== 'string' || holds(self);

const ofList = (holds: (self: readonly unknown[]) => boolean) => (self: unknown) =>
  !Array.isArray(self) || holds(self);

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const ofObject = (holds: (self: Fields) => boolean) => (self: unknown) => !isObject(self) || holds(self);

const has = (self: Fields, name: string): boolean => self[name] !== undefined && self[name] !== null;

const sizeOf = (value: unknown): number => {
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : 0;
};

export const durationRule: CelRule = {
  rule: "duration(self) >= duration('1ms')",
  message: 'must be a valid duration greater than 1ms',
  holds: ofText((self) => (parseGoDuration(self) ?? 0) >= 1_000_000),
  failure: (self) =>
    typeof self === 'string' && parseGoDuration(self) === undefined
      ? "type conversion error from 'string' to 'google.protobuf.Duration'"
      : undefined,
};

export const labelKeyRule: CelRule = {
  rule: 'self.all(key, !key.contains("*"))',
  message: 'wildcard not allowed in label key match',
  holds: ofObject((self) => Object.keys(self).every((key) => !key.includes('*'))),
};

export const labelKeySetRule: CelRule = {
  rule: 'self.all(key, key.size() != 0)',
  message: 'key must not be empty',
  holds: ofObject((self) => Object.keys(self).every((key) => key !== '')),
};

export const labelValueRule: CelRule = {
  rule: '!self.contains("*")',
  message: 'wildcard not allowed in label value match',
  holds: ofText((self) => !self.includes('*')),
};

export const selectorWildcardRule: CelRule = {
  rule: '!self.contains("*")',
  message: 'wildcard is not supported in selector',
  holds: ofText((self) => !self.includes('*')),
};

export const crossNamespaceRule: CelRule = {
  rule: 'self.size() == 0',
  message: 'cross namespace referencing is not currently supported',
  holds: ofText((self) => self === ''),
};

export const targetsRule: CelRule = {
  rule: '(has(self.selector) ? 1 : 0) + (has(self.targetRef) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1',
  message: 'only one of targetRefs or selector can be set',
  holds: ofObject(
    (self) => ['selector', 'targetRef', 'targetRefs'].filter((name) => has(self, name)).length <= 1,
  ),
};

export const envoyFilterTargetsRule: CelRule = {
  rule: '(has(self.workloadSelector) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1',
  message: 'only one of targetRefs or workloadSelector can be set',
  holds: ofObject((self) => !has(self, 'workloadSelector') || !has(self, 'targetRefs')),
};

export const portRule: CelRule = {
  rule: '0 < self && self <= 65535',
  message: 'port must be between 1-65535',
  holds: (self) => typeof self !== 'number' || (self > 0 && self <= 65_535),
};

export const portKeyRule: CelRule = {
  rule: 'self.all(key, 0 < int(key) && int(key) <= 65535)',
  message: 'port must be between 1-65535',
  holds: ofObject((self) =>
    Object.keys(self).every((key) => /^\d+$/.test(key) && Number(key) > 0 && Number(key) <= 65_535),
  ),
};

export const portNameRule: CelRule = {
  rule: 'self.all(key, size(key) < 63 && key.matches("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$"))',
  message: 'port name must be valid',
  holds: ofObject((self) =>
    Object.keys(self).every(
      (key) => key.length < 63 && /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(key),
    ),
  ),
};

export const portNumbersRule: CelRule = {
  rule: 'self.all(l1, self.exists_one(l2, l1.number == l2.number))',
  message: 'port number cannot be duplicated',
  holds: ofList((self) => {
    const numbers = self.map((port) => (isObject(port) ? port['number'] : undefined));
    return new Set(numbers).size === numbers.length;
  }),
};

export const wildcardHostRule: CelRule = {
  rule: 'self != "*"',
  message: 'hostname cannot be wildcard',
  holds: ofText((self) => self !== '*'),
};

export const addressRule: CelRule = {
  rule: 'has(self.address) || has(self.network)',
  message: 'Address is required',
  holds: ofObject((self) => has(self, 'address') || has(self, 'network')),
};

export const udsPortsRule: CelRule = {
  rule: '(has(self.address) ? self.address : "").startsWith("unix://") ? !has(self.ports) : true',
  message: 'UDS may not include ports',
  holds: ofObject(({ address, ports }) => !isSocket(address) || ports === undefined),
};

export const udsPathRule: CelRule = {
  rule: 'self.startsWith("unix://") ? (self.substring(7, 8) == "/" || self.substring(7, 8) == "@") : true',
  message: 'UDS must be an absolute path or abstract socket',
  holds: ofText((self) => !isSocket(self) || self[7] === '/' || self[7] === '@'),
};

export const udsDirectoryRule: CelRule = {
  rule: 'self.startsWith("unix://") ? !self.endsWith("/") : true',
  message: 'UDS may not be a dir',
  holds: ofText((self) => !isSocket(self) || !self.endsWith('/')),
};

const isSocket = (address: unknown): boolean => typeof address === 'string' && address.startsWith('unix://');

export const endpointsOrSelectorRule: CelRule = {
  rule: '(has(self.workloadSelector) ? 1 : 0) + (has(self.endpoints) ? 1 : 0) <= 1',
  message: 'only one of WorkloadSelector or Endpoints can be set',
  holds: ofObject((self) => !has(self, 'workloadSelector') || !has(self, 'endpoints')),
};

export const cidrRule: CelRule = {
  rule:
    '!((has(self.addresses) ? self.addresses : []).exists(k, k.contains("/")) && ' +
    '!((has(self.resolution) ? self.resolution : "NONE") in ["STATIC", "NONE"]))',
  message: 'CIDR addresses are allowed only for NONE/STATIC resolution types',
  holds: ofObject(({ addresses, resolution = 'NONE' }) => {
    const hasCidr =
      Array.isArray(addresses) && addresses.some((one) => typeof one === 'string' && one.includes('/'));
    return !hasCidr || resolution === 'STATIC' || resolution === 'NONE';
  }),
};

export const noEndpointsRule: CelRule = {
  rule: '((has(self.resolution) ? self.resolution : "NONE") == "NONE") ? !has(self.endpoints) : true',
  message: 'NONE mode cannot set endpoints',
  holds: ofObject(({ resolution = 'NONE', endpoints }) => resolution !== 'NONE' || endpoints === undefined),
};

export const roundRobinRule: CelRule = {
  rule:
    '((has(self.resolution) ? self.resolution : "") == "DNS_ROUND_ROBIN") ? ' +
    '((has(self.endpoints) ? self.endpoints : []).size() <= 1) : true',
  message: 'DNS_ROUND_ROBIN mode cannot have multiple endpoints',
  holds: ofObject(({ resolution, endpoints }) => resolution !== 'DNS_ROUND_ROBIN' || sizeOf(endpoints) <= 1),
};

export const schemeRule: CelRule = {
  rule: 'self in ["", "HTTP", "HTTPS"]',
  message: 'scheme must be one of [HTTP, HTTPS]',
  holds: ofText((self) => ['', 'HTTP', 'HTTPS'].includes(self)),
};

export const portLevelSelectorRule: CelRule = {
  rule:
    'has(self.portLevelMtls) ? (((has(self.selector) && has(self.selector.matchLabels)) ? ' +
    'self.selector.matchLabels : {}).size() > 0) : true',
  message: 'portLevelMtls requires selector',
  holds: ofObject(
    ({ portLevelMtls, selector }) =>
      portLevelMtls === undefined || (isObject(selector) && sizeOf(selector['matchLabels']) > 0),
  ),
};

export const serviceAccountsRule: CelRule = {
  rule:
    '(has(self.serviceAccounts) || has(self.notServiceAccounts)) ? (!has(self.principals) && ' +
    '!has(self.notPrincipals) && !has(self.namespaces) && !has(self.notNamespaces)) : true',
  message: 'Cannot set serviceAccounts with namespaces or principals',
  holds: ofObject((self) => {
    const accounts = ['serviceAccounts', 'notServiceAccounts'].some((name) => has(self, name));
    const others = ['principals', 'notPrincipals', 'namespaces', 'notNamespaces'].some((name) =>
      has(self, name),
    );
    return !(accounts && others);
  }),
};

export const jwksRule: CelRule = {
  rule: '(has(self.jwksUri) ? 1 : 0) + (has(self.jwks_uri) ? 1 : 0) + (has(self.jwks) ? 1 : 0) <= 1',
  message: 'only one of jwks or jwksUri can be set',
  holds: ofObject((self) => ['jwksUri', 'jwks_uri', 'jwks'].filter((name) => has(self, name)).length <= 1),
};

export const jwksUriRule: CelRule = {
  rule: 'url(self).getScheme() in ["http", "https"]',
  message: 'url must have scheme http:// or https://',
  holds: ofText((self) => ['http:', 'https:'].includes(schemeOf(self) ?? '')),
};

export const wasmUrlRule: CelRule = {
  rule:
    'isURL(self) ? (url(self).getScheme() in ["", "http", "https", "oci", "file"]) : ' +
    '(isURL("http://" + self) && url("http://" + self).getScheme() in ["", "http", "https", "oci", "file"])',
  message: 'url must have schema one of [http, https, file, oci]',
  holds: ofText((self) => {
    const scheme = schemeOf(self);
    // CEL's URLs need a scheme or a leading slash; an image reference is tried again with http:// before it.
    if (scheme === undefined) return schemeOf(`http://${self}`) !== undefined;
    return ['http:', 'https:', 'oci:', 'file:'].includes(scheme) || !self.includes('://');
  }),
};

const schemeOf = (text: string): string | undefined =>
  URL.canParse(text) ? new URL(text).protocol : undefined;

export const hostEnvironmentRule: CelRule = {
  rule: '(has(self.valueFrom) ? self.valueFrom : "") != "HOST" || !has(self.value)',
  message: 'value may only be set when valueFrom is INLINE',
  holds: ofObject(({ valueFrom, value }) => valueFrom !== 'HOST' || value === undefined),
};

export const upsertRule: CelRule = {
  rule: '((has(self.operation) ? self.operation : "") == "UPSERT") ? (self.value != "") : true',
  message: 'value must be set when operation is UPSERT',
  holds: ofObject(({ operation, value = '' }) => operation !== 'UPSERT' || value !== ''),
};

export const removeTagRule: CelRule = {
  rule: '((has(self.operation) ? self.operation : "") == "REMOVE") ? !has(self.value) : true',
  message: 'value must not be set when operation is REMOVE',
  holds: ofObject(({ operation, value }) => operation !== 'REMOVE' || value === undefined),
};
