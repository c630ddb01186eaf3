// Meshes small enough for names to clash, in every way that names can.

import * as fc from 'fast-check';
import { completed } from './mesh.ts';
import type { KubeObject } from '../../../../sandbox/kube/object.ts';

const namespaces = fc.constantFrom('default', 'shop');
const names = fc.constantFrom('a', 'b', 'c');
const seconds = fc.constantFrom('2025-04-01T10:00:00Z', '2025-04-01T10:00:01Z');
const exportTo = fc.constantFrom(undefined, ['.'], ['*'], ['shop'], ['~']);

const hosts = fc.constantFrom(
  'a',
  'b',
  'a.default.svc.cluster.local',
  'b.shop.svc.cluster.local',
  'a.default',
  'a.default',
  'b.shop.svc',
  '*.svc.cluster.local',
  '*.default.svc.cluster.local',
  'www.example.com',
  '*.example.com',
  '*',
  '10.96.0.1',
);

const objectOf = (kind: string, rest: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<KubeObject> =>
  fc
    .tuple(names, namespaces, seconds, rest)
    .map(([name, namespace, creationTimestamp, { metadata, ...fields }]) =>
      completed({
        apiVersion: 'v1',
        kind,
        metadata: { ...(metadata as object), name, namespace, creationTimestamp } as KubeObject['metadata'],
        ...fields,
      }),
    );

const port = fc.constantFrom(
  { name: 'http', port: 80, targetPort: 3000 },
  { name: 'http-more', port: 8080, targetPort: 'web' },
  { name: 'odd', port: 80 },
  { name: 'tcp', port: 80 },
  { name: 'odd', port: 9000 },
);

/** No two services share an address. */
function withAddress(made: KubeObject): KubeObject {
  const { metadata, spec } = made as KubeObject & { spec: { clusterIP: string } };
  const address = `10.96.${metadata.namespace === 'default' ? 0 : 1}.${'abc'.indexOf(metadata.name)}`;
  return { ...made, spec: { ...spec, ...(spec.clusterIP === '' && { clusterIP: address }) } } as KubeObject;
}

const service = objectOf(
  'Service',
  fc.record({
    metadata: fc.record({ annotations: fc.constantFrom({}, { 'networking.istio.io/exportTo': '.' }) }),
    spec: fc.record({
      clusterIP: fc.constantFrom('', '', 'None'),
      selector: fc.constantFrom({ app: 'a' }, { app: 'b' }, { istio: 'ingressgateway' }),
      ports: fc.uniqueArray(port, { minLength: 1, maxLength: 2, selector: (entry) => entry.port }),
    }),
  }),
).map(withAddress);

const externalName = objectOf(
  'Service',
  fc.record({
    spec: fc.record({
      type: fc.constant('ExternalName'),
      externalName: fc.constantFrom(
        'a.default.svc.cluster.local',
        'b.shop.svc.cluster.local',
        'www.example.com',
        'c.default.svc.cluster.local.',
      ),
      ports: fc.constantFrom([], [{ name: 'http', port: 80 }]),
    }),
  }),
);

const destination = fc.record(
  { host: hosts, subset: fc.constantFrom('v1', 'v2'), port: fc.constant({ number: 80 }) },
  { requiredKeys: ['host'] },
);

/** Istio's admission refuses weights that are all 0. */
const destinations = fc
  .array(fc.record({ destination, weight: fc.constantFrom(0, 1) }), { minLength: 1, maxLength: 2 })
  .filter((all) => all.length === 1 || all.some(({ weight }) => weight > 0));

const rule = fc.record(
  {
    name: names,
    match: fc.array(
      fc.record(
        {
          uri: fc.constantFrom({ prefix: '/' }, { exact: '/x' }),
          sourceLabels: fc.constant({ app: 'a' }),
          gateways: fc.constantFrom(['mesh'], ['shop/a'], ['a']),
          port: fc.constantFrom(80, 8080),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 2 },
    ),
    route: destinations,
    delegate: fc.record({ name: names, namespace: namespaces }),
  },
  { requiredKeys: ['route'] },
);

const virtualService = objectOf(
  'VirtualService',
  fc.record({
    spec: fc.record({
      hosts: fc.uniqueArray(hosts, { maxLength: 3 }),
      gateways: fc.constantFrom([], ['mesh'], ['a'], ['mesh', 'shop/a', 'default/a']),
      exportTo,
      http: fc.array(rule, { minLength: 1, maxLength: 3 }),
    }),
  }),
);

const destinationRule = objectOf(
  'DestinationRule',
  fc.record({
    spec: fc.record({
      host: hosts,
      exportTo,
      workloadSelector: fc.constantFrom(undefined, { matchLabels: { app: 'a' } }),
      trafficPolicy: fc.constantFrom(undefined, { loadBalancer: { consistentHash: { useSourceIp: true } } }),
      subsets: fc.constantFrom([], [{ name: 'v1', labels: { version: 'v1' } }]),
    }),
  }),
);

const gateway = objectOf(
  'Gateway',
  fc.record({
    spec: fc.record({
      selector: fc.constantFrom({ istio: 'ingressgateway' }, { istio: 'other' }),
      servers: fc.array(
        fc.record({
          port: fc.constantFrom({ number: 80, protocol: 'HTTP' }, { number: 8080, protocol: 'HTTP' }),
          hosts: fc.uniqueArray(fc.constantFrom('*', 'a', '*.example.com', 'shop/*', './*'), {
            minLength: 1,
          }),
          tls: fc.constantFrom(undefined, { httpsRedirect: true }),
        }),
        { maxLength: 2 },
      ),
    }),
  }),
);

const slice = objectOf(
  'EndpointSlice',
  fc.record({
    metadata: fc.record({ labels: fc.constantFrom({ 'kubernetes.io/service-name': 'a' }, {}) }),
    ports: fc.constant([{ name: 'http', port: 3000 }]),
    endpoints: fc.array(
      fc.record({
        addresses: fc.constantFrom(['10.0.0.1'], ['10.0.0.2']),
        conditions: fc.constantFrom({ ready: true }, { ready: false }, {}),
        targetRef: names.map((name) => ({ kind: 'Pod', name })),
      }),
      { maxLength: 2 },
    ),
  }),
);

const pod = objectOf(
  'Pod',
  fc.record({
    metadata: fc.record({
      labels: fc.constantFrom(
        { version: 'v1' },
        { version: 'v2' },
        { app: 'a', 'security.istio.io/tlsMode': 'istio' },
      ),
    }),
    status: fc.constantFrom(
      { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
      { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'False' }] },
      {},
    ),
  }),
);

const serviceEntry = objectOf(
  'ServiceEntry',
  fc.record({
    spec: fc.record({
      hosts: fc.uniqueArray(
        fc.constantFrom(
          'www.example.com',
          '*.example.com',
          'a.default.svc.cluster.local',
          'b.shop',
          'c',
          'd.shop.svc.cluster.local',
        ),
        { minLength: 1, maxLength: 2 },
      ),
      addresses: fc.constantFrom([], ['10.96.0.1'], ['10.96.0.2/32', '10.97.0.0/16']),
      ports: fc.uniqueArray(
        fc.constantFrom(
          { number: 80, name: 'http', protocol: 'HTTP' },
          { number: 80, name: 'tcp', protocol: 'TCP' },
          { number: 443, name: 'tls', protocol: 'TLS' },
          { number: 9000, name: 'tcp-9000', protocol: 'TCP' },
        ),
        { minLength: 1, maxLength: 2, selector: ({ number }) => number },
      ),
      location: fc.constantFrom('MESH_EXTERNAL', 'MESH_INTERNAL'),
      resolution: fc.constantFrom('NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN'),
      endpoints: fc.constantFrom([], [{ address: '10.0.0.7', labels: { version: 'v1' } }]),
      workloadSelector: fc.constantFrom(undefined, { labels: { app: 'a' } }),
      exportTo,
    }),
  }),
);

const workloadEntry = objectOf(
  'WorkloadEntry',
  fc.record({
    spec: fc.record({
      address: fc.constantFrom('10.0.0.8', 'vm.example.com'),
      labels: fc.constantFrom({ app: 'a' }, { app: 'b' }),
      weight: fc.constantFrom(0, 3),
    }),
  }),
);

const mode = fc.constantFrom('UNSET', 'DISABLE', 'STRICT', 'PERMISSIVE');

const peerAuthentication = objectOf(
  'PeerAuthentication',
  fc.record({
    spec: fc.record({
      selector: fc.constantFrom(undefined, { matchLabels: { app: 'a' } }),
      mtls: fc.record({ mode }),
      portLevelMtls: fc.constantFrom(undefined, { 3000: { mode: 'DISABLE' } }, { 8443: { mode: 'STRICT' } }),
    }),
  }),
);

const sidecarResource = objectOf(
  'Sidecar',
  fc.record({
    spec: fc.record({
      workloadSelector: fc.constantFrom(undefined, { labels: { app: 'a' } }),
      egress: fc.constantFrom(
        [],
        [{ hosts: ['./*'] }],
        [{ hosts: ['shop/*'] }],
        [{ hosts: ['*/a.default.svc.cluster.local', './www.example.com'] }],
        [{ hosts: ['~/*'] }],
      ),
      outboundTrafficPolicy: fc.constantFrom(undefined, { mode: 'REGISTRY_ONLY' }),
    }),
  }),
);

const telemetry = objectOf(
  'Telemetry',
  fc.record({
    spec: fc.record({
      selector: fc.constantFrom(undefined, { matchLabels: { app: 'b' } }),
      accessLogging: fc.constantFrom([], [{ providers: [{ name: 'envoy' }], match: { mode: 'CLIENT' } }]),
    }),
  }),
);

const authorizationPolicy = objectOf(
  'AuthorizationPolicy',
  fc.record({
    spec: fc.record({
      selector: fc.constantFrom(undefined, { matchLabels: { app: 'a' } }),
      action: fc.constantFrom('ALLOW', 'DENY', 'AUDIT', 'CUSTOM'),
      rules: fc.constantFrom(
        [],
        [{}],
        [{ from: [{ source: { namespaces: ['a*'], notIpBlocks: ['10.0.0.0/8'] } }] }],
        [
          {
            to: [{ operation: { paths: ['/a/{*}'] } }],
            when: [{ key: 'request.headers[a]', values: ['*'] }],
          },
        ],
      ),
    }),
  }),
);

export interface Step {
  readonly object: KubeObject;
  readonly gone: boolean;
}

/** What happens to a mesh, in order: objects that come, change and go. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    object: fc.oneof(
      peerAuthentication,
      authorizationPolicy,
      service,
      service,
      externalName,
      virtualService,
      virtualService,
      destinationRule,
      gateway,
      slice,
      pod,
      serviceEntry,
      serviceEntry,
      workloadEntry,
      sidecarResource,
      telemetry,
    ),
    gone: fc.nat(4).map((roll) => roll === 0),
  }),
  { minLength: 1, maxLength: 12 },
);
