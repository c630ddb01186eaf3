// How the values of a check are written: for its reader, and for the schema that editors have.

/** Text that fits a pattern. */
export interface Written {
  readonly pattern: RegExp;
  /** How it must be: `http.get must be …`. */
  readonly rule: string;
  /** True: 200 and true, which YAML reads as other things, are text as well. */
  readonly orScalar?: boolean;
}

/** A mapping of names to texts. */
export interface WrittenPairs {
  readonly name: Written;
  /** What each text must be. @default text that is not empty */
  readonly text?: Written;
}

export const text: Written = { pattern: /[^]/, rule: 'text that is not empty', orScalar: true };

export const maybeEmpty: Written = { pattern: /^/, rule: 'text', orScalar: true };

export const url: Written = {
  pattern: /^https?:\/\/[^\s/?#]\S*$/,
  rule: 'a URL that starts with http:// or https://',
};

/** Ways to write a share: `any` from nothing to all, `some` not nothing, `part` neither nothing nor all. */
export const shares = {
  any: { pattern: /^0*(100(\.0+)?|\d{1,2}(\.\d+)?)%$/, rule: 'a share from 0% to 100%' },
  some: { pattern: /^(?=.*[1-9])0*(100(\.0+)?|\d{1,2}(\.\d+)?)%$/, rule: 'a share above 0%, up to 100%' },
  part: { pattern: /^(?=.*[1-9])0*\d{1,2}(\.\d+)?%$/, rule: 'a share above 0% and below 100%' },
} as const satisfies Readonly<Record<string, Written>>;

export type ShareKind = keyof typeof shares;

export const duration: Written = {
  pattern: /^(?=.*[1-9])\d+(\.\d+)?(ms|s|m)$/,
  rule: 'a duration above zero, like 250ms, 30s or 2m',
};

/** A duration, or `0s` for none. */
export const durationOrNone: Written = {
  pattern: /^\d+(\.\d+)?(ms|s|m)$/,
  rule: 'a duration like 250ms, 30s or 2m, or 0s for none',
};

/** RFC 1123 label, as Kubernetes names namespaces. */
export const namespaceName: Written = {
  pattern: /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
  rule: 'the name of a namespace: lower case letters, digits and -, at most 63',
};

// RFC 1123 subdomain, as Kubernetes names Deployments.
export const deployment: Written = {
  pattern: /^deployment\/[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/,
  rule: 'deployment/NAME',
};

// Names of some kinds can have colons and capitals; none has what a path of the API cannot hold.
export const objectName: Written = { pattern: /^[^\s/%]+$/, rule: 'the name of an object' };

export const kind: Written = {
  pattern: /^[A-Z][A-Za-z0-9]*$/,
  rule: 'a kind as manifests write it, such as Deployment',
};

export const apiVersion: Written = {
  pattern: /^([a-z0-9][-a-z0-9.]*\/)?v\d+((alpha|beta)\d+)?$/,
  rule: 'an apiVersion such as v1 or batch/v1',
};

export const path: Written = { pattern: /^\/\S*$/, rule: 'a path that starts with /' };

// https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on, and
// x-envoy-retry-grpc-on below it.
const retryConditions = [
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'envoy-ratelimited',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
];

export const retryCondition: Written = {
  pattern: new RegExp(`^(${retryConditions.join('|')})$`),
  rule: `one of ${retryConditions.join(', ')}`,
};

// RFC 9110, section 5.6.2: a token.
export const headerName: Written = { pattern: /^[!#$%&'*+.^`|~\w-]+$/, rule: 'the name of a header' };

export const headers: WrittenPairs = { name: headerName };

// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
export const labels: WrittenPairs = {
  name: {
    pattern: /^([a-z0-9][-a-z0-9.]*\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/,
    rule: 'the name of a label',
  },
  text: {
    pattern: /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/,
    rule: 'the value of a label',
    orScalar: true,
  },
};

// https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
export const metricName: Written = {
  pattern: /^[A-Za-z_:][\w:]*$/,
  rule: 'the name of a counter, without its labels',
};

export const metricLabels: WrittenPairs = {
  name: { pattern: /^[A-Za-z_]\w*$/, rule: 'the name of a label' },
  text: maybeEmpty,
};

export const namesWithTexts: WrittenPairs = { name: text };

/** Whole numbers. */
export interface Whole {
  readonly from: number;
  readonly to?: number;
  /** One that is right as well. */
  readonly or?: number;
}

export const ruleOfWhole = ({ from, to, or }: Whole): string =>
  `a whole number ${to === undefined ? `from ${from} on` : `from ${from} to ${to}`}${or === undefined ? '' : `, or ${or}`}`;

export const isWhole = (value: unknown, { from, to = Number.MAX_SAFE_INTEGER, or }: Whole): value is number =>
  Number.isSafeInteger(value) && (value === or || (Number(value) >= from && Number(value) <= to));
