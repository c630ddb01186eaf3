// Fields of Istio's resources that are valid, and that the sandbox does not execute: the API warns of each.

import { unknownSettings } from './mesh-config.ts';
import type { AnyObject } from '../kube/object.ts';

/** One warning, as kubectl prints it after "Warning: ". */
export interface NotExecuted {
  /** JSON path: `spec.servers[0].tls`. */
  readonly field: string;
  readonly reason: string;
}

/**
 * Kinds of Istio's API groups of which nothing is executed, with the reason.
 */
export const kindsNotExecuted: Readonly<Record<string, string>> = {
  EnvoyFilter: 'the config of the proxies cannot be patched',
  WorkloadGroup: 'workloads are pods only',
  ProxyConfig: 'proxies have the configuration of the mesh',
  WasmPlugin: 'proxies run no plug-ins',
};

/** Everything in this object that has no effect here; empty for other kinds and for objects executed in full. */
export function notExecuted(object: AnyObject): NotExecuted[] {
  const whole =
    isIstio(object) && Object.hasOwn(kindsNotExecuted, object.kind)
      ? kindsNotExecuted[object.kind]
      : undefined;
  if (whole !== undefined) return [{ field: 'spec', reason: `${object.kind} is not executed: ${whole}` }];
  if (object.kind === 'ConfigMap') return meshSettings(object);
  if (!isIstio(object) || !Object.hasOwn(paths, object.kind)) return [];
  return (paths[object.kind] ?? []).flatMap(({ path, reason, only }) =>
    valuesAt(object, path)
      .filter(({ value }) => only === undefined || only(value))
      .map(({ field }) => ({ field, reason })),
  );
}

interface Rule {
  /** `*` is every item of a list or every value of a map. */
  readonly path: string;
  readonly reason: string;
  readonly only?: (value: unknown) => boolean;
}

const rule = (path: string, reason: string, only?: Rule['only']): Rule => ({
  path,
  reason,
  ...(only && { only }),
});

const isOneOf =
  (...names: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && names.includes(value.toUpperCase());

/** Names that certificates must have, where nobody looks at them. */
const namesUnless =
  (field: string, value: string) =>
  (object: unknown): boolean => {
    const fields = object as Readonly<Record<string, unknown>>;
    return fields['subjectAltNames'] !== undefined && fields[field] !== value;
  };

const policyRules: readonly Rule[] = [
  { path: 'loadBalancer.localityLbSetting', reason: 'locality load balancing is not executed' },
  { path: 'loadBalancer.warmup', reason: 'warm-up is not executed' },
  { path: 'loadBalancer.warmupDurationSecs', reason: 'warm-up is not executed' },
  { path: 'connectionPool.tcp.tcpKeepalive', reason: 'TCP keepalive is not executed' },
  {
    path: 'connectionPool.tcp.maxConnectionDuration',
    reason: 'the age of connections is not limited',
  },
  {
    path: 'connectionPool.http.h2UpgradePolicy',
    reason: 'upstream connections speak HTTP/1.1',
    only: isOneOf('UPGRADE'),
  },
  {
    path: 'connectionPool.http.useClientProtocol',
    reason: 'upstream connections speak HTTP/1.1',
    only: (value) => value === true,
  },
  {
    path: 'connectionPool.http.maxConcurrentStreams',
    reason: 'upstream connections speak HTTP/1.1',
  },
  {
    path: 'tls.mode',
    reason: 'TLS origination is not executed: requests go out in plain text',
    only: isOneOf('SIMPLE', 'MUTUAL'),
  },
  {
    path: 'tls',
    reason: 'subjectAltNames are checked with ISTIO_MUTUAL only',
    only: namesUnless('mode', 'ISTIO_MUTUAL'),
  },
  ...[
    'caCertificates',
    'caCrl',
    'clientCertificate',
    'credentialName',
    'insecureSkipVerify',
    'privateKey',
  ].map((name): Rule => ({ path: `tls.${name}`, reason: 'TLS origination is not executed' })),
  { path: 'tunnel', reason: 'tunnels are not executed' },
  { path: 'proxyProtocol', reason: 'the PROXY protocol is not executed' },
  { path: 'retryBudget', reason: 'retry budgets are not executed' },
];

const workloadRules = (prefix: string): Rule[] => [
  rule(`${prefix}.locality`, 'there is one locality'),
  rule(`${prefix}.network`, 'there is one network'),
  rule(
    `${prefix}.address`,
    'endpoints have IP addresses or names',
    (value) => typeof value === 'string' && value.startsWith('unix:'),
  ),
];

const isWaypoint = (value: unknown): boolean => value !== 'Gateway';

/** Only sidecars and gateways are there. */
const waypointTargets: readonly Rule[] = [
  rule('spec.targetRefs.*.kind', 'there are no waypoints', isWaypoint),
  rule('spec.targetRef.kind', 'there are no waypoints', isWaypoint),
];

const isHttpsWithoutMode = (value: unknown): boolean => {
  const server = value as { port?: { protocol?: unknown }; tls?: { mode?: unknown } | null } | null;
  const tls = server?.tls ?? undefined;
  return isOneOf('HTTPS')(server?.port?.protocol) && tls !== undefined && tls.mode === undefined;
};

const paths: Readonly<Record<string, readonly Rule[]>> = {
  ServiceEntry: [
    rule(
      'spec.ports.*.protocol',
      'the server name of TLS is not read: connections pass through as to an unknown address',
      isOneOf('TLS', 'HTTPS'),
    ),
    rule(
      'spec',
      'subjectAltNames are checked of services in the mesh only',
      namesUnless('location', 'MESH_INTERNAL'),
    ),
    ...workloadRules('spec.endpoints.*'),
  ],
  WorkloadEntry: workloadRules('spec'),
  Sidecar: [
    ...['port', 'bind', 'captureMode'].map((name) =>
      rule(`spec.egress.*.${name}`, 'the hosts of all egress listeners hold for every port'),
    ),
    { path: 'spec.ingress', reason: 'what a pod accepts is what its services say' },
    { path: 'spec.inboundConnectionPool', reason: 'connections to the pod itself are not limited' },
    { path: 'spec.outboundTrafficPolicy.egressProxy', reason: 'unknown hosts are not sent to another proxy' },
  ],
  Telemetry: [
    { path: 'spec.metrics', reason: 'metrics are Istio’s own' },
    { path: 'spec.tracing', reason: 'there are no traces' },
    { path: 'spec.targetRefs', reason: 'it holds for all of its namespace' },
    { path: 'spec.targetRef', reason: 'it holds for all of its namespace' },
    { path: 'spec.accessLogging.*.filter', reason: 'access logs are not filtered' },
    rule(
      'spec.accessLogging.*.providers.*.name',
      'the one provider of access logs is envoy',
      (value) => value !== 'envoy',
    ),
  ],
  VirtualService: [
    { path: 'spec.tcp', reason: 'rules for TCP are not executed' },
    { path: 'spec.tls', reason: 'rules for TLS are not executed' },
    { path: 'spec.http.*.match.*.statPrefix', reason: 'the proxies have no statistics by route' },
    { path: 'spec.http.*.mirror_percent', reason: 'write mirrorPercentage' },
    { path: 'spec.http.*.fault.delay.exponentialDelay', reason: 'only fixedDelay is executed' },
    { path: 'spec.http.*.fault.abort.http2Error', reason: 'only httpStatus and grpcStatus are executed' },
  ],
  DestinationRule: [
    'spec.trafficPolicy',
    'spec.trafficPolicy.portLevelSettings.*',
    'spec.subsets.*.trafficPolicy',
    'spec.subsets.*.trafficPolicy.portLevelSettings.*',
  ].flatMap((prefix) => policyRules.map(({ path, reason, only }) => rule(`${prefix}.${path}`, reason, only))),
  AuthorizationPolicy: [
    {
      path: 'spec.action',
      reason: 'no provider can be asked: what the policy is for is denied',
      only: isOneOf('CUSTOM'),
    },
    ...waypointTargets,
  ],
  RequestAuthentication: [
    ...['jwksUri', 'jwks_uri'].map((name) =>
      rule(`spec.jwtRules.*.${name}`, 'keys are not fetched: write them into jwks'),
    ),
    rule('spec.jwtRules.*.timeout', 'keys are not fetched'),
    ...waypointTargets,
  ],
  Gateway: [
    {
      path: 'spec.servers.*.port.protocol',
      reason: 'only HTTP and HTTPS servers are executed: nothing listens on this port',
      only: (value) => !isOneOf('HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB', 'HTTPS')(value),
    },
    rule(
      'spec.servers.*.tls.mode',
      'a gateway ends TLS of mode SIMPLE only: nothing listens on this port',
      (value) => !isOneOf('SIMPLE')(value),
    ),
    rule(
      'spec.servers.*',
      'TLS without a mode is passed through, and a gateway ends TLS of mode SIMPLE only: nothing listens on this port',
      isHttpsWithoutMode,
    ),
    // All but httpsRedirect and credentialName.
    ...[
      'serverCertificate',
      'privateKey',
      'caCertificates',
      'caCrl',
      'cipherSuites',
      'maxProtocolVersion',
      'minProtocolVersion',
      'subjectAltNames',
      'verifyCertificateHash',
      'verifyCertificateSpki',
    ].map((name) =>
      rule(`spec.servers.*.tls.${name}`, 'a gateway has its certificate from the Secret of credentialName'),
    ),
  ],
};

function meshSettings({ metadata, ...fields }: AnyObject): NotExecuted[] {
  if (metadata.namespace !== 'istio-system' || metadata.name !== 'istio') return [];
  const { mesh = '' } = (fields['data'] ?? {}) as { mesh?: string };
  return unknownSettings(mesh).map((name) => ({
    field: `data.mesh ${name}`,
    reason: 'the mesh has the default of this setting',
  }));
}

const isIstio = ({ apiVersion }: AnyObject): boolean => /^[^/]+\.istio\.io\//u.test(apiVersion);

/** What stands at a path, with the place it was found. */
function valuesAt(object: object, path: string): { readonly field: string; readonly value: unknown }[] {
  let found: { field: string; value: unknown }[] = [{ field: '', value: object }];
  for (const step of path.split('.')) {
    found = found.flatMap(({ field, value }) => {
      if (typeof value !== 'object' || value === null) return [];
      if (step === '*') {
        return Object.entries(value).map(([key, item]) => ({
          field: `${field}[${key}]`,
          value: item as unknown,
        }));
      }
      if (!Object.hasOwn(value, step)) return [];
      const inner = (value as Record<string, unknown>)[step];
      return inner === undefined ? [] : [{ field: field === '' ? step : `${field}.${step}`, value: inner }];
    });
  }
  return found;
}
