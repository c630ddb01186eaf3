import { expect, it } from 'vitest';
import { validateIstio } from '../../../../sandbox/istio-api/validate.ts';
import { verdict } from './verdict.ts';

const port = 'ports: [{ number: 80, name: http, protocol: HTTP }]';

it.each([
  ['ServiceEntry', `{ ${port} }`, ['service entry must have at least one host']],
  ['ServiceEntry', `{ hosts: ['*'] }`, ['invalid host *']],
  [
    'ServiceEntry',
    `{ hosts: ['*.b.c'], resolution: DNS, ${port} }`,
    ['hosts must be FQDN if no endpoints are provided for resolution mode DNS'],
  ],
  [
    'ServiceEntry',
    '{ hosts: [a.b], endpoints: [{ address: 1.2.3.4 }] }',
    ['no endpoints should be provided for resolution type none'],
  ],
  [
    'ServiceEntry',
    '{ hosts: [a.b], ports: [{ number: 80, name: a }, { number: 80, name: b }] }',
    ['service entry port 80 already defined'],
  ],
  [
    'ServiceEntry',
    '{ hosts: [a.b], ports: [{ number: 80, name: a }, { number: 81, name: a }] }',
    ['service entry port name "a" already defined'],
  ],
  [
    'ServiceEntry',
    '{ hosts: [a.b], ports: [{ number: 80, name: a, protocol: QUIC }] }',
    ['unsupported protocol: QUIC'],
  ],
  [
    'ServiceEntry',
    '{ hosts: [a.b, c.d], resolution: STATIC, ports: [{ number: 80, name: a, protocol: TCP }] }',
    ['multiple hosts provided with non-HTTP, non-TLS ports'],
  ],
  [
    'ServiceEntry',
    `{ hosts: [a.b], resolution: STATIC, ${port}, endpoints: [{ address: a.b, ports: { x: 1 } }] }`,
    [
      'endpoint address "a.b" is not a valid IP address',
      'endpoint port 1 is not defined by the service entry',
    ],
  ],
  [
    'ServiceEntry',
    "{ hosts: [a.b], exportTo: ['~', x] }",
    ['cannot export service entry to no one (~) and someone'],
  ],
  ['WorkloadEntry', '{}', ['address is required']],
  ['WorkloadEntry', '{ address: a_b }', ['endpoint address "a_b" is not a valid FQDN or an IP address']],
  ['WorkloadGroup', '{}', ['template is required']],
  ['WorkloadGroup', '{ template: {}, probe: { exec: {} } }', ['exec.command is required']],
  ['Sidecar', '{}', ['sidecar: empty configuration provided']],
  ['Sidecar', '{ egress: [{ hosts: [] }] }', ['sidecar: egress listener must contain at least one host']],
  ['Sidecar', '{ egress: [{ hosts: [a.b] }] }', ['host must be of form namespace/dnsName']],
  [
    'Sidecar',
    '{ ingress: [{ port: { number: 80 }, defaultEndpoint: "1.2.3.4:80" }] }',
    [
      'sidecar: defaultEndpoint must be of form 127.0.0.1:<port>,0.0.0.0:<port>,[::1]:port,[::]:port,unix://filepath or unset',
    ],
  ],
  [
    'Sidecar',
    '{ egress: [{ hosts: [./*] }, { hosts: [./*] }] }',
    ['sidecar: the egress listener with empty port should be the last listener in the list'],
  ],
  [
    'PeerAuthentication',
    '{ portLevelMtls: { "80": { mode: STRICT } } }',
    ['mesh/namespace peer authentication cannot have port level mTLS'],
  ],
  [
    'PeerAuthentication',
    '{ selector: { matchLabels: { a: "*" } } }',
    ['wildcard is not supported in selector: "a=*"'],
  ],
  ['RequestAuthentication', '{ jwtRules: [{}] }', ['issuer must be set']],
  [
    'RequestAuthentication',
    '{ jwtRules: [{ issuer: a, jwks: "{" }] }',
    [expect.stringMatching(/^jwks parse error: /)],
  ],
  [
    'RequestAuthentication',
    '{ jwtRules: [{ issuer: a, jwksUri: "ftp://a" }] }',
    ['URI scheme "ftp" is not supported'],
  ],
  [
    'AuthorizationPolicy',
    '{ rules: [{ from: [] }] }',
    ['invalid policy web.default: `from` must not be empty, found at rule 0'],
  ],
  [
    'AuthorizationPolicy',
    '{ rules: [{ to: [] }] }',
    ['invalid policy web.default: `to` must not be empty, found at rule 0'],
  ],
  [
    'AuthorizationPolicy',
    '{ rules: [{ to: [{ operation: {} }] }] }',
    ['invalid policy web.default: `to.operation` must not be empty, found at rule 0'],
  ],
  [
    'AuthorizationPolicy',
    '{ action: DENY }',
    [
      'invalid policy web.default: DENY action without `rules` is meaningless as it will never be triggered, add an empty rule `{}` if you want it be triggered for every request',
    ],
  ],
  [
    'AuthorizationPolicy',
    '{ action: CUSTOM, provider: { name: a } }',
    [
      'invalid policy web.default: CUSTOM action without `rules` is meaningless as it will never be triggered, add an empty rule `{}` if you want it be triggered for every request',
    ],
  ],
  [
    'AuthorizationPolicy',
    '{ action: CUSTOM, rules: [{}] }',
    ['invalid policy web.default: `provider.name` must not be empty'],
  ],
  [
    'AuthorizationPolicy',
    '{ rules: [{ when: [{ key: source.ip }] }] }',
    ['invalid policy web.default: at least one of `values` or `notValues` must be set for key source.ip'],
  ],
  [
    'AuthorizationPolicy',
    '{ rules: [{ when: [{ key: source.ip, values: [nowhere] }] }] }',
    [
      'invalid policy web.default: invalid `value` for `key` source.ip: 1 error occurred:\n\t* bad IP address (nowhere)\n\n',
    ],
  ],
  [
    'AuthorizationPolicy',
    '{ rules: [{ when: [{ key: color, values: [red] }] }] }',
    [
      'invalid policy web.default: invalid `value` for `key` color: unknown attribute: color',
      'invalid policy web.default: invalid `notValue` for `key` color: unknown attribute: color',
    ],
  ],
  [
    'AuthorizationPolicy',
    '{ rules: [{ to: [{ operation: { paths: ["/a/{**}/{*}"] } }] }] }',
    [
      'invalid policy web.default: invalid or unsupported path a/{**}/{*}, found in Paths. {**} is not the last operator',
    ],
  ],
  ['Telemetry', '{ tracing: [{ providers: [{}] }] }', ['providers.name may not be empty']],
  [
    'Telemetry',
    '{ metrics: [{ overrides: [{ tagOverrides: { a: { operation: REMOVE, value: b } } }] }] }',
    ['tagOverrides.value may only be set when operation is UPSERT'],
  ],
  [
    'Telemetry',
    '{ targetRefs: [{ kind: Pod, name: a }] }',
    [
      'targetRef must be to one of [/v1/Service networking.istio.io/v1/ServiceEntry gateway.networking.k8s.io/v1/Gateway gateway.networking.k8s.io/v1/GatewayClass] but was /Pod',
    ],
  ],
])('%s %s is refused (facts §10.1)', (kind, spec, messages) => {
  expect(verdict(kind, spec).errors).toEqual(messages);
});

it.each([
  ['PeerAuthentication', '{ selector: {} }', 'workload selector specified without labels'],
  ['Telemetry', '{ tracing: [{}, {}] }', 'multiple tracing is not currently supported'],
  [
    'Telemetry',
    '{ tracing: [{ providers: [{ name: a }, { name: b }] }] }',
    'multiple providers is not currently supported',
  ],
  [
    'Sidecar',
    "{ egress: [{ hosts: ['*/*', ./a.b] }] }",
    '`*/*` host select all resources, no other hosts can be added',
  ],
  ['Sidecar', '{ egress: [{ hosts: [./a.b, default/a.b] }] }', 'duplicated egress host: default/a.b'],
  [
    'ServiceEntry',
    '{ hosts: [a.b], workloadSelector: {}, resolution: STATIC }',
    'service entry: workload selector specified without labels, will be applied to all services in namespace',
  ],
  [
    'AuthorizationPolicy',
    '{ action: DENY, rules: [{ to: [{ operation: { methods: [GET] } }] }] }',
    'configured AuthorizationPolicy will deny all traffic to TCP ports under its scope due to the use of only HTTP attributes in a DENY rule; it is recommended to explicitly specify the port',
  ],
])('%s %s gets a warning (facts §10.1)', (kind, spec, warning) => {
  expect(verdict(kind, spec)).toMatchObject({ errors: [], warnings: [warning] });
});

it.each([
  ['PeerAuthentication', '{ mtls: { mode: STRICT } }'],
  ['AuthorizationPolicy', '{}'],
  ['AuthorizationPolicy', '{ rules: [{}] }'],
  ['AuthorizationPolicy', '{ action: DENY, rules: [{ from: [{ source: { namespaces: [a] } }] }] }'],
  ['Sidecar', '{ egress: [{ hosts: [./*, istio-system/*] }] }'],
  ['ServiceEntry', `{ hosts: [a.b], resolution: DNS, ${port} }`],
  ['RequestAuthentication', '{ jwtRules: [{ issuer: a, jwks: \'{"keys":[{"kty":"oct","k":"a"}]}\' }] }'],
])('%s %s is accepted without a word', (kind, spec) => {
  expect(verdict(kind, spec)).toMatchObject({ errors: [], warnings: [] });
});

it('kinds of the same name that are not Istio’s are let through', () => {
  const object = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: {}, spec: {} };
  expect(validateIstio(object)).toEqual({ errors: [], warnings: [], denial: '' });
});
